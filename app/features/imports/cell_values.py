"""Cells of a file as fields of a profile: numbers, codes or labels in any language, several divided by ; or |."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from flask_babel import gettext as _

from app.core.text import fold, name_key, one_line, tidy
from app.core.validation import InvalidValue
from app.features.imports.columns import type_words
from app.features.taxonomy.models import ConceptKind
from app.matching.evaluation.consortia_files import RENAMED_COUNTRIES

MAX_VALUES_PER_CELL = 40
MAX_NUMBER_CHARS = 12
WHOLE_NUMBER = re.compile(r"[0-9]{1,3}([ .,'’\u00a0][0-9]{3})+|[0-9]{1,9}([.,]0{1,2})?")
"""Digits, perhaps in groups of three, or with decimals that are zero, as spreadsheets write numbers."""
DECIMALS = re.compile(r"[.,]0{1,2}$")
MAX_QUOTED_CHARS = 60
SEVERAL: Mapping[str, ConceptKind] = {
    "sectors": ConceptKind.SECTOR,
    "offers": ConceptKind.SKILL,
    "seeks": ConceptKind.SKILL,
    "languages": ConceptKind.LANGUAGE,
    "goals": ConceptKind.GOAL,
    "cooperation": ConceptKind.COOPERATION,
    "region": ConceptKind.REGION,
}
NUMBERS = ("founded", "employed", "disadvantaged", "volunteers")


@dataclass(frozen=True)
class TermIndex:
    """The concepts that people may choose: their codes, and codes by (kind, folded label or synonym)."""

    codes: Mapping[str, ConceptKind]
    names: Mapping[tuple[ConceptKind, str], frozenset[str]]
    countries: Mapping[str, str | None]

    def find(self, kind: ConceptKind, written: str, country: str = "") -> str:
        """The code of what somebody wrote; raises InvalidValue where it is none, or one of several."""
        for code in (written, f"{kind.value}:{written}", f"{kind.value}:{written.lower()}"):
            if self.codes.get(code) is kind:
                return code
        found = self.names.get((kind, fold(written)), frozenset())
        if len(found) > 1 and country:
            found = frozenset(code for code in found if self.countries.get(code) in (None, country))
        if len(found) == 1:
            return next(iter(found))
        shown = quote(written)
        if found:
            several = ", ".join(sorted(found))
            raise InvalidValue(
                _("“%(text)s” can be one of several: write %(codes)s.", text=shown, codes=several)
            )
        raise InvalidValue(_("“%(text)s” is not in the list. Write a code or a label of it.", text=shown))


@dataclass
class RowValues:
    """The fields of a row, and sentences about its cells by field."""

    fields: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, list[str]] = field(default_factory=dict)


def quote(text: str) -> str:
    """A text as a sentence can quote it."""
    plain = one_line(tidy(text))
    return plain if len(plain) <= MAX_QUOTED_CHARS else f"{plain[:MAX_QUOTED_CHARS]}…"


def read_values(
    cells: Sequence[str], mapping: Mapping[str, str], terms: TermIndex, country: str = ""
) -> RowValues:
    """The fields that a row gives; what is empty is not given. `country` is taken where the row has none."""
    values = RowValues()
    given = {
        name: text for at, name in mapping.items() if int(at) < len(cells) and (text := tidy(cells[int(at)]))
    }
    if country:
        given.setdefault("country", country)
    # The country comes first: it tells regions of one name apart.
    for name in sorted(given, key=lambda each: each != "country"):
        try:
            values.fields[name] = _value(name, given[name], terms, values.fields.get("country", ""))
        except InvalidValue as error:
            values.problems.setdefault(name, []).append(str(error.sentence))
    return values


def _value(name: str, text: str, terms: TermIndex, country: str) -> Any:
    if name in SEVERAL:
        return _codes(SEVERAL[name], text, terms, country)
    if name in NUMBERS:
        return _whole_number(text)
    if name in ("lat", "lon"):
        return _degrees(text, 90 if name == "lat" else 180)
    if name in READERS:
        return READERS[name](text, terms)
    return text if name == "story" else one_line(text)


def _codes(kind: ConceptKind, text: str, terms: TermIndex, country: str) -> list[str]:
    parts = [part for each in re.split(r"[;|\n]", text) if (part := one_line(each))]
    if len(parts) > MAX_VALUES_PER_CELL:
        raise InvalidValue(_("Write at most %(most)s in one cell.", most=MAX_VALUES_PER_CELL))
    # A label may hold a comma; where the whole is none, commas divide, too.
    found: list[str] = []
    for part in parts:
        try:
            found.append(terms.find(kind, part, country))
        except InvalidValue:
            pieces = [piece for each in part.split(",") if (piece := one_line(each))]
            if not 1 < len(pieces) <= MAX_VALUES_PER_CELL:
                raise
            found += [terms.find(kind, piece, country) for piece in pieces]
    return list(dict.fromkeys(found))


def _whole_number(text: str) -> int:
    is_number = len(text) <= MAX_NUMBER_CHARS and WHOLE_NUMBER.fullmatch(text)
    if not is_number:
        raise InvalidValue(_("“%(text)s” is not a whole number.", text=quote(text)))
    return int("".join(letter for letter in DECIMALS.sub("", text) if letter in string.digits))


def _degrees(text: str, most: int) -> float:
    try:
        value = float(text.replace(",", ".")) if text.isascii() and len(text) <= 30 else float("nan")
    except ValueError:
        value = float("nan")
    if not -most <= value <= most:
        raise InvalidValue(_("“%(text)s” are not degrees such as 45.0703.", text=quote(text)))
    return value


def _type(text: str, terms: TermIndex) -> str:
    found = type_words().get(name_key(text))
    if found is None:
        raise InvalidValue(
            _(
                "“%(text)s” is not a kind of organisation that we know, such as “cooperative”.",
                text=quote(text),
            )
        )
    return found


def _country(text: str, terms: TermIndex) -> str:
    code = RENAMED_COUNTRIES.get(text.upper(), text.upper())
    if f"country:{code}" in terms.codes:
        return code
    return terms.find(ConceptKind.COUNTRY, text).removeprefix("country:")


READERS: Mapping[str, Callable[[str, TermIndex], Any]] = {"type": _type, "country": _country}


def problems_of(sentences: Mapping[str, Iterable[Any]]) -> list[dict[str, str]]:
    """Sentences by field as a row keeps them."""
    return [{"field": name, "text": str(text)} for name, several in sentences.items() for text in several]


class FieldDifference(NamedTuple):
    """A field of which a row says something else than the organisation does; what is its own stays in any case."""

    name: str
    here: Any
    in_file: Any
    is_own: bool
