"""Mails about who acts for an organisation, each in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.core.i18n import available_language, public_url_for, speaking
from app.core.mail import post
from app.features.accounts.models import Person
from app.features.organisations.models import Organisation

SUBJECTS: Mapping[str, LazyString] = {
    "invitation_accepted": _l("%(person)s accepted your invitation"),
    "invitation_withdrawn": _l("Your invitation was taken back"),
    "member_removed": _l("You do not act for %(organisation)s any more"),
    "role_changed": _l("Your role at %(organisation)s was changed"),
    "organisation_admitted": _l("%(organisation)s is in the cluster"),
    "organisation_suspended": _l("%(organisation)s is suspended"),
    "organisation_restored": _l("%(organisation)s is in the cluster again"),
    "still_right": _l("Is the page of %(organisation)s still right?"),
    "membership_asked": _l("Somebody asks to act for your organisation"),
    "membership_begun": _l("You act for an organisation from now on"),
    "membership_refused": _l("Your request was declined"),
}


def send_to(
    people: Iterable[Person], organisation: Organisation, template: str, endpoint: str, **context: object
) -> None:
    """Have a mail about an organisation sent to people, with the address of one of its pages."""
    for person in people:
        if person.suspended_at is not None:
            continue
        lang = available_language(person.locale)
        with speaking(lang):
            said = {name: str(value) for name, value in context.items()}
            subject = str(SUBJECTS[template]) % {"organisation": organisation.name, **said}
        post(
            person.email,
            lang,
            subject,
            template,
            organisation=organisation.name,
            url=public_url_for(endpoint, lang, slug=organisation.slug),
            **said,
        )
