"""Who is shown how often: by country, size and age, beside their share of the cluster."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask_babel import format_percent
from flask_babel import gettext as _

from app.core.clock import now
from app.core.i18n import country_name
from app.features.suggestions.queries.exposure import Shown
from app.matching.exposure import gini

SIZES = ((10, "1–9"), (50, "10–49"), (250, "50–249"))
AGES = ((3, "0–2"), (11, "3–10"), (26, "11–25"))


ORDER = {
    label: place
    for some in ((*SIZES, (0, "250+")), (*AGES, (0, "26+")))
    for place, (_most, label) in enumerate(some)
}
"""Where a group that is a range of numbers stands; the others stand behind by name."""


@dataclass(frozen=True)
class Group:
    """Organisations of a kind: how many they are and how often they were shown, with both shares as percentages."""

    label: str
    organisations: int
    shown: int
    share_of_cluster: str
    share_of_shown: str


@dataclass(frozen=True)
class Exposed:
    """The whole: how unevenly it is shared, who was never shown, and the groups in three ways."""

    gini: float
    organisations: int
    shown: int
    never: int
    by_country: tuple[Group, ...]
    by_size: tuple[Group, ...]
    by_age: tuple[Group, ...]


def exposed(found: Sequence[Shown]) -> Exposed:
    """What the page of exposure shows."""
    return Exposed(
        gini(one.shown for one in found),
        len(found),
        sum(one.shown for one in found),
        sum(not one.shown for one in found),
        _groups(found, lambda one: country_name(one.country)),
        _groups(found, _size),
        _groups(found, _age),
    )


def _groups(found: Sequence[Shown], label: Callable[[Shown], str]) -> tuple[Group, ...]:
    groups = defaultdict[str, list[Shown]](list)
    for one in found:
        groups[label(one)].append(one)
    everybody, whole = len(found), sum(one.shown for one in found)
    return tuple(
        Group(
            name,
            len(some),
            sum(one.shown for one in some),
            format_percent(len(some) / everybody),
            format_percent(sum(one.shown for one in some) / whole if whole else 0),
        )
        for name, some in sorted(groups.items(), key=lambda each: (ORDER.get(each[0], len(ORDER)), each[0]))
    )


def _size(one: Shown) -> str:
    """How many people work there."""
    if one.employed is None:
        return _("not said")
    return next((label for most, label in SIZES if one.employed < most), "250+")


def _age(one: Shown) -> str:
    """How many years old it is."""
    if one.founded is None:
        return _("not said")
    return next((label for most, label in AGES if now().year - one.founded < most), "26+")
