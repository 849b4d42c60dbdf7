"""What the page of choices accepts: for each kind of notice how one is mailed about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time

from flask_babel import format_time
from wtforms import BooleanField, SelectField

from app.core.forms import BaseForm, choices_of
from app.core.i18n import lazy_text as _l
from app.core.notices import Channel, NoticeKind
from app.features.notifications.models import MailSchedule

OFFERED: Mapping[Channel, str] = {
    Channel.NOW: _l("At once"),
    Channel.DAILY: _l("Once a day"),
    Channel.WEEKLY: _l("On Mondays"),
    Channel.NEVER: _l("Never"),
}
"""The channels that one can choose, with their names."""


def choices_form(
    kinds: Mapping[str, NoticeKind], chosen: Mapping[str, Channel], schedule: MailSchedule
) -> BaseForm:
    """A form with a field for each kind, named as the kind with "_" for "."; it holds the effective channel.

    Beside them, for each kind that devices show whether they do, and when and how mails come, as it is in `schedule`.
    """
    hours = choices_of((str(hour), format_time(time(hour), "short", rebase=False)) for hour in range(24))

    class ChoicesForm(BaseForm):
        """One field a kind, made below."""

        quiet_from = SelectField(_l("No emails from"), choices=hours, default=str(schedule.quiet_from))
        quiet_to = SelectField(_l("Until"), choices=hours, default=str(schedule.quiet_to))
        with_words = BooleanField(_l("With the words that were written"), default=schedule.with_words)
        pushes_words = BooleanField(
            _l("Show the first words on my devices, too"), default=schedule.pushes_words
        )

    for kind in kinds.values():
        channel = chosen.get(kind.name, kind.channel)
        field = SelectField(
            kind.says,  # type: ignore[arg-type]  # a lazy string
            choices=choices_of((each.value, _option(each, kind.channel)) for each in OFFERED),
            default=channel.value,
        )
        setattr(ChoicesForm, field_name(kind.name), field)
        if kind.push:
            is_shown = kind.name not in schedule.unpushed_kinds
            setattr(
                ChoicesForm,
                push_field_name(kind.name),
                BooleanField(_l("Also on my devices"), default=is_shown),
            )
    return ChoicesForm()


def _option(channel: Channel, default: Channel) -> str:
    """The name of a channel, and whether it is the one that everybody has."""
    name = OFFERED[channel]
    return _l("%(channel)s, as for everybody", channel=name) if channel is default else name


def field_name(kind: str) -> str:
    """The name of a kind's field."""
    return kind.replace(".", "_")


def push_field_name(kind: str) -> str:
    """The name of the field that says whether a kind is shown on devices."""
    return f"push_{field_name(kind)}"
