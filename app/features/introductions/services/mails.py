"""Mails about introductions: to the editors of the other side, each in her language."""

from __future__ import annotations

from flask_babel import gettext as _

from app.core.actors import Actor
from app.core.i18n import available_language, public_url_for, speaking
from app.core.mail import post
from app.features.organisations.labels import TYPE_NAMES
from app.features.organisations.models import Organisation
from app.features.organisations.queries import editors_of


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
