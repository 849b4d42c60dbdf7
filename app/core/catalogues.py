"""The catalogues of translations: gathered from the sources, checked for what they lack, and compiled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from flask import current_app
from flask.cli import AppGroup

from app.core.i18n import languages
from app.core.reading import EASY_CONTEXT
from config import ALL_LANGUAGES, ROOT, SOURCE, TRANSLATIONS, Settings

APP = ROOT / "app"
METHODS = [("features/demo/**", "ignore"), ("templates/**", "jinja2"), ("**.py", "python")]
ONE = ("_", "_l", "gettext", "lazy_gettext")
DATED = datetime(2026, 1, 1, tzinfo=UTC)
Keyword = tuple[int | tuple[int, str], ...] | None
KEYWORDS: dict[str, Keyword] = {
    **dict.fromkeys(ONE),
    **dict.fromkeys(("ngettext", "lazy_ngettext"), (1, 2)),
    **dict.fromkeys(("pgettext", "lazy_pgettext"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "lazy_npgettext"), ((1, "c"), 2, 3)),
    # `core/reading.easy`: a text that is its own context is wanted twice, as it is and in the context of plain variants.
    "easy": ((1, "c"), 1),
}
"""What marks a text: the arguments that are its singular, its plural and its context ("c")."""
translations = AppGroup("translations", help="Gather and compile the translations.")


def gather() -> Catalog:
    """Every text of the sources that people read; one that is marked by `easy` a second time, in that context."""
    catalogue = _empty(None)
    found = extract_from_dir(
        APP,
        METHODS,
        {
            "templates/**": {
                "encoding": "utf-8",
                "trimmed": "true",
                "silent": "false",
                "extensions": "jinja2.ext.do",
            }
        },
        keywords=KEYWORDS,
        comment_tags=("Translators:",),
        strip_comment_tags=True,
    )
    for name, _line, message, comments, context in sorted(found, key=lambda row: (row[0], row[1])):
        contexts = (None, EASY_CONTEXT) if context == message else (context,)
        for each in contexts:
            catalogue.add(message, locations=[(name, 0)], auto_comments=comments, context=each)
    return catalogue


def plain_variants(gathered: Catalog) -> Catalog:
    """The texts of which the source language has a catalogue: those with a plain variant."""
    catalogue = _empty(SOURCE)
    for message in gathered:
        if message.id and message.context == EASY_CONTEXT:
            catalogue.add(message.id, locations=message.locations, context=EASY_CONTEXT)
    return catalogue


def _empty(code: str | None) -> Catalog:
    """A catalogue without texts; its dates are fixed, so that a change shows texts only."""
    return Catalog(
        locale=code,
        project="Trama",
        version="1",
        header_comment=f"# The texts of Trama: {code or SOURCE}.",
        last_translator="",
        language_team="",
        msgid_bugs_address="",
        creation_date=DATED,
        revision_date=DATED,
        fuzzy=False,
    )


def path_of(code: str, folder: Path) -> Path:
    """Where a language's catalogue is kept in the folder of translations."""
    return folder / code / "LC_MESSAGES" / "messages.po"


def _wanted(code: str, gathered: Catalog) -> Catalog:
    """The texts that a language's catalogue has to hold."""
    return plain_variants(gathered) if code == SOURCE else gathered


def _folder() -> Path:
    settings: Settings = current_app.extensions["trama.settings"]
    return settings.translations


def read(code: str, folder: Path = TRANSLATIONS) -> Catalog:
    """A language's catalogue; an empty one where there is none yet."""
    path = path_of(code, folder)
    if not path.exists():
        return _empty(code)
    with path.open("rb") as file:
        return read_po(file, locale=code)


def lacking(catalogue: Catalog, gathered: Catalog) -> Iterator[str]:
    """The texts that a catalogue does not translate, or only guesses."""
    for message in gathered:
        if not message.id:
            continue
        known = catalogue.get(message.id, message.context)
        texts = (known.string if isinstance(known.string, tuple | list) else [known.string]) if known else []
        if known is None or known.fuzzy or not texts or not all(texts):
            yield message.id if isinstance(message.id, str) else message.id[0]


@translations.command("update")
@click.argument("codes", nargs=-1)
def update(codes: tuple[str, ...]) -> None:
    """Bring the catalogues up to the sources; CODES adds languages that have none yet."""
    gathered = gather()
    for code in ALL_LANGUAGES:
        path = path_of(code, _folder())
        if code not in (SOURCE, *codes) and not path.exists():
            continue
        catalogue, wanted = read(code, _folder()), _wanted(code, gathered)
        catalogue.update(wanted, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue, width=100, omit_header=False, include_lineno=False)
        missing = sum(1 for _ in lacking(catalogue, wanted))
        click.echo(f"{code}: {len(catalogue)} texts, {missing} to translate")


@translations.command("compile")
def compile_all() -> None:
    """Compile every catalogue; what one lacks is shown in the source language."""
    for code in ALL_LANGUAGES:
        path = path_of(code, _folder())
        if path.exists():
            with path.with_suffix(".mo").open("wb") as file:
                write_mo(file, read(code, _folder()))


@translations.command("check")
def check() -> None:
    """Name the texts that the languages of TRAMA_LANGUAGES lack; fails where there are any."""
    gathered = gather()
    missing = {code: list(lacking(read(code, _folder()), _wanted(code, gathered))) for code in languages()}
    for code, texts in missing.items():
        for text in texts:
            click.echo(f"{code}: not translated: {text}")
    if any(missing.values()):
        raise click.exceptions.Exit(1)
