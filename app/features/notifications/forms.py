"""What the page of choices accepts: for each kind of notice how one is mailed about it."""

from __future__ import annotations

from collections.abc import Mapping

from wtforms import RadioField

from app.core.forms import BaseForm, choices_of
from app.core.i18n import lazy_text as _l
from app.core.notices import Channel, NoticeKind

OFFERED: Mapping[Channel, str] = {Channel.NOW: _l("At once"), Channel.NEVER: _l("Never")}
"""The channels that one can choose, with their names."""


def choices_form(kinds: Mapping[str, NoticeKind], chosen: Mapping[str, Channel]) -> BaseForm:
    """A form with a field for each kind, named as the kind with "_" for "."; it holds the effective channel."""

    class ChoicesForm(BaseForm):
        """One field a kind, made below."""

    for kind in kinds.values():
        channel = chosen.get(kind.name, kind.channel)
        field = RadioField(
            kind.says,  # type: ignore[arg-type]  # a lazy string
            choices=choices_of((each.value, _option(each, kind.channel)) for each in OFFERED),
            default=(channel if channel in OFFERED else Channel.NEVER).value,
        )
        setattr(ChoicesForm, field_name(kind.name), field)
    return ChoicesForm()


def _option(channel: Channel, default: Channel) -> str:
    """The name of a channel, and whether it is the one that everybody has."""
    name = OFFERED[channel]
    return _l("%(channel)s, as for everybody", channel=name) if channel is default else name


def field_name(kind: str) -> str:
    """The name of a kind's field."""
    return kind.replace(".", "_")
