"""Commands about the taxonomy."""

from __future__ import annotations

import time

import click
from flask.cli import AppGroup

from app.core.transactions import write_transaction
from app.features.taxonomy.services import load_taxonomy

taxonomy = AppGroup("taxonomy", help="The vocabulary: sectors, skills, regions, goals, countries, languages.")


@taxonomy.command("load")
def load() -> None:
    """Bring the concepts in the database up to the vocabulary that ships; can be repeated."""
    begun = time.monotonic()
    with write_transaction():
        loaded = load_taxonomy()
    click.echo(f"{loaded.concepts} concepts, {loaded.changes} changes, {time.monotonic() - begun:.1f} s")
