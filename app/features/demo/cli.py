"""Commands about the demonstration."""

from __future__ import annotations

import time

import click
from flask.cli import AppGroup

from app.core.transactions import write_transaction
from app.features.demo.services import seeding

demo = AppGroup("demo", help="An invented cluster to walk through.")


@demo.command("seed")
def seed() -> None:
    """Put the demonstration into a database without organisations; does nothing in any other."""
    began = time.monotonic()
    with write_transaction():
        seeded = seeding.seed()
    if seeded is None:
        click.echo("There are organisations already: nothing was done.")
        return
    click.echo(
        f"{seeded.organisations} organisations, {seeded.people} people, {seeded.initiatives} initiatives, "
        f"{seeded.messages} messages, {time.monotonic() - began:.1f} s"
    )
