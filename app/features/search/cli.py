"""Commands for the index of search."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.core.i18n import ALL_LANGUAGES
from app.core.lemmas import lacks_dictionaries, lemma_folder, start_writing_dictionaries
from app.features.search import services

search = AppGroup("search", help="What search finds.")


@search.command("rebuild")
@click.option(
    "--without-dictionaries", is_flag=True, help="Do not write the dictionaries of inflected forms."
)
def rebuild(without_dictionaries: bool) -> None:
    """Make the index of search anew, in small transactions, while people go on working."""
    folder = lemma_folder()
    if not without_dictionaries and lacks_dictionaries(folder, ALL_LANGUAGES):
        click.echo("Writing the dictionaries of inflected forms, once: this takes about a minute.")
        if start_writing_dictionaries(folder, ALL_LANGUAGES).wait() != 0:
            raise click.ClickException("The dictionaries of inflected forms could not be written.")
    click.echo(f"{services.rebuild()} things can be found.")
