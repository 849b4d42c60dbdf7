"""Names of organisations without what says least: legal form, articles, spelling and script.

The table of legal forms, articles, towns with two names and spellings that stand for one another is
`legal_forms.json`: "*" holds for every country. Its texts are written as people write them, and normalised here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from app.core.text import fold, latin_letters, name_key
from app.features.organisations.models import LONGEST_CITY, LONGEST_NAME

EVERY_COUNTRY = "*"
STATUS = "status"
"""The family of forms that an organisation may have beside another one: ONLUS, so.p., ZAZ."""
COUNTRIES_LIKE: Mapping[str, str] = {"CY": "GR", "AT": "DE"}
"""Countries that read names as another one does."""
GREECE = "GR"
MIN_STRIPPED_LETTERS = 3
CACHE_SIZE = 20_000

_GREEK_LETTERS = re.compile(r"[\u0370-\u03ff]")
_LATIN_LETTERS = re.compile(r"[a-z]")
_GREEK_DIGRAPHS = (("αυ", "av"), ("ευ", "ev"), ("ηυ", "iv"))
_REPEATED_LETTER = re.compile(r"([a-z])\1+")

Words = tuple[str, ...]


@dataclass(frozen=True)
class StrippedName:
    """A name as it is compared.

    words: in their order, without legal forms and articles, never empty where the name has letters.
    families: the families of its legal forms, such as "cooperative", without STATUS.
    legal_forms: what was stripped.
    mixed_script: whether a word mixes letters of two scripts.
    """

    words: Words
    families: frozenset[str]
    legal_forms: Words
    mixed_script: bool

    @property
    def compact(self) -> str:
        """The words without spaces."""
        return "".join(self.words)


@dataclass(frozen=True)
class CountryRules:
    """What `legal_forms.json` says about a country.

    forms: the words of a legal form → its family. small_words: articles and the like. towns: one name of a town →
    the name that stands for all of them.
    """

    forms: Mapping[Words, str]
    small_words: frozenset[str]
    towns: Mapping[Words, Words]
    longest_form: int


def _read() -> Mapping[str, Any]:
    data: Mapping[str, Any] = json.loads(
        Path(__file__).with_name("legal_forms.json").read_text(encoding="utf-8")
    )
    return data


DATA = _read()


def _code(country: str) -> str:
    country = COUNTRIES_LIKE.get(country, country)
    return country if country in DATA else EVERY_COUNTRY


@cache
def country_rules(country: str) -> CountryRules:
    """The rules of a country of `legal_forms.json`, by a code that is in it."""
    parts = [DATA[EVERY_COUNTRY]] + ([DATA[country]] if country != EVERY_COUNTRY else [])
    forms = {
        tuple(split_words(form, country)): family
        for part in parts
        for family, written in part["forms"].items()
        for form in written
    }
    small = {
        word for part in parts for written in part["small_words"] for word in split_words(written, country)
    }
    towns = {
        tuple(split_words(name, country)): tuple(split_words(names[0], country))
        for part in parts
        for names in part.get("towns", ())
        for name in names
    }
    return CountryRules(forms, frozenset(small), towns, max(map(len, forms)))


def country_reductions(country: str) -> list[list[str]]:
    """The spellings that stand for one another in a country: each with the one that is kept, in their order."""
    reductions: list[list[str]] = DATA[_code(country)].get("reductions", [])
    return reductions


def is_transliterated(country: str) -> bool:
    """Whether the country's names are compared in other letters than they are folded in."""
    return _code(country) == GREECE


def split_words(text: str, country: str) -> list[str]:
    """The words of a text in Latin letters, spelt as the country's reductions say.

    "S.R.L." is one word, "L'Orto" two.
    """
    return [word for word, _ in _spelt_words(text, country)]


def _spelt_words(text: str, country: str) -> Iterator[tuple[str, bool]]:
    """Each word with whether it mixes scripts."""
    reductions = country_reductions(country)
    is_greek = is_transliterated(country)
    for written in fold(text).split():
        parts = written.split("-")
        for part in ["".join(parts)] if all(len(each) == 1 for each in parts) else parts:
            mixed = not part.isascii() and _LATIN_LETTERS.search(part) is not None
            word = _latin(part, mixed or not is_greek)
            for written_so, spelling in reductions:
                word = word.replace(written_so, spelling)
            yield _REPEATED_LETTER.sub(r"\1", word) if is_greek else word, mixed


def _latin(word: str, by_shape: bool) -> str:
    """A folded word in Latin letters: those of another script by their shape, or by their sound (ELOT 743)."""
    if word.isascii():
        return word
    shaped = name_key(word)
    if shaped.isascii() and (by_shape or not _GREEK_LETTERS.search(word)):
        return shaped
    for digraph, latin in _GREEK_DIGRAPHS:
        word = word.replace(digraph, latin)
    return latin_letters(word)


def strip_name(name: str, country: str) -> StrippedName:
    """The name without legal forms and articles; of a name longer than is kept only the beginning counts.

    A form of one word is stripped at either end, a longer one anywhere, the longest first; nothing is stripped that
    would leave fewer than MIN_STRIPPED_LETTERS.
    """
    return _strip_name(name[:LONGEST_NAME], country)


@lru_cache(maxsize=CACHE_SIZE)
def _strip_name(name: str, country: str) -> StrippedName:
    code = _code(country)
    rules = country_rules(code)
    spelt = list(_spelt_words(name, country))
    words = [word for word, _ in spelt]
    families: set[str] = set()
    legal_forms: list[str] = []
    while (found := _find_form(words, rules)) is not None:
        begin, end = found
        form = tuple(words[begin:end])
        families.add(rules.forms[form])
        legal_forms.append(" ".join(form))
        del words[begin:end]
    bare = [word for word in words if word not in rules.small_words]
    return StrippedName(
        tuple(bare if _letters(bare) >= MIN_STRIPPED_LETTERS else words),
        frozenset(families - {STATUS}),
        tuple(legal_forms),
        any(mixed for _, mixed in spelt),
    )


def _find_form(words: list[str], rules: CountryRules) -> tuple[int, int] | None:
    """Where the longest legal form stands that may be stripped, as begin and end."""
    for length in range(min(rules.longest_form, len(words)), 0, -1):
        for begin in range(len(words) - length + 1):
            end = begin + length
            at_an_end = begin == 0 or end == len(words)
            if (length > 1 or at_an_end) and tuple(words[begin:end]) in rules.forms:
                rest = words[:begin] + words[end:]
                if _letters(rest) >= MIN_STRIPPED_LETTERS:
                    return begin, end
    return None


def _letters(words: Iterable[str]) -> int:
    return sum(map(len, words))


def town_words(town: str, country: str) -> Words:
    """The words of a town's name; of one with several names those of the first."""
    words = tuple(split_words(town[:LONGEST_CITY], country))
    return country_rules(_code(country)).towns.get(words, words)
