"""What matters to a member now, the most pressing first: the first is the heading of her home page."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass

from babel.lists import format_list
from flask_babel import format_date, get_locale, ngettext, to_user_timezone
from flask_babel import gettext as _

from app.core.actors import Actor
from app.core.i18n import path_for
from app.core.permissions import can
from app.core.reading import easy
from app.features.accounts.queries import get_person
from app.features.decisions.queries import proposals_waiting_for
from app.features.initiatives.queries import (
    applications_waiting_for,
    count_applications_waiting,
    count_offers_waiting,
    offers_waiting_for,
    text_in,
)
from app.features.initiatives.queries.fitting_seats import fitting_seats
from app.features.introductions import queries as introductions
from app.features.notifications.presenters import ShownNotification, news_of
from app.features.organisations import queries as organisations
from app.features.organisations.models import OrganisationState
from app.features.rooms.queries import count_unread
from app.features.suggestions.queries.list_query import who_wants_what_you_do
from app.features.taxonomy.queries import term_of

MOST_NAMED = 3


class ActionSubject(enum.StrEnum):
    """What a matter is about."""

    ADDRESS = "address"
    NEWS = "news"
    ORGANISATION = "organisation"
    INTRODUCTIONS = "introductions"
    DECISIONS = "decisions"
    OFFERS = "offers"
    RECOMMENDED = "recommended"
    APPLICATIONS = "applications"
    ADMISSIONS = "admissions"
    TASKS = "tasks"
    STANDING = "standing"
    SUGGESTIONS = "suggestions"
    SEAT = "seat"
    ROOMS = "rooms"
    RENEWAL = "renewal"
    NOTHING = "nothing"


@dataclass(frozen=True)
class ActionItem:
    """One thing that matters: a sentence that can be a heading, one line more, and what to do about it.

    `about` tells the page what to show of it, `asks` is whether somebody waits for an answer, `posts` whether the
    button sends a form instead of opening a page. `news` is the notification that it is, if it is one.
    """

    about: ActionSubject
    title: str
    lede: str
    label: str
    url: str
    asks: bool = False
    posts: bool = False
    news: ShownNotification | None = None


def action_items(actor: Actor) -> list[ActionItem]:
    """Everything that matters to a person now, one matter about each thing; never empty."""
    found: dict[ActionSubject, ActionItem] = {}
    news = news_of(actor)
    pressing = [each for each in news if each.kind.rank <= MAX_PRESSING_RANK]
    items = [
        *(provider(actor) for provider in FIRST_PROVIDERS),
        *(map(_news, pressing[:1])),
        *(provider(actor) for provider in PROVIDERS),
        *(map(_news, news[:1])),
        *(provider(actor) for provider in LAST_PROVIDERS),
    ]
    for item in filter(None, items):
        found.setdefault(item.about, item)
    return list(found.values()) or [
        ActionItem(
            ActionSubject.NOTHING,
            _("Nothing waits for you"),
            easy("Look at who is here and what they start together."),
            _("See the organisations"),
            path_for("organisations.directory"),
        )
    ]


def _news(shown: ShownNotification) -> ActionItem:
    """A notification that the reader has not read."""
    subject = ActionSubject(shown.kind.topic) if shown.kind.topic else ActionSubject.NEWS
    return ActionItem(
        subject,
        str(shown.text.sentence.striptags()),
        "",
        shown.text.label,
        path_for("notifications.follow", notification_id=shown.id),
        asks=shown.kind.asks,
        posts=True,
        news=shown,
    )


def _verify(actor: Actor) -> ActionItem | None:
    """The address that is not verified yet keeps all the rest hidden."""
    if get_person(actor.person_id).verified_at is not None:
        return None
    return ActionItem(
        ActionSubject.ADDRESS,
        _("Is this email address yours?"),
        easy(
            "Open the link in the email that we sent you. Until then your organisation stays hidden from others."
        ),
        _("Send the email again"),
        path_for("accounts.send_verification"),
        posts=True,
    )


def _organisation(actor: Actor) -> ActionItem | None:
    """Without an organisation there is little to do, except for those who run the cluster."""
    if actor.organisation is not None or actor.cluster_role != "member":
        return None
    return ActionItem(
        ActionSubject.ORGANISATION,
        _("Tell us about your organisation"),
        easy("It takes a few minutes. At once you see who abroad fits it, and why."),
        _("Create your organisation"),
        path_for("organisations.new"),
    )


def _introductions(actor: Actor) -> ActionItem | None:
    waiting = introductions.count_waiting(actor)
    if not waiting:
        return None
    return ActionItem(
        ActionSubject.INTRODUCTIONS,
        ngettext(
            "%(num)d organisation would like to meet you",
            "%(num)d organisations would like to meet you",
            waiting,
        ),
        easy(
            "Somebody has waited for more than a week. After three without an answer, others read that you have not "
            "answered lately."
        )
        if introductions.count_overdue(actor)
        else easy("Read what they write. If you accept, a room opens for the two of you."),
        _("Read and answer"),
        path_for("introductions.index"),
        asks=True,
    )


def _decisions(actor: Actor) -> ActionItem | None:
    waiting = proposals_waiting_for(actor)
    if not waiting:
        return None
    first = waiting[0]
    return ActionItem(
        ActionSubject.DECISIONS,
        ngettext(
            "A decision waits for your answer until %(day)s",
            "%(num)d decisions wait for your answer, the first until %(day)s",
            len(waiting),
            day=format_date(to_user_timezone(first.closes_at), "EEEE d MMMM"),
        ),
        easy("Your organisation has one answer. You can change it until the time is over."),
        _("Read and answer"),
        path_for("decisions.show", key=first.key) if len(waiting) == 1 else path_for("decisions.index"),
        asks=True,
    )


def _recommended(actor: Actor) -> ActionItem | None:
    waiting = introductions.count_recommended(actor)
    if not waiting:
        return None
    return ActionItem(
        ActionSubject.RECOMMENDED,
        ngettext(
            "The facilitators think that you should meet somebody",
            "The facilitators think that you should meet %(num)d organisations",
            waiting,
        ),
        easy("See who it is. Two sentences are enough to ask, and if you say no, nobody is told."),
        _("See who it is"),
        path_for("introductions.index"),
        asks=True,
    )


def _offers(actor: Actor) -> ActionItem | None:
    waiting = count_offers_waiting(actor)
    if not waiting:
        return None
    [longest] = offers_waiting_for(actor, 1)
    return ActionItem(
        ActionSubject.OFFERS,
        ngettext("A seat is offered to you", "%(num)d seats are offered to you", waiting),
        easy("Others would like to have your organisation in their initiative. Read what it is about."),
        _("Read and answer"),
        path_for("initiatives.show", slug=longest.role.initiative.slug),
        asks=True,
    )


def _applications(actor: Actor) -> ActionItem | None:
    waiting = count_applications_waiting(actor)
    if not waiting:
        return None
    [longest] = applications_waiting_for(actor, 1)
    return ActionItem(
        ActionSubject.APPLICATIONS,
        ngettext(
            "%(num)d application waits for your answer", "%(num)d applications wait for your answer", waiting
        ),
        easy("Organisations would like to take a seat in an initiative that you lead."),
        _("Read and answer"),
        path_for("initiatives.show", slug=longest.role.initiative.slug),
        asks=True,
    )


def _admissions(actor: Actor) -> ActionItem | None:
    waiting = organisations.count_waiting(actor)
    if not waiting:
        return None
    return ActionItem(
        ActionSubject.ADMISSIONS,
        ngettext(
            "%(num)d organisation waits to be admitted", "%(num)d organisations wait to be admitted", waiting
        ),
        easy("Until you admit it, nobody else in the cluster can see it."),
        _("Look at it") if waiting == 1 else _("Look at them"),
        path_for("organisations.directory"),
        asks=True,
    )


def _tasks(actor: Actor) -> ActionItem | None:
    waiting = introductions.count_tasks(actor)
    if not waiting:
        return None
    return ActionItem(
        ActionSubject.TASKS,
        ngettext(
            "%(num)d introduction needs a facilitator", "%(num)d introductions need a facilitator", waiting
        ),
        easy("Somebody would like to meet an organisation that is not here yet."),
        _("See what to do"),
        path_for("introductions.tasks"),
        asks=True,
    )


def _admitted(actor: Actor) -> ActionItem | None:
    """An organisation that waits for a manager."""
    if actor.organisation is None or actor.organisation.state != OrganisationState.PENDING:
        return None
    return ActionItem(
        ActionSubject.STANDING,
        _("%(name)s waits to be admitted", name=actor.organisation.name),
        easy("A manager of the cluster looks at it before it is public. Meanwhile you see who fits you."),
        _("Look at your page"),
        path_for("organisations.show", slug=actor.organisation.slug),
    )


def _renewal(actor: Actor) -> ActionItem | None:
    """The kinds of cooperation that the organisation sought until a day that has passed."""
    organisation = actor.organisation
    if organisation is None or not can(actor, "organisation.edit", organisation):
        return None
    if not organisations.has_search_ended(organisation.id):
        return None
    return ActionItem(
        ActionSubject.RENEWAL,
        _("Your search for partners has ended"),
        easy("The day that you chose has passed. Say until when you look on, or leave the day out."),
        _("Say until when"),
        path_for("profiles.part", slug=organisation.slug, part="together"),
    )


def _demand(actor: Actor) -> ActionItem | None:
    demand = who_wants_what_you_do(actor)
    if not demand.organisations:
        return None
    named = [term_of(code) for code in demand.skills[:MOST_NAMED]]
    return ActionItem(
        ActionSubject.SUGGESTIONS,
        ngettext(
            "%(num)d organisation wants what you do",
            "%(num)d organisations want what you do",
            demand.organisations,
        ),
        _(
            "Abroad they look for %(skills)s. Here is who fits you, and why we think so.",
            skills=format_list(named, locale=get_locale()),
        ),
        _("See all suggestions"),
        path_for("suggestions.index"),
    )


def _seat(actor: Actor) -> ActionItem | None:
    """The free seat of an open initiative that fits the organisation best."""
    seats = fitting_seats(actor)
    if not seats:
        return None
    best = seats[0]
    skills = format_list([term_of(code) for code in best.skills[:MOST_NAMED]], locale=get_locale())
    return ActionItem(
        ActionSubject.SEAT,
        _("A seat fits you"),
        _(
            "“%(initiative)s” looks for %(skills)s, which you offer.",
            initiative=text_in(best.role.initiative).title,
            skills=skills,
        ),
        _("Look at the seat"),
        path_for("initiatives.show", slug=best.role.initiative.slug, _anchor=f"role-{best.role.id}"),
    )


def _unread(actor: Actor) -> ActionItem | None:
    unread = count_unread(actor)
    if not unread:
        return None
    return ActionItem(
        ActionSubject.ROOMS,
        ngettext("%(num)d message waits for you", "%(num)d messages wait for you", unread),
        easy("Your partners have written in your rooms."),
        _("Open the rooms"),
        path_for("rooms.index"),
    )


def _suggestions(actor: Actor) -> ActionItem | None:
    if not can(actor, "suggestion.see"):
        return None
    return ActionItem(
        ActionSubject.SUGGESTIONS,
        _("Here is who fits you abroad"),
        easy("The more you say of what you do and what you look for, the better the suggestions."),
        _("See all suggestions"),
        path_for("suggestions.index"),
    )


Provider = Callable[[Actor], ActionItem | None]
MAX_PRESSING_RANK = 30
"""A notification of at most this rank comes before what waits for an answer."""
FIRST_PROVIDERS: tuple[Provider, ...] = (_verify, _organisation)
PROVIDERS: tuple[Provider, ...] = (
    _introductions,
    _decisions,
    _offers,
    _recommended,
    _applications,
    _admissions,
    _tasks,
    _admitted,
    _renewal,
)
LAST_PROVIDERS: tuple[Provider, ...] = (_demand, _seat, _unread, _suggestions)
