"""What the pages about accounts accept."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from flask_babel import get_locale
from wtforms import EmailField, HiddenField, PasswordField, RadioField, SelectField
from wtforms.validators import InputRequired, Length, ValidationError

from app.core.email_addresses import MAX_EMAIL_LENGTH, deliverable, normalise_email
from app.core.forms import BaseForm, SelectChoice, Written, at_most, choices_of, line
from app.core.i18n import language_name, languages
from app.core.i18n import lazy_text as _l
from app.core.text import tidy
from app.features.accounts.models import (
    LONGEST_NAME,
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    ReadAloud,
)
from app.features.accounts.policy import WHO_SEES_ADDRESS

CONTINENTS = {
    "Europe": _l("Europe"),
    "Africa": _l("Africa"),
    "America": _l("America"),
    "Asia": _l("Asia"),
    "Australia": _l("Australia"),
    "Atlantic": _l("Atlantic Ocean"),
    "Indian": _l("Indian Ocean"),
    "Pacific": _l("Pacific Ocean"),
}
LONGEST_ZONE = 64


def address_field(**options: Any) -> EmailField:
    """A field for one's mail address."""
    return EmailField(
        _l("Email address"),
        filters=[tidy],
        validators=[
            Written(_l("Enter your email address.")),
            at_most(MAX_EMAIL_LENGTH),
            deliverable,
        ],
        render_kw={"autocomplete": "username", "inputmode": "email"},
        **options,
    )


def present_password(label: Any) -> PasswordField:
    """A field for the password that one has."""
    validators = [InputRequired(_l("Enter your password.")), at_most(LONGEST_PASSWORD)]
    return PasswordField(label, validators=validators, render_kw={"autocomplete": "current-password"})


def chosen_password(label: Any) -> PasswordField:
    """A field for a new password."""
    return PasswordField(
        label,
        description=_l(
            "At least %(number)d characters. A few words are better than one odd word.",
            number=SHORTEST_PASSWORD,
        ),
        validators=[
            InputRequired(_l("Choose a password.")),
            Length(min=SHORTEST_PASSWORD, message=_l("At least %(min)d characters.", min=SHORTEST_PASSWORD)),
            at_most(LONGEST_PASSWORD),
            _not_one_letter,
        ],
        render_kw={"autocomplete": "new-password"},
    )


def _not_one_letter(form: BaseForm, field: PasswordField) -> None:
    if len(set(field.data or "")) < 4:
        raise ValidationError(_l("Use more different characters."))


class JoinForm(BaseForm):
    """Somebody who wants an account; her browser tells her time zone if it can."""

    name = line(
        _l("Your name"),
        longest=LONGEST_NAME,
        missing=_l("Enter your name."),
        description=_l("As others here will see it."),
        render_kw={"autocomplete": "name"},
    )
    email = address_field(description=WHO_SEES_ADDRESS)
    password = chosen_password(_l("Password"))
    timezone = HiddenField(validators=[at_most(LONGEST_ZONE)], render_kw={"data-timezone": True})

    def validate_password(self, field: PasswordField) -> None:
        """Refuse the address as a password: it is what an attacker tries first."""
        if normalise_email(field.data or "") == normalise_email(self.email.data or ""):
            raise ValidationError(_l("Choose something other than your email address."))


class SignInForm(BaseForm):
    """Somebody who has an account; `link_address` is set where only a mailed link lets her in."""

    link_address = ""
    email = address_field()
    password = present_password(_l("Password"))


class ForgotForm(BaseForm):
    """Somebody who lost her password."""

    email = address_field()


class ResetForm(BaseForm):
    """A new password by a mailed link."""

    new_password = chosen_password(_l("New password"))


class PasswordForm(BaseForm):
    """A new password in exchange for the old one."""

    password = present_password(_l("The password you have now"))
    new_password = chosen_password(_l("New password"))


class AccountForm(BaseForm):
    """What a person says of herself."""

    name = line(
        _l("Your name"),
        longest=LONGEST_NAME,
        missing=_l("Enter your name."),
        description=_l("As others here will see it."),
        render_kw={"autocomplete": "name"},
    )
    locale = SelectField(_l("Language"), description=_l("Emails come in this language."))
    timezone = SelectField(_l("Time zone"), description=_l("Times are shown in this time zone."))
    read_aloud = RadioField(
        _l("What a screen reader says of new messages"),
        description=_l("When somebody writes in a room, or in a session, that you have open."),
    )

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.locale.choices = choices_of(
            (code, language_name(code, code).capitalize()) for code in languages()
        )
        self.timezone.choices = time_zones()
        self.read_aloud.choices = choices_of(
            [
                (ReadAloud.ALL.value, _l("Who has written, and the first words")),
                (ReadAloud.WHO.value, _l("Only who has written")),
                (ReadAloud.NONE.value, _l("Nothing")),
            ]
        )


@lru_cache
def zone_names() -> tuple[str, ...]:
    """The names of all time zones; read from the disk once."""
    return tuple(available_timezones())


def time_zones() -> list[SelectChoice]:
    """The time zones by continent, each by the name of its city in the reader's language."""
    locale = get_locale()
    known = locale.time_zones if locale else {}
    found = choices_of([("UTC", "UTC")], str(_l("Everywhere")))
    for continent, title in CONTINENTS.items():
        zones = [
            (zone, known.get(zone, {}).get("city") or zone.split("/", 1)[1].replace("_", " "))
            for zone in zone_names()
            if zone.startswith(f"{continent}/")
        ]
        found += choices_of(sorted(zones, key=lambda zone: zone[1]), str(title))
    return found
