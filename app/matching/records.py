"""Records that go into the engine and come out of it, and the checks of those that go in.

They hold codes and numbers, never labels, so that the language of a description changes no score and no reason.
"""

from __future__ import annotations

from collections.abc import Collection, Container
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

RELATION_FIELDS = ("sectors", "offers", "seeks", "goals", "topics", "cooperation")
"""The fields of a profile that relate it to concepts of the taxonomy."""


class BadRecord(ValueError):
    """A record that contradicts itself or the others; the message names the record."""


TECHNOLOGY = "cooperation:technology"
"""The kind of cooperation that seeks a technology for a social need, and the type of those who are suggested for it."""
TECHNOLOGY_PROVIDER = "technology_provider"


class DismissalReason(StrEnum):
    """Why an organisation dismissed a suggestion."""

    ALREADY_KNOW = "already_know"
    OTHER_SECTOR = "other_sector"
    OTHER_COUNTRY = "other_country"
    NOT_NOW = "not_now"


class ReasonKind(StrEnum):
    """The kinds of reasons that explain a score."""

    MEETS_NEED = "meets_need"
    NEEDS_YOU = "needs_you"
    FIRST_TO_MEET = "first_to_meet"
    NEWCOMER = "newcomer"
    SHARED_SECTOR = "shared_sector"
    RELATED_SECTOR = "related_sector"
    THEY_OFFER = "they_offer"
    THEY_OFFER_RELATED = "they_offer_related"
    THEY_SEEK = "they_seek"
    THEY_SEEK_RELATED = "they_seek_related"
    SHARED_GOAL = "shared_goal"
    COOPERATION = "cooperation"
    TECHNOLOGY_SOUGHT = "technology_sought"
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


class WarningKind(StrEnum):
    """What a reader should know of a suggestion beside its reasons; a warning changes no score.

    The engine finds NO_COMMON_LANGUAGE and LITTLE_TO_GO_BY; who knows the answers to introductions adds the third.
    """

    NO_COMMON_LANGUAGE = "no_common_language"
    LITTLE_TO_GO_BY = "little_to_go_by"
    NOT_ANSWERED_LATELY = "not_answered_lately"


@dataclass(frozen=True, slots=True)
class Profile:
    """One organisation as its profile describes it; the sets hold codes of concepts, `languages` codes of languages.

    `joined` is the day on which it came; newcomers are lifted for a while.
    `cooperation` are the kinds of cooperation that it seeks; `marks` are what a list can be narrowed to and scores nothing.
    """

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
    joined: date | None = None
    cooperation: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Project:
    """Joint work: an initiative of the cluster or a consortium of the past."""

    id: int
    partners: frozenset[int]
    started: date | None = None
    concepts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Feedback:
    """`organisation` was shown `other` and dismissed it, with the value of a DismissalReason."""

    organisation: int
    other: int
    reason: str


@dataclass(frozen=True, slots=True)
class Brief:
    """A wanted seat, or an organisation without a profile, described by what is sought.

    `skills` are compared with offers, `sectors` with sectors, `topics` with joint work. `countries` and `types` are
    requirements of the seat; `home_country` and `home_type` describe who asks, and organisations of the home country
    are left out unless `countries` names it. `partners` are at the table already: they are left out, and organisations
    close to them in the network score higher.
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
    """One term of a score with what explains it; `part` is its share of the score and may be negative.

    `count` of `total` organisations hold the concept, or `count` partners are shared; `project` is one piece of joint
    work as evidence. Where `projects` are given, they are the joint work of each step of a path from the asker over the
    `partners`, in their order, to the organisation. `odds` says how many times more often than by chance two groups
    work together. A NamedTuple, since a list makes about a hundred and a frozen dataclass takes twice the time.
    """

    kind: ReasonKind
    part: float
    concepts: tuple[str, ...] = ()
    partners: tuple[int, ...] = ()
    project: int | None = None
    count: int | None = None  # type: ignore[assignment]  # the line's, not what tuples have by this name
    total: int | None = None
    projects: tuple[int, ...] = ()
    odds: float | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A proposed partner: score = Σ part over its reasons; `warnings` in the order of WarningKind."""

    organisation: int
    score: float
    reasons: tuple[Reason, ...]
    warnings: tuple[WarningKind, ...] = ()


def check_profile(profile: Profile, known: Collection[str] | None = None) -> None:
    """Raise BadRecord unless the profile has an integer id, a country, a type and known concepts.

    `known` holds all concepts of the taxonomy; None accepts any.
    """
    name = f"organisation {profile.id!r}"
    if not _is_number(profile.id):
        raise BadRecord(f"{name} is not a whole number")
    for field in ("country", "type"):
        value = getattr(profile, field)
        if not isinstance(value, str) or not value:
            raise BadRecord(f"{name} has no {field}, but {value!r}")
    if not _is_number(profile.open_introductions) or profile.open_introductions < 0:
        raise BadRecord(f"{name} has {profile.open_introductions!r} open introductions")
    if profile.joined is not None and not isinstance(profile.joined, date):
        raise BadRecord(f"{name} joined on {profile.joined!r}, which is not a date")
    for field in (*RELATION_FIELDS, "languages"):
        _check_codes(name, getattr(profile, field), known if field != "languages" else None)


def check_project(
    project: Project, organisations: Container[int], known: Collection[str] | None = None
) -> None:
    """Raise BadRecord unless all partners are in `organisations`, the date is a date and all concepts are known."""
    name = f"project {project.id!r}"
    if not _is_number(project.id):
        raise BadRecord(f"{name} is not a whole number")
    for partner in sorted(project.partners):
        if partner not in organisations:
            raise BadRecord(f"{name} names organisation {partner}, which is not given")
    if project.started is not None and not isinstance(project.started, date):
        raise BadRecord(f"{name} began on {project.started!r}, which is not a date")
    _check_codes(name, project.concepts, known)


def _check_codes(name: str, codes: Collection[str], known: Collection[str] | None) -> None:
    for code in codes:
        if not isinstance(code, str) or not code:
            raise BadRecord(f"{name} holds {code!r}, which is not a concept")
        if known is not None and code not in known:
            raise BadRecord(f"{name} holds {code!r}, a concept that the taxonomy does not know")


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
