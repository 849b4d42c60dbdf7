"""Consortia from the command line."""

from __future__ import annotations

import time
from pathlib import Path

import click
from flask.cli import AppGroup

from app.core.transactions import write_transaction
from app.features.consortia.services import import_consortia
from app.matching.records import BadRecord

consortia = AppGroup("consortia", help="Real consortia of the past, for a database of their own.")


@consortia.command("import")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
def import_folder(folder: Path) -> None:
    """Bring in organisations with a track record: orgs, participations and project_tags (.csv or .csv.gz) in DIR.

    They are in the cluster but not here yet, so that nobody can act for them. A second run adds only what is missing.
    """
    began = time.monotonic()

    def say(sentence: str) -> None:
        click.echo(f"{time.monotonic() - began:6.1f} s  {sentence}")

    try:
        with write_transaction():
            added = import_consortia(folder, say)
    except BadRecord as error:
        raise click.ClickException(str(error)) from error
    say(
        f"Added {added.organisations} organisations, {added.collaborations} collaborations with {added.partners} partners."
    )
