"""What stands around suggestions: filters, what was set aside, how two organisations stand, tasks."""

from __future__ import annotations

from collections import defaultdict
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
from app.features.taxonomy.queries import cooperation_choices, label_of

WHY_NOT: Mapping[SetAsideReason, LazyString] = {
    SetAsideReason.ALREADY_KNOW: _l("We know each other"),
    SetAsideReason.OTHER_SECTOR: _l("Not the right field"),
    SetAsideReason.OTHER_COUNTRY: _l("Not the right country"),
    SetAsideReason.NOT_NOW: _l("A good fit, but not now"),
}


FILTERS = ("country", "region", "skill", "kind", "size")
"""The names of the filters in the address."""
SIZE_NAMES: Mapping[str, LazyString] = {
    "size:1-9": _l("Up to 9 people employed"),
    "size:10-49": _l("10 to 49"),
    "size:50-249": _l("50 to 249"),
    "size:250": _l("250 and more"),
}


@dataclass(frozen=True)
class FilterOption:
    """One value of a filter."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class SuggestionFilters:
    """What the list can be narrowed to, and whether it is; regions come by country."""

    countries: tuple[FilterOption, ...]
    skills: tuple[FilterOption, ...]
    kinds: tuple[FilterOption, ...]
    regions: tuple[tuple[str, tuple[FilterOption, ...]], ...]
    sizes: tuple[FilterOption, ...]
    is_narrowed: bool

    @property
    def shows_more(self) -> bool:
        """Whether one of the folded filters is chosen."""
        return any(option.chosen for _, options in self.regions for option in options) or any(
            option.chosen for option in self.sizes
        )


@dataclass(frozen=True)
class SetAsideItem:
    """An organisation that was set aside."""

    slug: str
    name: str
    url: str
    why: LazyString
    until: datetime | None


def filters(listed: SuggestionList, asked: Mapping[str, str]) -> SuggestionFilters:
    """The filters of a list, with what the address asks for of FILTERS."""
    country, skill = asked["country"], asked["skill"]
    countries = (
        FilterOption(code, country_name(code), code == country)
        for code in sorted(listed.choices.countries, key=country_order)
    )
    skills = sorted(
        (FilterOption(code, label_of(code), code == skill) for code in listed.choices.skills),
        key=lambda option: (fold(option.label), option.value),
    )
    by_country: dict[str, list[FilterOption]] = defaultdict(list)
    for there, code in listed.choices.regions:
        by_country[there].append(FilterOption(code, label_of(code), code == asked["region"]))
    regions = (
        (country_name(there), tuple(sorted(by_country[there], key=lambda option: fold(option.label))))
        for there in sorted(by_country, key=country_order)
    )
    kinds = (FilterOption(code, label, code == asked["kind"]) for code, label in cooperation_choices())
    sizes = (FilterOption(code, str(name), code == asked["size"]) for code, name in SIZE_NAMES.items())
    return SuggestionFilters(
        tuple(countries), tuple(skills), tuple(kinds), tuple(regions), tuple(sizes), any(asked.values())
    )


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
