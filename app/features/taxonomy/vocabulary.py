"""The vocabulary that ships: the data files of this folder, and countries and languages out of CLDR."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale

from app.core.i18n import ALL_LANGUAGES
from app.features.taxonomy.models import ConceptKind

DATA = Path(__file__).with_name("data")
FILES = {
    "sectors": ConceptKind.SECTOR,
    "skills": ConceptKind.SKILL,
    "regions": ConceptKind.REGION,
    "goals": ConceptKind.GOAL,
    "cooperations": ConceptKind.COOPERATION,
}
# CLDR has two-letter codes that are no countries: unions, unknown, pseudo-locales, parts of other countries.
NO_COUNTRIES = "AC CP CQ DG EA EU EZ IC QO TA UM UN XA XB ZZ"
# Beside the languages with addresses here: those that people of European organisations work in or speak at home.
WORKING_LANGUAGES = (
    "es pt ro hu cs sk bg da sv fi et lv lt mt ga lb no is sq bs sr mk tr uk ru be ka hy az ca eu gl oc br co fy cy gd rm "
    "sc wa ar fa ku ps ur hi bn pa ta te zh ja ko vi th id tl sw am ti so wo ha yo ig ln ff he kk uz"
)


@dataclass(frozen=True)
class Term:
    """A concept as the vocabulary tells it: `labels` by language, `synonyms` as (language, text)."""

    code: str
    kind: ConceptKind
    labels: Mapping[str, str]
    synonyms: tuple[tuple[str, str], ...] = ()
    broader: str | None = None
    dye: str | None = None
    pickable: bool = True
    country: str | None = None
    codes: frozenset[tuple[str, str]] = field(default=frozenset())


def read_labels(folder: Path = DATA) -> dict[str, dict[str, list[str]]]:
    """What the concepts of the files are called: language → code → the label, then its synonyms."""
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((folder / "labels").glob("*.json"))
    }


def read_entries(name: str, folder: Path = DATA) -> list[dict[str, Any]]:
    """The concepts of one of FILES, without their labels."""
    entries: list[dict[str, Any]] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return entries


@lru_cache
def related_codes() -> dict[str, frozenset[str]]:
    """Of each concept those that are so near that who searches for one means the other, too; in both directions."""
    related: dict[str, set[str]] = {}
    for name in FILES:
        for entry in read_entries(name):
            for code in entry.get("related", ()):
                related.setdefault(entry["code"], set()).add(code)
                related.setdefault(code, set()).add(entry["code"])
    return {code: frozenset(codes) for code, codes in related.items()}


def read_links(folder: Path = DATA) -> list[tuple[str, str, float]]:
    """Pairs of skills of which one helps who seeks the other, with the strength of the link in (0, 1].

    0.8: nearly the same trade; 0.5: who does the one commonly does the other, or one is a step of the other. A shared
    group, the same customers or the same people served make no link.
    """
    rows = json.loads((folder / "kin_skills.json").read_text(encoding="utf-8"))
    return [(one, other, strength) for one, other, strength in rows]


@lru_cache
def kin_skills() -> tuple[tuple[str, str, float], ...]:
    """The links between skills that ship."""
    return tuple(read_links())


def read_vocabulary() -> list[Term]:
    """Every term, broader ones before their narrower ones."""
    labels = read_labels()
    from_files = (
        Term(
            code=entry["code"],
            kind=kind,
            labels={lang: names[entry["code"]][0] for lang, names in labels.items()},
            synonyms=tuple(
                (lang, text) for lang, names in labels.items() for text in names[entry["code"]][1:]
            ),
            broader=entry["broader"],
            dye=entry.get("dye"),
            pickable=not entry.get("group", False),
            country=entry.get("country"),
            codes=frozenset(
                (scheme, code) for scheme, codes in entry.get("codes", {}).items() for code in codes
            ),
        )
        for name, kind in FILES.items()
        for entry in read_entries(name)
    )
    terms = [*from_files, *_countries(), *_languages()]
    return sorted(terms, key=lambda term: term.broader is not None)


@lru_cache
def country_codes() -> tuple[str, ...]:
    """The countries (ISO 3166-1 alpha-2) that an organisation can be in."""
    codes = Locale.parse("en").territories
    return tuple(
        sorted(
            code
            for code in codes
            if isinstance(code, str)
            and len(code) == 2
            and code.isalpha()
            and code not in NO_COUNTRIES.split()
        )
    )


def _countries() -> Iterator[Term]:
    locales = {lang: Locale.parse(lang) for lang in ALL_LANGUAGES}
    for code in country_codes():
        labels = {
            lang: locale.territories[code] for lang, locale in locales.items() if code in locale.territories
        }
        yield Term(f"country:{code}", ConceptKind.COUNTRY, labels, (("en", code),), country=code)


def _languages() -> Iterator[Term]:
    """The working languages; each can also be found by the name that it has in itself."""
    locales = {lang: Locale.parse(lang) for lang in ALL_LANGUAGES}
    for code in (*ALL_LANGUAGES, *WORKING_LANGUAGES.split()):
        labels = {
            lang: locale.languages[code] for lang, locale in locales.items() if code in locale.languages
        }
        own = Locale.parse(code).languages.get(code)
        synonyms = ((code, own),) if own and own != labels.get(code) else ()
        yield Term(f"language:{code}", ConceptKind.LANGUAGE, labels, synonyms)
