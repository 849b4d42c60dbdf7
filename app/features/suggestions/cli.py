"""Consortia and the partner engine from the command line."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import AppGroup

from app.core.errors import AppError
from app.core.numbers import number_option
from app.core.transactions import write_transaction
from app.features.suggestions import services
from app.features.suggestions.engine import weights_path
from app.matching.benching import bench, told
from app.matching.evaluation import evaluate, suggest_file
from app.matching.fitting import fit
from app.matching.graph import BadRecord
from app.matching.measures import table
from app.matching.weights import save_weights

consortia = AppGroup("consortia", help="Real consortia of the past, for a database of their own.")


@consortia.command("import")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def import_folder(folder: Path) -> None:
    """Bring in organisations with a track record: orgs, participations and project_tags (.csv.gz) in DIR.

    They are in the cluster but not here yet, so that nobody can act for them. A second run adds only what is missing.
    """
    began = time.monotonic()

    def say(sentence: str) -> None:
        click.echo(f"{time.monotonic() - began:6.1f} s  {sentence}")

    try:
        with write_transaction():
            added = services.import_consortia(folder, say)
    except AppError as error:
        raise click.ClickException(str(error.message)) from error
    say(
        f"Added {added.organisations} organisations, {added.collaborations} collaborations with {added.partners} partners."
    )


matching = AppGroup("matching", help="Measure the partner engine on real consortia, and learn its weights.")
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@matching.command("evaluate")
@click.argument("folder", metavar="DIR", type=FOLDER)
def evaluate_folder(folder: Path) -> None:
    """Print how well the engine finds later partners, beside popularity and networkx's own predictors.

    Weights are learnt from the past in DIR first; the truths in DIR are only looked at to measure.
    """
    with _plainly():
        rows = evaluate(folder, progress=_tell)
    click.echo(table(rows))


@matching.command("suggest-file")
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.argument("out", metavar="OUT", type=click.Path(dir_okay=False, writable=True, path_type=Path))
def write_suggestions(folder: Path, out: Path) -> None:
    """Write query, partner and rank of the best partners for every question in DIR to OUT, for scoring elsewhere."""
    with _plainly():
        written = suggest_file(folder, out, progress=_tell)
    click.echo(f"{written} rows in {out}.")


@matching.command("fit")
@click.argument("folder", metavar="DIR", type=FOLDER)
def fit_folder(folder: Path) -> None:
    """Learn the weights from the consortia in DIR, and keep them for this installation's suggestions."""
    path = weights_path()
    with _plainly():
        weights = fit(folder, progress=_tell)
        path.parent.mkdir(parents=True, exist_ok=True)
        save_weights(weights, path)
    click.echo(f"The weights are in {path}. They count once Trama is started again.")


@matching.command("bench")
@click.option(
    "--organisations",
    type=number_option(2, 10_000_000),
    default=10_000,
    show_default=True,
    help="How many are generated.",
)
@click.option(
    "--queries",
    type=number_option(1, 1_000_000),
    default=200,
    show_default=True,
    help="How many lists are timed.",
)
@click.option(
    "--checks",
    type=number_option(0, 1_000_000),
    default=10,
    show_default=True,
    help="How many lists are compared with brute force.",
)
def bench_generated(organisations: int, queries: int, checks: int) -> None:
    """Time whole suggestions in a generated cluster, beside networkx's own way, on one core."""
    click.echo(told(bench(organisations, queries=queries, checks=checks, say=_tell)))


def _tell(sentence: str) -> None:
    """How far a long command is, apart from its result."""
    click.echo(sentence, err=True)


@contextmanager
def _plainly() -> Iterator[None]:
    """Say what is wrong with the files in a sentence, not in a traceback."""
    try:
        yield
    except (BadRecord, OSError) as error:
        raise click.ClickException(str(error)) from error
