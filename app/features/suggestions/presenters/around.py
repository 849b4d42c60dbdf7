"""What stands around suggestions: filters, what was set aside, how two organisations stand, tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.core.actors import Actor
from app.core.i18n import country_name, current_language
from app.core.text import fold
from app.features.organisations.models import Organisation
from app.features.organisations.policy import acts_for_admitted
from app.features.organisations.presenters import Card, card
from app.features.suggestions.models import NotNow
from app.features.suggestions.queries import Listed, SetAside, Standing, Task
from app.features.taxonomy.queries import label_of

WHY_NOT: Mapping[NotNow, LazyString] = {
    NotNow.ALREADY_KNOW: _l("We know each other"),
    NotNow.OTHER_SECTOR: _l("Not the right field"),
    NotNow.OTHER_COUNTRY: _l("Not the right country"),
    NotNow.NOT_NOW: _l("A good fit, but not now"),
}


@dataclass(frozen=True)
class Option:
    """One value of a filter."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Filters:
    """What the list can be narrowed to, and whether it is."""

    countries: tuple[Option, ...]
    skills: tuple[Option, ...]
    is_narrowed: bool


@dataclass(frozen=True)
class Aside:
    """An organisation that was set aside."""

    slug: str
    name: str
    url: str
    why: LazyString
    until: datetime | None


@dataclass(frozen=True)
class ShownTask:
    """A task of the facilitators."""

    id: int
    asking: Card
    asked: Card
    message: str
    lang: str
    sender: str
    asked_at: datetime
    done_at: datetime | None


@dataclass(frozen=True)
class Between:
    """How the reader's organisation stands to another; `step` names what comes next, for the template to say.

    It is "room", "answer", "waits", "handed_over", "rest", "paused", "full", "not_admitted", "hand_over" or "ask".
    """

    step: str
    introduction_id: int | None = None
    room_id: int | None = None
    day: datetime | None = None
    message: str = ""
    lang: str = ""


def filters(listed: Listed, country: str, skill: str) -> Filters:
    """The filters of a list, with what the address asks for."""
    countries = {code: country_name(code) for code in listed.choices.countries}
    skills = {code: label_of(code) for code in listed.choices.skills}
    return Filters(_options(countries, country), _options(skills, skill), bool(country or skill))


def _options(labels: Mapping[str, str], chosen: str) -> tuple[Option, ...]:
    options = (Option(value, label, value == chosen) for value, label in labels.items())
    return tuple(sorted(options, key=lambda option: (fold(option.label), option.value)))


def aside(found: Sequence[SetAside]) -> list[Aside]:
    """What was set aside, and why."""
    shown = [(each, card(each.organisation)) for each in found]
    return [
        Aside(
            organisation.slug,
            organisation.name,
            organisation.url,
            WHY_NOT[each.feedback.reason],
            each.feedback.until,
        )
        for each, organisation in shown
    ]


def tasks(found: Sequence[Task]) -> list[ShownTask]:
    """Tasks as their list shows them."""
    return [
        ShownTask(
            id=task.row.id,
            asking=card(task.asking),
            asked=card(task.asked),
            message=task.row.message,
            lang="" if task.row.lang == current_language() else task.row.lang,
            sender=task.person.name if task.person else "",
            asked_at=task.row.created_at,
            done_at=task.row.done_at,
        )
        for task in found
    ]


def standing(actor: Actor, other: Organisation, found: Standing) -> Between:
    """What comes next between two organisations."""
    waiting = found.waiting
    if found.room_id is not None:
        return Between("room", room_id=found.room_id)
    if waiting is not None:
        lang = "" if waiting.lang == current_language() else waiting.lang
        step = "waits" if waiting.asked_by == actor.organisation_id else "answer"
        return Between(step, waiting.id, day=waiting.expires_at, message=waiting.message, lang=lang)
    if found.task is not None:
        return Between("handed_over", day=found.task.created_at)
    if not acts_for_admitted(actor):
        return Between("not_admitted")
    if found.rested_at is not None:
        return Between("rest", day=found.rested_at)
    if found.paused_until is not None:
        return Between("paused", day=found.paused_until)
    if found.full:
        return Between("full")
    return Between("hand_over" if other.unclaimed else "ask")


def answer_to_asking(other: Organisation, found: Standing) -> str:
    """What is said when asking succeeded."""
    if other.unclaimed:
        return _("The facilitators look for somebody at %(name)s and will tell you.", name=other.name)
    if found.waiting is not None:
        return _("You both want to meet: this is your room.")
    return _("You have asked. We tell you as soon as %(name)s answers.", name=other.name)
