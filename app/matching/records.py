"""Plain records: what goes into the engine and what comes out of it.

Only codes and numbers stand here, never labels, so that the same organisations described in another
language get the same partners, the same scores and the same reasons.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class NotNow(StrEnum):
    """Why somebody set a suggestion aside."""

    ALREADY_KNOW = "already_know"
    OTHER_SECTOR = "other_sector"
    OTHER_COUNTRY = "other_country"
    NOT_NOW = "not_now"


class ReasonKind(StrEnum):
    """What a line of an explanation is about."""

    SHARED_SECTOR = "shared_sector"
    RELATED_SECTOR = "related_sector"
    THEY_OFFER = "they_offer"
    THEY_OFFER_RELATED = "they_offer_related"
    THEY_SEEK = "they_seek"
    THEY_SEEK_RELATED = "they_seek_related"
    SHARED_GOAL = "shared_goal"
    LANGUAGE = "language"
    TRACK_RECORD = "track_record"
    SIMILAR_PROFILE = "similar_profile"
    ACTIVE_IN_TOPIC = "active_in_topic"
    PARTNERS_IN_COMMON = "partners_in_common"
    NEAR_IN_NETWORK = "near_in_network"
    NEW_COUNTRY = "new_country"
    KNOWS_COUNTRY = "knows_country"
    COUNTRY_PAIR = "country_pair"
    TYPE_PAIR = "type_pair"
    COUNTRY_WANTED = "country_wanted"
    TYPE_WANTED = "type_wanted"
    WELL_CONNECTED = "well_connected"
    SAME_PARTNERS = "same_partners"
    LIKE_ONE_SET_ASIDE = "like_one_set_aside"
    COUNTRY_SET_ASIDE = "country_set_aside"
    COUNTRY_REPEATED = "country_repeated"
    HANDS_NEARLY_FULL = "hands_nearly_full"
    WELL_KNOWN = "well_known"


@dataclass(frozen=True, slots=True)
class Profile:
    """One organisation, as its own page describes it."""

    id: int
    country: str
    type: str
    sectors: frozenset[str] = frozenset()
    offers: frozenset[str] = frozenset()
    seeks: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    goals: frozenset[str] = frozenset()
    paused: bool = False
    open_introductions: int = 0


@dataclass(frozen=True, slots=True)
class Project:
    """Joint work: an initiative of the cluster or a consortium of the past."""

    id: int
    partners: frozenset[int]
    started: date | None = None
    concepts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Feedback:
    """`organisation` was shown `other` and said "not now, because…"."""

    organisation: int
    other: int
    reason: str


@dataclass(frozen=True, slots=True)
class Brief:
    """A wanted seat, or a newcomer of whom nothing but a short description is known.

    `skills` and `sectors` are looked for in what organisations offer and do, `topics` in their joint work.
    `countries` and `types` are what the seat asks for; `home_country` and `home_type` say who asks, and
    nobody of the home country is proposed. `partners` already sit at the table: they are not proposed, and
    those near them are preferred.
    """

    skills: frozenset[str] = frozenset()
    sectors: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    exclude: frozenset[int] = frozenset()
    home_country: str | None = None
    home_type: str | None = None
    topics: frozenset[str] = frozenset()
    partners: frozenset[int] = frozenset()


class Reason(NamedTuple):
    """One line of an explanation; `part` is its share of the score and may be negative.

    `count` of `total` organisations share the concept, or `count` partners are held in common; `project` is
    one piece of joint work that shows it. A hundred are made for each list, which takes a frozen dataclass twice as long.
    """

    kind: ReasonKind
    part: float
    concepts: tuple[str, ...] = ()
    partners: tuple[int, ...] = ()
    project: int | None = None
    count: int | None = None  # type: ignore[assignment]  # the line's, not what tuples have by this name
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A proposed partner; the parts of its reasons add up to its score."""

    organisation: int
    score: float
    reasons: tuple[Reason, ...]
