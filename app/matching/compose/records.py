"""Plain records: what a consortium is composed from, and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.matching.graph import Undirected
from app.matching.records import Profile


@dataclass(frozen=True, slots=True)
class Need:
    """Something that one organisation has to bring; `seat` tells the caller which seat it stands for.

    Who meets it comes from one of the `countries` and is of one of the `types`, where any are named, and holds at
    least one of the skills and sectors; the more of them, the better.
    """

    seat: int
    skills: frozenset[str] = frozenset()
    sectors: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Call:
    """What a consortium is looked for: its needs, who sits at the table already, and how large it may grow.

    With `seats` every need is a seat of its own, for an organisation of its own; without, one organisation may meet
    many needs and the smallest consortium is the best. `most` counts everybody, those at the table too.
    `wants_new` asks for one organisation at least that none of the others has worked with.
    """

    needs: tuple[Need, ...]
    table: frozenset[int] = frozenset()
    seats: bool = True
    most: int = 20
    wants_new: bool = False
    exclude: frozenset[int] = frozenset()
    capacity: int = 10
    """Whoever has so many open introductions has no hand free."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a programme asks of a consortium, and where that is written.

    At least so many `organisations` from at least so many `countries`; only those of `eligible` count, where any
    are named. At least `core` of the organisations come from `core_countries`. `source` is the document and what
    it says, `url` its address.
    """

    code: str
    organisations: int = 0
    countries: int = 0
    eligible: frozenset[str] = frozenset()
    core: int = 0
    core_countries: frozenset[str] = frozenset()
    source: str = ""
    url: str = ""


class Kind(StrEnum):
    """What a line of a consortium's score is about."""

    FITS = "fits"
    SUGGESTED = "suggested"
    KNOWN = "known"
    NEW_TIE = "new_tie"
    COUNTRIES = "countries"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the score; the parts of all lines add up to it.

    `concepts` are what the organisation holds of its need, or the languages and countries of the whole; `partners`
    whom it has worked with.
    """

    kind: Kind
    part: float
    organisation: int | None = None
    seat: int | None = None
    concepts: tuple[str, ...] = ()
    partners: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Alternative:
    """Who else could take a place, and by how much the score changes then; `as_complete` says if nothing else is lost."""

    organisation: int
    difference: float
    as_complete: bool


@dataclass(frozen=True, slots=True)
class Place:
    """An organisation in a consortium: the seats it takes, what of them it does not hold, and who else could come.

    One without a seat is there because of the programme's rules.
    """

    organisation: int
    seats: tuple[int, ...]
    lacks: tuple[str, ...] = ()
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """What is still missing: seats that nobody takes, and what the rules ask beyond what is there."""

    seats: tuple[int, ...] = ()
    organisations: int = 0
    countries: int = 0
    core: int = 0

    @property
    def nothing(self) -> bool:
        """Whether the consortium is complete."""
        return not (self.seats or self.organisations or self.countries or self.core)


@dataclass(frozen=True, slots=True)
class Consortium:
    """A consortium with the reasons for it; `exact` says that no better one exists among the candidates.

    Otherwise one as complete could score `at_most` so much.
    """

    places: tuple[Place, ...]
    score: float
    lines: tuple[Line, ...]
    missing: Missing
    exact: bool
    at_most: float

    @property
    def organisations(self) -> tuple[int, ...]:
        """Who is new at the table, by number."""
        return tuple(sorted(place.organisation for place in self.places))


@dataclass(frozen=True)
class Table:
    """What is known: the profiles by number, who has worked with whom, and what the engine thinks of whom for a seat.

    `scores` holds, by seat and organisation, a number from 0 to 1.
    """

    profiles: Mapping[int, Profile]
    ties: Undirected
    scores: Mapping[tuple[int, int], float] = field(default_factory=dict)
