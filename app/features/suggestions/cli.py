"""Consortia and the partner engine from the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import AppGroup

from app.core.clock import now
from app.core.numbers import number_option
from app.features.suggestions.engine_cache import query_engine, weights_path
from app.features.suggestions.queries.exposure import dials, read_size_and_age_groups
from app.matching.engine import Engine
from app.matching.evaluation.benchmark import format_benchmark, run_benchmark
from app.matching.evaluation.comparison import evaluate, suggest_file
from app.matching.evaluation.fairness import format_fairness, measure_fairness
from app.matching.evaluation.metrics import format_results
from app.matching.evaluation.synthetic import generate_cluster
from app.matching.evaluation.weight_fitting import fit
from app.matching.records import BadRecord
from app.matching.scoring.weights import load_weights, save_weights

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
    if not rows:
        click.echo(f"There is nothing to measure: {folder} has neither queries nor cold_queries.")
        return
    click.echo(format_results(rows))


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
        before = load_weights(path) if path.is_file() else load_weights()
        weights = fit(folder, start=before, progress=_tell)
        if weights == before:
            click.echo("Nothing better was learnt, so the weights stay as they are.")
            return
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
    click.echo(format_benchmark(run_benchmark(organisations, queries=queries, checks=checks, say=_tell)))


@matching.command("fairness")
@click.option(
    "--generated",
    type=number_option(2, 100_000),
    multiple=True,
    help="Measure a generated cluster of so many as well; may be given several times.",
)
@click.option(
    "--lists",
    type=number_option(1, 10_000),
    default=100,
    show_default=True,
    help="How many lists are measured in each cluster.",
)
def print_fairness(generated: tuple[int, ...], lists: int) -> None:
    """Print how the lists treat needs, newcomers and the little known, with the dials as they are set."""
    today, set_to = now().date(), dials()
    groups = read_size_and_age_groups()
    engine = query_engine(lambda engine: engine)
    clusters = [("this cluster", engine, groups)]
    clusters += [
        (f"generated, {count:,}", Engine.from_columns(generate_cluster(count), today=today), {})
        for count in generated
    ]
    for name, measured, grouped in clusters:
        numbers = sorted(measured.index.rows_by_id)
        asked = numbers[:: max(1, len(numbers) // lists)][:lists]
        report = measure_fairness(
            measured,
            asked,
            today,
            grouped,
            popularity_penalty=set_to.popularity_penalty,
            needs_first=set_to.needs_first,
        )
        click.echo(f"{name}\n{format_fairness(report)}\n")


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
