"""Mails about introductions: to the editors of the other side, each in her language."""

from __future__ import annotations

from flask_babel import format_date
from flask_babel import gettext as _

from app.core.actors import Actor
from app.core.database import db
from app.core.i18n import available_language, language_name, public_url_for, speaking
from app.core.mail import post
from app.features.introductions.models import Introduction, IntroductionState
from app.features.organisations.labels import TYPE_NAMES
from app.features.organisations.models import Organisation
from app.features.organisations.queries import editors_of


def tell_of_request(actor: Actor, introduction: Introduction, other: Organisation) -> None:
    """Let the editors of the organisation that was asked know, with the message as it was written."""
    asking = db.session.get_one(Organisation, introduction.asked_by)
    for person in editors_of(other.id):
        lang = available_language(person.locale)
        with speaking(lang):
            subject = _("%(name)s would like to meet you", name=asking.name)
            kind, day = str(TYPE_NAMES[asking.type]), format_date(introduction.expires_at)
        post(
            person.email,
            lang,
            subject,
            "introduction_asked",
            asking=asking,
            other=other,
            kind=kind,
            sender=actor.person.name if actor.person else asking.name,
            message=introduction.message,
            written_in="" if introduction.lang == lang else language_name(introduction.lang, lang),
            day=day,
            url=public_url_for("introductions.index", lang),
        )


def tell_of_recommendation(actor: Actor, one: Organisation, other: Organisation) -> None:
    """Let the editors of both organisations know that a facilitator thinks that they should meet."""
    for own, met in ((one, other), (other, one)):
        for person in editors_of(own.id):
            lang = available_language(person.locale)
            with speaking(lang):
                subject = _("You should meet %(name)s", name=met.name)
                kind = str(TYPE_NAMES[met.type])
            post(
                person.email,
                lang,
                subject,
                "introduction_recommended",
                own=own,
                other=met,
                kind=kind,
                sender=actor.person.name if actor.person else "",
                url=public_url_for("introductions.index", lang),
            )


def tell_of_answer(introduction: Introduction) -> None:
    """Let the editors of the organisation that asked know what became of it."""
    answered_by = (
        introduction.high_id if introduction.asked_by == introduction.low_id else introduction.low_id
    )
    other = db.session.get_one(Organisation, answered_by)
    accepted = introduction.state == IntroductionState.ACCEPTED
    for person in editors_of(introduction.asked_by):
        lang = available_language(person.locale)
        with speaking(lang):
            subject = (
                _("%(name)s would like to meet you too", name=other.name)
                if accepted
                else _("%(name)s cannot meet you now", name=other.name)
            )
        place = "introductions.index" if accepted else "suggestions.index"
        post(
            person.email,
            lang,
            subject,
            "introduction_answered",
            other=other,
            accepted=accepted,
            url=public_url_for(place, lang),
        )
