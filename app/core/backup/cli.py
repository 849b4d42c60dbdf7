"""What an operator does with backups at the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import with_appcontext

from app.core.backup import services
from app.core.backup.archive import BackupError
from app.core.backup.services import Summary


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def backup(file: Path) -> None:
    """Write all that this installation keeps into FILE, while people go on writing."""
    with _told():
        click.echo(f"{file} holds {_in_words(services.back_up(file))}.")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def restore(file: Path) -> None:
    """Put the backup FILE into the empty database and folder that the settings name; stop Trama first."""
    with _told():
        restored = services.restore(file)
        click.echo(f"{_in_words(restored)} are back, as they were at {restored.made_at}.")


def _in_words(summary: Summary) -> str:
    return f"{summary.rows} rows of {summary.tables} tables and {summary.files} files ({summary.bytes} bytes)"


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except BackupError as error:
        raise click.ClickException(str(error)) from error
