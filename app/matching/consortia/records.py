"""Records of consortium composition: the call, a programme's rules, the candidates and the result."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.matching.graph import Undirected
from app.matching.records import Profile


@dataclass(frozen=True, slots=True)
class Need:
    """A requirement that one organisation has to meet; `seat` identifies it for the caller.

    The organisation is from one of `countries` and of one of `types`, where given, and holds at least one of the skills
    and sectors; the more, the better.
    """

    seat: int
    skills: frozenset[str] = frozenset()
    sectors: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Call:
    """What a consortium is sought for.

    `table` are organisations that are in already. With `seats` each need is a seat for an organisation of its own;
    without, one organisation may meet several needs and the smallest consortium wins. `most` bounds all members.
    `wants_new` rewards one organisation that no other has worked with. Organisations with `capacity` open introductions
    are not available.
    """

    needs: tuple[Need, ...]
    table: frozenset[int] = frozenset()
    seats: bool = True
    most: int = 20
    wants_new: bool = False
    exclude: frozenset[int] = frozenset()
    capacity: int = 10
    """Open introductions from which an organisation is not available."""


@dataclass(frozen=True, slots=True)
class ProgrammeRules:
    """Eligibility rules of a programme: at least `organisations` from `countries` countries, `core` of them from
    `core_countries`; if `eligible` is given, only organisations from there count. `source` and `url` say where it is
    written.
    """

    code: str
    organisations: int = 0
    countries: int = 0
    eligible: frozenset[str] = frozenset()
    core: int = 0
    core_countries: frozenset[str] = frozenset()
    source: str = ""
    url: str = ""


class ScoreLineKind(StrEnum):
    """The terms of a consortium's score."""

    FITS = "fits"
    SUGGESTED = "suggested"
    KNOWN = "known"
    NEW_TIE = "new_tie"
    COUNTRIES = "countries"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One line of the score; the parts add up to it.

    `concepts` are held concepts, or the languages and countries of the whole; `partners` have worked with the
    organisation.
    """

    kind: ScoreLineKind
    part: float
    organisation: int | None = None
    seat: int | None = None
    concepts: tuple[str, ...] = ()
    partners: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Alternative:
    """A substitute for a member, the loss of score, and whether the consortium stays as complete."""

    organisation: int
    difference: float
    as_complete: bool


@dataclass(frozen=True, slots=True)
class ConsortiumMember:
    """A member: its seats, what it lacks for them, and substitutes. Without a seat it is there for the programme's rules."""

    organisation: int
    seats: tuple[int, ...]
    lacks: tuple[str, ...] = ()
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """Empty seats, and what the programme's rules still require."""

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
    """A consortium and its score; `exact` says it is proven optimal among the candidates, else `at_most` bounds the score
    of any other that is as complete.
    """

    places: tuple[ConsortiumMember, ...]
    score: float
    lines: tuple[ScoreLine, ...]
    missing: Missing
    exact: bool
    at_most: float

    @property
    def organisations(self) -> tuple[int, ...]:
        """The members by number."""
        return tuple(sorted(place.organisation for place in self.places))


@dataclass(frozen=True)
class CandidateData:
    """Profiles by number, the collaboration graph, and the engine's opinion in [0, 1] by (seat, organisation)."""

    profiles: Mapping[int, Profile]
    ties: Undirected
    scores: Mapping[tuple[int, int], float] = field(default_factory=dict)


DEFAULT_RULES_FILE = Path(__file__).with_name("rules.json")


def load_rules(path: Path = DEFAULT_RULES_FILE) -> dict[str, ProgrammeRules]:
    """Programme code → rules, in the order of the file."""
    content = json.loads(path.read_text(encoding="utf-8"))
    groups: dict[str, list[str]] = content["groups"]
    return {one["code"]: _rules(one, groups) for one in content["programmes"]}


def _rules(one: Mapping[str, Any], groups: Mapping[str, list[str]]) -> ProgrammeRules:
    def countries(name: str) -> frozenset[str]:
        return frozenset(code for group in one.get(name, ()) for code in groups[group])

    fields = {name: value for name, value in one.items() if name not in ("eligible", "core_countries")}
    return ProgrammeRules(
        **fields, eligible=countries("eligible"), core_countries=countries("core_countries")
    )
