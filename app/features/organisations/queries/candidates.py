"""Organisations that may be the one described: found by shared keys, then compared by `likeness`.

Keys are the registry number, the host of the website and, within the country, the beginnings of the two rarest words of
the name. A row of the database is never compared with all others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.core.bulk_read import CHUNK_ROWS
from app.core.database import db
from app.core.search import spread
from app.core.text import fold
from app.features.organisations.duplicates.likeness import (
    PERHAPS_FROM,
    Described,
    Likeness,
    likeness,
    website_host,
)
from app.features.organisations.duplicates.names import (
    country_reductions,
    is_transliterated,
    split_words,
    strip_name,
)
from app.features.organisations.models import LONGEST_NAME, Organisation
from app.features.organisations.queries import namesakes

MAX_CANDIDATES = 50
MAX_COMPARED = 200
"""Of the organisations that share a key with one description: those that share most are compared."""
MAX_SHARING_WORD = 5_000
"""A word that more names have is too common to find anybody by."""
FEW = 3
"""Up to so many descriptions the database looks for them; for more all names are read once."""
RAREST_WORDS = 2
WORD_LETTERS = 5
"""A word is looked for by its beginning, so that a misspelt ending does no harm."""
MIN_WORD_LETTERS = 3
FETCH_CHUNK = 500
COLUMNS = (
    Organisation.name,
    Organisation.country,
    Organisation.city,
    Organisation.lat,
    Organisation.lon,
    Organisation.website,
    Organisation.contact,
    Organisation.registry_scheme,
    Organisation.registry_number,
)
"""The fields of Described, in their order."""


@dataclass(frozen=True)
class Candidate:
    """An organisation that may be the one described."""

    organisation_id: int
    likeness: Likeness


@dataclass
class _Sharing:
    """The ids that share a key, as far as they are counted, with their folded towns."""

    ids: list[int] = field(default_factory=list)
    towns: list[str] = field(default_factory=list)


def describe(organisation: Organisation) -> Described:
    """What is known of an organisation."""
    return Described(*(getattr(organisation, column.key) for column in COLUMNS))


def find_alike(described: Described, *, other_than: int | None = None) -> list[Candidate]:
    """The organisations about which somebody who gives this name has to be asked, the likeliest first.

    They are the same or perhaps the same, or have the name anywhere in the country: in any spelling, legal form or script.
    """
    found = find_candidates_of_many([described], MAX_CANDIDATES, with_namesakes=True)[0]
    known = {each.organisation_id for each in found}
    missing = set(namesakes(described.name, described.country)) - known
    found += [
        Candidate(number, likeness(described, each)) for number, each in _read_described(missing).items()
    ]
    return [each for each in found if each.organisation_id != other_than]


def find_candidates_of_many(
    descriptions: Sequence[Described], limit: int, *, with_namesakes: bool = False
) -> list[list[Candidate]]:
    """For each description the organisations of any state that are the same or perhaps the same, the likeliest first.

    `with_namesakes` adds those of the name in other towns.

    For more than FEW all names are read once (some seconds at 400,000), so that a long list is better cut into
    portions of thousands than of tens.
    """
    keys = [_keys(each) for each in descriptions]
    shared = _read_shared(descriptions, {key for each in keys for key in each})
    chosen = [_choose(described, each, shared) for described, each in zip(descriptions, keys, strict=True)]
    known = _read_described({number for ids in chosen for number in ids})
    found = []
    for described, ids in zip(descriptions, chosen, strict=True):
        compared = [
            Candidate(number, likeness(described, known[number])) for number in ids if number in known
        ]
        alike = [
            each
            for each in compared
            if each.likeness.score >= PERHAPS_FROM or (with_namesakes and each.likeness.has_same_name)
        ]
        alike.sort(key=lambda each: (-each.likeness.score, each.organisation_id))
        found.append(alike[:limit])
    return found


Key = tuple[str, str]
"""What is shared and its value: ("number", "it.iva:01234567897"), ("host", …), or a country and a word's beginning."""


def _keys(described: Described) -> list[Key]:
    """What is looked for: words of fewer than MIN_WORD_LETTERS only where there are no others."""
    country = described.country
    joined = [word.replace("-", "") for word in fold(described.name[:LONGEST_NAME]).split() if "-" in word]
    words = [
        *strip_name(described.name, country).words,
        *(each for part in joined for each in split_words(part, country)),
    ]
    telling = [word for word in words if len(word) >= MIN_WORD_LETTERS] or words
    beginnings = dict.fromkeys((country, word[:WORD_LETTERS]) for word in telling)
    return [
        *_certain_keys(described.website, described.registry_scheme, described.registry_number),
        *beginnings,
    ]


