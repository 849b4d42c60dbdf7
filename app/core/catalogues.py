"""The catalogues of translations: gathered from the sources, and compiled only when they are complete."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from flask.cli import AppGroup

from app.core.i18n import ALL_LANGUAGES, SOURCE, TRANSLATIONS

APP = TRANSLATIONS.parent
METHODS = [("features/demo/**", "ignore"), ("templates/**", "jinja2"), ("**.py", "python")]
ONE = ("_", "_l", "gettext", "lazy_gettext")
DATED = datetime(2026, 1, 1, tzinfo=UTC)
KEYWORDS: dict[str, tuple[int, ...] | None] = {**dict.fromkeys(ONE), "ngettext": (1, 2)}
translations = AppGroup("translations", help="Gather and compile the translations.")


def gather() -> Catalog:
    """Every text of the sources that people read."""
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
        catalogue.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
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


def path_of(code: str) -> Path:
    """Where a language's catalogue is kept."""
    return TRANSLATIONS / code / "LC_MESSAGES" / "messages.po"


def read(code: str) -> Catalog:
    """A language's catalogue; an empty one where there is none yet."""
    path = path_of(code)
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
        if code == SOURCE or (code not in codes and not path_of(code).exists()):
            continue
        catalogue = read(code)
        catalogue.update(gathered, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        path_of(code).parent.mkdir(parents=True, exist_ok=True)
        with path_of(code).open("wb") as file:
            write_po(file, catalogue, width=100, omit_header=False, include_lineno=False)
        missing = sum(1 for _ in lacking(catalogue, gathered))
        click.echo(f"{code}: {len(catalogue)} texts, {missing} to translate")


@translations.command("compile")
def compile_complete() -> None:
    """Compile each complete catalogue; a language whose catalogue is not gets no addresses."""
    gathered = gather()
    for code in ALL_LANGUAGES:
        if code == SOURCE or not path_of(code).exists():
            continue
        compiled = path_of(code).with_suffix(".mo")
        catalogue = read(code)
        missing = list(lacking(catalogue, gathered))
        if missing:
            compiled.unlink(missing_ok=True)
            click.echo(f"{code}: not compiled, {len(missing)} texts lack, such as “{missing[0]}”")
            continue
        with compiled.open("wb") as file:
            write_mo(file, catalogue)
        click.echo(f"{code}: complete, {len(catalogue)} texts")
