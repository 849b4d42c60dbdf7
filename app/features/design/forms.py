"""What the pages of design sessions accept."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from wtforms import BooleanField, EmailField, RadioField, SelectField, TimeField

from app.core.actors import Actor
from app.core.email_addresses import MAX_EMAIL_LENGTH, deliverable
from app.core.forms import (
    BaseForm,
    DayField,
    Written,
    at_most,
    choices_of,
    line,
    paragraph,
    required,
    value_of,
)
from app.core.i18n import ALL_LANGUAGES, current_language, language_name
from app.core.i18n import lazy_text as _l
from app.core.numbers import NumberField
from app.core.text import tidy
from app.features.design.methods import METHODS
from app.features.design.models.sessions import (
    MAX_MINUTES,
    MAX_PROMPT_LENGTH,
    MAX_QUESTION_LENGTH,
    MAX_TITLE_LENGTH,
    Phase,
    PhaseKind,
)
from app.features.design.phases import MAX_POINTS, made_policy, policy_of
from app.features.design.presenters.board_words import kind_names
from app.features.design.queries.sessions import list_initiatives_for

SWITCHES = ("write", "see_own_only", "anonymous", "move", "group", "totals_hidden")


def language_field() -> SelectField:
    """In which language the design session is held."""
    return SelectField(
        _l("Language of the session"), choices=[], description=_l("Everybody may write in their own.")
    )


class NewForm(BaseForm):
    """A design session to be made from a method."""

    title = line(_l("What is it called?"), longest=MAX_TITLE_LENGTH)
    question = paragraph(
        _l("What do you want to find out together?"),
        longest=MAX_QUESTION_LENGTH,
        needed=False,
        description=_l("One question, as you would ask it at a table."),
    )
    method = RadioField(_l("Method"), validators=[required()])
    initiative = SelectField(_l("Initiative"), validate_choice=True)
    lang = language_field()

    @classmethod
    def of(cls, actor: Actor, *, initiative: str) -> NewForm:
        """The form for somebody, with an initiative chosen where one was asked for."""
        form = cls(initiative=initiative, method=next(iter(METHODS)), lang=current_language())
        form.method.choices = choices_of((code, method.name) for code, method in METHODS.items())
        form.initiative.choices = choices_of(
            [("", _("None: only those who are invited come")), *list_initiatives_for(actor)]
        )
        form.lang.choices = choices_of((code, language_name(code)) for code in ALL_LANGUAGES)
        return form

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {**super().values(), "initiative": self.initiative.data or None}


class AboutForm(BaseForm):
    """What a design session is called and asks."""

    title = line(_l("What is it called?"), longest=MAX_TITLE_LENGTH)
    question = paragraph(
        _l("What do you want to find out together?"), longest=MAX_QUESTION_LENGTH, needed=False
    )
    lang = language_field()
    minutes = NumberField(
        _l("How long it lasts, in minutes"),
        low=1,
        high=MAX_MINUTES,
        needed=True,
        sentence=_l("Between 1 and %(max)d minutes.", max=MAX_MINUTES),
    )

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.lang.choices = choices_of((code, language_name(code)) for code in ALL_LANGUAGES)


class DateForm(BaseForm):
    """The day and the hour, in the time zone of the person who sets it."""

    day = DayField(_l("Day"), validators=[required()])
    hour = TimeField(_l("Time"), validators=[required()])

    def moment(self, zone: str) -> datetime:
        """The moment in UTC."""
        return datetime.combine(value_of(self.day), value_of(self.hour), ZoneInfo(zone)).astimezone(UTC)


class InvitationForm(BaseForm):
    """Somebody of the cluster who is to come."""

    email = EmailField(
        _l("Email address"),
        filters=[tidy],
        validators=[
            Written(),
            at_most(MAX_EMAIL_LENGTH),
            deliverable,
        ],
    )
    runs = BooleanField(_l("They run it together with you"))


class PhaseForm(BaseForm):
    """A phase: what is done in it, its words, its time, and what it allows."""

    kind = SelectField(_l("What is done in it"))
    title = line(_l("Its name"), longest=MAX_TITLE_LENGTH)
    prompt = paragraph(_l("What it asks"), longest=MAX_PROMPT_LENGTH, needed=False)
    minutes = NumberField(
        _l("Minutes"),
        default=10,
        high=MAX_MINUTES,
        needed=True,
        sentence=_l("Between 0 and %(max)d minutes.", max=MAX_MINUTES),
    )
    timer = SelectField(_l("When the time is up"))
    vote = NumberField(
        _l("Points for everybody"),
        default=0,
        high=MAX_POINTS,
        needed=True,
        sentence=_l("Between 0 and %(max)d points.", max=MAX_POINTS),
        description=_l("0 where nobody votes."),
    )
    as_usual = BooleanField(_l("Allow what is usual for this kind of phase"), default=True)
    write = BooleanField(_l("Cards can be written"))
    see_own_only = BooleanField(_l("Cards stay hidden until you reveal them"))
    anonymous = BooleanField(_l("Nobody learns who wrote a card"))
    move = BooleanField(_l("Cards can be moved"))
    group = BooleanField(_l("Cards can be put together"))
    totals_hidden = BooleanField(_l("Totals stay hidden until the end"))

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.kind.choices = choices_of(kind_names().items())
        self.timer.choices = choices_of(
            [("advisory", _("it only says so")), ("hard", _("writing and voting end"))]
        )

    @classmethod
    def of(cls, phase: Phase) -> PhaseForm:
        """The form of a phase, filled with its values."""
        policy = policy_of(phase).plain()
        usual = made_policy(phase.kind).plain() == policy
        words = {
            "title": phase.title,
            "prompt": phase.prompt,
            "minutes": phase.minutes,
            "kind": phase.kind.value,
        }
        return cls(**words, as_usual=usual, **{name: policy[name] for name in (*SWITCHES, "timer", "vote")})

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        words = {"title": self.title.data, "prompt": self.prompt.data, "minutes": self.minutes.data}
        if self.as_usual.data:
            policy = {"vote": self.vote.data} if self.vote.data else {}
        else:
            switches = {name: bool(self[name].data) for name in SWITCHES}
            policy = {**switches, "timer": self.timer.data, "vote": self.vote.data or 0}
        return {**words, "kind": self.kind.data, "policy": policy}

    def changes(self, kind: PhaseKind) -> dict[str, Any]:
        """What the service takes for a phase of this kind: its words, and of its policy only what is to differ."""
        wanted = self.values()
        if wanted["kind"] == kind.value and self.as_usual.data:
            wanted["policy"] = made_policy(kind).plain()
        return wanted
