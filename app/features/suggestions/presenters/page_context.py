"""What stands around suggestions: filters, what was set aside, how two organisations stand, tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.core.i18n import country_name, country_order
from app.core.text import fold
from app.features.organisations.presenters import card
from app.features.suggestions.models import SetAsideReason
from app.features.suggestions.queries.list_query import SetAside, SuggestionList
from app.features.taxonomy.queries import label_of

WHY_NOT: Mapping[SetAsideReason, LazyString] = {
    SetAsideReason.ALREADY_KNOW: _l("We know each other"),
    SetAsideReason.OTHER_SECTOR: _l("Not the right field"),
    SetAsideReason.OTHER_COUNTRY: _l("Not the right country"),
    SetAsideReason.NOT_NOW: _l("A good fit, but not now"),
}


@dataclass(frozen=True)
class FilterOption:
    """One value of a filter."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class SuggestionFilters:
    """What the list can be narrowed to, and whether it is."""

    countries: tuple[FilterOption, ...]
    skills: tuple[FilterOption, ...]
    is_narrowed: bool


@dataclass(frozen=True)
class SetAsideItem:
    """An organisation that was set aside."""

    slug: str
    name: str
    url: str
    why: LazyString
    until: datetime | None


def filters(listed: SuggestionList, country: str, skill: str) -> SuggestionFilters:
    """The filters of a list, with what the address asks for."""
    countries = (
        FilterOption(code, country_name(code), code == country)
        for code in sorted(listed.choices.countries, key=country_order)
    )
    skills = sorted(
        (FilterOption(code, label_of(code), code == skill) for code in listed.choices.skills),
        key=lambda option: (fold(option.label), option.value),
    )
    return SuggestionFilters(tuple(countries), tuple(skills), bool(country or skill))


def aside(found: Sequence[SetAside]) -> list[SetAsideItem]:
    """What was set aside, and why."""
    shown = [(each, card(each.organisation)) for each in found]
    return [
        SetAsideItem(
            organisation.slug,
            organisation.name,
            organisation.url,
            WHY_NOT[each.feedback.reason],
            each.feedback.until,
        )
        for each, organisation in shown
    ]
