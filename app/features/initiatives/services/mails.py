"""Mails about applications: to those who lead, and to those who applied, each in her own language."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.core.actors import Actor
from app.core.i18n import available_language, public_url_for, speaking
from app.core.mail import post as send
from app.features.accounts.models import Person
from app.features.initiatives.models import Application, Initiative, SeatOffer, WantedRole
from app.features.initiatives.queries import text_in
from app.features.organisations.queries import members_of

SUBJECTS: Mapping[str, LazyString] = {
    "application_sent": _l("An application to your initiative"),
    "application_accepted": _l("Your application was accepted"),
    "application_declined": _l("Your application was declined"),
    "application_lapsed": _l("An initiative that you applied to is closed"),
    "offer_sent": _l("A seat in an initiative is offered to you"),
    "offer_accepted": _l("Your invitation was accepted"),
    "offer_declined": _l("Your invitation was declined"),
}


def tell_lead(actor: Actor, initiative: Initiative, role: WantedRole, application: Application) -> None:
    """Tell everybody who acts for the lead that an organisation applied."""
    assert actor.organisation is not None
    for person in _people(initiative.lead_id):
        _write(
            person,
            initiative,
            "application_sent",
            role=role.title,
            organisation=actor.organisation.name,
            message=application.message,
        )


def tell_applicant(initiative: Initiative, application: Application, template: str) -> None:
    """Tell the person who applied the answer; where she acts for the organisation no more, those who do."""
    people = _people(application.organisation_id)
    author = [person for person in people if person.id == application.person_id]
    for person in author or people:
        _write(
            person,
            initiative,
            template,
            role=application.role.title,
            organisation=application.organisation.name,
        )


def tell_invited(
    actor: Actor, initiative: Initiative, role: WantedRole, organisation_id: int, message: str
) -> None:
    """Tell everybody who acts for an organisation that a seat is offered to it."""
    assert actor.organisation is not None
    for person in _people(organisation_id):
        lead = actor.organisation.name
        _write(person, initiative, "offer_sent", role=role.title, organisation=lead, message=message)


def tell_inviters(initiative: Initiative, offer: SeatOffer, template: str) -> None:
    """Tell the person who offered a seat the answer; where she acts for the lead no more, those who do."""
    people = _people(initiative.lead_id)
    author = [person for person in people if person.id == offer.person_id]
    for person in author or people:
        _write(person, initiative, template, role=offer.role.title, organisation=offer.organisation.name)


def _people(organisation_id: int) -> list[Person]:
    """Those who act for an organisation and can be written to."""
    people = [membership.person for membership in members_of(organisation_id)]
    return [person for person in people if person.verified_at is not None and person.suspended_at is None]


def _write(person: Person, initiative: Initiative, template: str, **context: object) -> None:
    lang = available_language(person.locale)
    with speaking(lang):
        subject = str(SUBJECTS[template])
    send(
        person.email,
        lang,
        subject,
        template,
        initiative=text_in(initiative, lang).title,
        url=public_url_for("initiatives.show", lang, slug=initiative.slug),
        **context,
    )
