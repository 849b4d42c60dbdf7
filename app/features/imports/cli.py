"""Imports of organisations from the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from app.core.actors import Actor
from app.core.database import db
from app.core.errors import AppError
from app.core.i18n import SOURCE
from app.core.numbers import number_option
from app.core.transactions import write_transaction
from app.features.accounts.models import ClusterRole
from app.features.imports import queries
from app.features.imports.labels import FATE_NAMES, UNDO_NAMES
from app.features.imports.models import BatchState, ImportRow, RowFate
from app.features.imports.services import batches, runs
from app.features.imports.services.rows import RowImporter, RowOutcome
from app.features.imports.sheets import write_template
from app.features.imports.table_files import TableFile, received

organisations = AppGroup("organisations", help="Organisations of the cluster.")


@dataclass(frozen=True)
class Operator:
    """Who runs a command: a manager without an account."""

    id: Any = None
    name: str = ""
    locale: str = SOURCE
    timezone: str = "UTC"
    reads_easy: bool | None = None
    cluster_role: ClusterRole = ClusterRole.MANAGER


OPERATOR = Actor(person=Operator())


class _RollBack(Exception):
    """Ends the transaction of a dry run."""


@organisations.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option("--dry-run", is_flag=True, help="Print what would happen and change nothing.")
@click.option("--yes", is_flag=True, help="Import without asking.")
@click.option("--undo", type=number_option(1), metavar="BATCH", help="Take this import back.")
@click.option(
    "--template",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    metavar="OUT",
    help="Write a workbook to fill in.",
)
@click.option("--source", default="", help="Where the data come from, such as “Register of Piedmont”.")
@click.option("--country", default="", help="Where the file gives none, such as IT.")
def import_file(
    file: Path | None,
    dry_run: bool,
    yes: bool,
    undo: int | None,
    template: Path | None,
    source: str,
    country: str,
) -> None:
    """Bring organisations in from FILE (CSV, XLSX or ODS), as the page "Import" does.

    Rows that cannot be taken or need a decision are named with their lines and left out.
    """
    with _plainly():
        if template:
            codes = sorted((code, kind.value) for code, kind in queries.read_terms().codes.items())
            template.write_bytes(write_template(codes))
            click.echo(f"The template is in {template}.")
        elif undo:
            _undo(undo)
        elif file is None:
            raise click.UsageError("Name a FILE, or use --undo or --template.")
        else:
            with file.open("rb") as content, received(content) as table:
                run = _dry_run if dry_run else _import
                run(table, file.name, source, country, yes)


def _dry_run(table: TableFile, name: str, source: str, country: str, yes: bool) -> None:
    """The import in one transaction that is rolled back."""
    with suppress(_RollBack), write_transaction():
        reader, header, rows = batches.open_table(table)
        batch = batches.new_batch(OPERATOR, table, name, SOURCE, reader, header)
        batches.add_rows(batch.id, list(rows))
        batches.set_columns(OPERATOR, batch.id, batch.mapping, source=source, country=country)
        importer, line = RowImporter(batch), 0
        counts = dict.fromkeys(RowFate, 0)
        while portion := queries.rows_after(batch.id, line, batches.PORTION_ROWS):
            outcomes = importer.take(portion)
            for row in portion:
                counts[outcomes[row.id].fate] += 1
                _tell_row(row, outcomes[row.id])
            line = portion[-1].line
        _tell_counts({fate.value: count for fate, count in counts.items()})
        raise _RollBack


def _import(table: TableFile, name: str, source: str, country: str, yes: bool) -> None:
    batch_id = batches.upload(OPERATOR, table, name, SOURCE, "")
    with write_transaction():
        mapping = queries.get_batch(batch_id).mapping
        batches.set_columns(OPERATOR, batch_id, mapping, source=source, country=country)
    runs.run_batch(batch_id)
    line = 0
    while portion := queries.rows_after(batch_id, line, batches.PORTION_ROWS):
        for row in portion:
            _tell_row(row, row)
        line = portion[-1].line
    counts = queries.get_batch(batch_id).counts
    _tell_counts(counts)
    waiting = counts.get(RowFate.DECIDE, 0)
    db.session.rollback()
    if not yes:
        click.confirm("Import it?", abort=True)
    with write_transaction():
        for row in list(queries.rows_of_fates(batch_id, [RowFate.DECIDE])) if waiting else ():
            batches.decide(OPERATOR, batch_id, row.line, "skip")
        batches.start(OPERATOR, batch_id)
    runs.run_batch(batch_id)
    click.echo(f"Imported as {batch_id}. Take it back with: flask organisations import --undo {batch_id}")


def _undo(batch_id: int) -> None:
    with write_transaction():
        batches.undo(OPERATOR, batch_id)
    runs.run_batch(batch_id)
    kept = queries.kept_rows(batch_id)
    for row in kept:
        assert row.undo is not None
        subject = row.organisation.name if row.organisation else "?"
        fields = ", ".join(reason["field"] for reason in row.reasons)
        click.echo(f"Line {row.line}, {subject}: {UNDO_NAMES[row.undo]} {fields}".rstrip())
    state = queries.get_batch(batch_id).state
    assert state is BatchState.UNDONE
    click.echo(f"Import {batch_id} is taken back" + (f", but for {len(kept)} rows." if kept else "."))


def _tell_row(row: ImportRow, outcome: RowOutcome | ImportRow) -> None:
    """Print a row that is not simply new, or the same."""
    assert outcome.fate is not None
    sentences = [
        f"{each['field']}: {each['text']}" if each["field"] else each["text"] for each in outcome.reasons
    ]
    sentences += [
        f"{each['name']} ({'line ' + str(each['line']) if 'line' in each else 'here already'}, {each['score']} of 100)"
        for each in outcome.candidates
    ]
    if outcome.fate not in (RowFate.CREATE, RowFate.UNCHANGED) or sentences:
        click.echo(f"Line {row.line}, {FATE_NAMES[outcome.fate]}: {'; '.join(sentences)}")


def _tell_counts(counts: dict[str, int]) -> None:
    click.echo(" · ".join(f"{name} {counts.get(fate.value, 0)}" for fate, name in FATE_NAMES.items()))


@contextmanager
def _plainly() -> Iterator[None]:
    """Say what is wrong in a sentence."""
    try:
        yield
    except AppError as error:
        sentences: Sequence[Any] = [text for several in error.fields.values() for text in several]
        raise click.ClickException(" ".join(map(str, sentences or [error.message]))) from error