def _certain_keys(website: str, scheme: str, number: str) -> Iterator[Key]:
    if number:
        yield "number", f"{scheme}:{number}"
    if website and (host := website_host(website)):
        yield "host", host


def _read_shared(descriptions: Sequence[Described], keys: set[Key]) -> dict[Key, _Sharing]:
    """Who shares each key: of the words' beginnings at most MAX_SHARING_WORD + 1."""
    query = (
        select(
            Organisation.id,
            Organisation.country,
            Organisation.name,
            Organisation.folded_name,
            Organisation.folded_city,
            Organisation.website,
            Organisation.registry_scheme,
            Organisation.registry_number,
        )
        .where(Organisation.merged_into_id.is_(None))
        .order_by(Organisation.id)
    )
    if len(descriptions) <= FEW:
        query = query.where(or_(*(_shares(each) for each in descriptions)))
    shared: dict[Key, _Sharing] = {key: _Sharing() for key in keys}
    for row in db.session.execute(query.execution_options(yield_per=CHUNK_ROWS)):
        number, country, name, folded, town, website, scheme, registered = row
        words = _stored_words(name, folded, country)
        for key in {
            *((country, word[:WORD_LETTERS]) for word in words),
            *_certain_keys(website, scheme, registered),
        }:
            sharing = shared.get(key)
            if sharing is not None and len(sharing.ids) <= MAX_SHARING_WORD:
                sharing.ids.append(number)
                sharing.towns.append(town)
    return shared


def _stored_words(name: str, folded: str, country: str) -> Iterable[str]:
    if is_transliterated(country) or not folded.isascii():
        return split_words(name, country)
    for written_so, spelling in country_reductions(country):
        folded = folded.replace(written_so, spelling)
    return spread(folded).split()


def _shares(described: Described) -> ColumnElement[bool]:
    """The condition that an organisation shares a key with this description, or a little more than that."""
    conditions: list[ColumnElement[bool]] = []
    words: list[ColumnElement[bool]] = []
    text: ColumnElement[str] = Organisation.folded_name.expression
    for written_so, spelling in country_reductions(described.country):
        text = func.replace(text, written_so, spelling)
    joined = func.replace(text, "-", "")
    for kind, value in _keys(described):
        if kind == "number":
            conditions.append(Organisation.registry_number == described.registry_number)
        elif kind == "host":
            conditions.append(Organisation.website.contains(value, autoescape=True))
        elif not is_transliterated(described.country):
            # A plain look at each name first: joining its parts costs as much as five of these.
            words += [text.contains(value), and_(text.contains("-"), joined.contains(value))]
    named = or_(*words) if words else Organisation.folded_name.is_not(None)
    return or_(*conditions, and_(Organisation.country == described.country, named))


def _choose(described: Described, keys: list[Key], shared: dict[Key, _Sharing]) -> list[int]:
    """Who is compared: those with the number or the website, and those with one of the rarest words, best first."""
    words = [
        key for key in keys if key[0] == described.country and 0 < len(shared[key].ids) <= MAX_SHARING_WORD
    ]
    rarest = sorted(words, key=lambda key: len(shared[key].ids))[:RAREST_WORDS]
    certain = [key for key in keys if key[0] != described.country]
    town = fold(described.city)
    weights: dict[int, int] = {}
    for key in (*certain, *rarest):
        sharing = shared[key]
        for number, other_town in zip(sharing.ids, sharing.towns, strict=True):
            weight = 4 if key in certain else 2
            weights[number] = weights.get(number, 0) + weight + (1 if town and town == other_town else 0)
    best = sorted(weights, key=lambda number: (-weights[number], number))
    return list(islice(best, MAX_COMPARED))


def _read_described(ids: set[int]) -> dict[int, Described]:
    found: dict[int, Described] = {}
    ordered = sorted(ids)
    for begin in range(0, len(ordered), FETCH_CHUNK):
        query = select(Organisation.id, *COLUMNS).where(
            Organisation.id.in_(ordered[begin : begin + FETCH_CHUNK])
        )
        found.update((number, Described(*values)) for number, *values in db.session.execute(query))
    return found
