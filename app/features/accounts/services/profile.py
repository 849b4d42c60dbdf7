"""What a person says of herself."""

from __future__ import annotations

from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.audit import record
from app.core.errors import Invalid, SignInNeeded
from app.core.i18n import languages
from app.core.permissions import authorize
from app.features.accounts import queries
from app.features.accounts.models import Person, ReadAloud


def choose_reading(actor: Actor, *, easy: bool) -> None:
    """Keep whether the actor wants easy words, on all her devices; a visitor has only her browser's cookie."""
    if actor.person is not None:
        queries.get_person(actor.person_id).reads_easy = easy


def edit(actor: Actor, *, name: str, locale: str, timezone: str, read_aloud: str) -> Person:
    """Change the actor's own name, language and time zone, and what is read aloud to her (`ReadAloud`)."""
    if actor.person is None:
        raise SignInNeeded
    person = queries.get_person(actor.person_id)
    authorize(actor, "account.edit", person)
    if locale not in languages():
        raise Invalid(fields={"locale": [_l("Choose one of the languages.")]})
    if timezone not in available_timezones() | {"UTC"}:
        raise Invalid(fields={"timezone": [_l("Choose one of the time zones.")]})
    if read_aloud not in set(ReadAloud):
        raise Invalid(fields={"read_aloud": [_l("Choose one.")]})
    before = {"name": person.name, "locale": person.locale, "timezone": person.timezone}
    person.name, person.locale, person.timezone, person.read_aloud = name, locale, timezone, read_aloud
    after = {"name": name, "locale": locale, "timezone": timezone}
    record(actor, "account.edit", f"person:{person.id}", before, after)
    return person
