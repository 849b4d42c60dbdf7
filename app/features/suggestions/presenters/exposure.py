"""Who is shown how often: by country, size and age, beside their share of the cluster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from flask_babel import format_percent
from flask_babel import gettext as _

from app.core.i18n import country_name
from app.features.suggestions.queries.exposure import ExposureCount
from app.matching.evaluation.metrics import gini

T = TypeVar("T", str, int | None)
SIZES = ("1–9", "10–49", "50–249", "250+")
AGES = ("0–2", "3–10", "11–25", "26+")


@dataclass(frozen=True)
class ExposureGroup:
    """Organisations of a kind: how many they are and how often they were shown, with both shares as percentages."""

    label: str
    organisations: int
    shown: int
    share_of_cluster: str
    share_of_shown: str


@dataclass(frozen=True)
class ExposureReport:
    """The whole: how unevenly it is shared, who was never shown, and the groups in three ways."""

    gini: float
    organisations: int
    shown: int
    never: int
    by_country: tuple[ExposureGroup, ...]
    by_size: tuple[ExposureGroup, ...]
    by_age: tuple[ExposureGroup, ...]


def exposure_report(found: Sequence[ExposureCount]) -> ExposureReport:
    """What the page of exposure shows."""
    counts = Counter[int]()
    for one in found:
        counts[one.shown] += one.organisations
    return ExposureReport(
        gini(counts),
        counts.total(),
        sum(one.shown * one.organisations for one in found),
        counts[0],
        _groups(found, lambda one: one.country, country_name),
        _groups(found, lambda one: one.size, lambda place: _named(place, SIZES)),
        _groups(found, lambda one: one.age, lambda place: _named(place, AGES)),
    )


def _groups(
    found: Sequence[ExposureCount], kind: Callable[[ExposureCount], T], name: Callable[[T], str]
) -> tuple[ExposureGroup, ...]:
    """The groups of one kind: ranges of numbers in their order, others by name, those of whom nothing is said last."""
    many, times = Counter[T](), Counter[T]()
    for one in found:
        many[kind(one)] += one.organisations
        times[kind(one)] += one.shown * one.organisations
    everybody, whole = many.total(), times.total()

    def order(group: T) -> tuple[bool, T | str]:
        return group is None, name(group) if not isinstance(group, int) else group

    return tuple(
        ExposureGroup(
            name(group),
            many[group],
            times[group],
            format_percent(many[group] / everybody),
            format_percent(times[group] / whole if whole else 0),
        )
        for group in sorted(many, key=order)
    )


def _named(place: int | None, names: Sequence[str]) -> str:
    return _("not said") if place is None else names[place]
