"""What the pages of rooms accept."""

from __future__ import annotations

import secrets
from typing import Any

from flask_babel import gettext as _
from wtforms import HiddenField, MultipleFileField, SelectField
from wtforms.validators import Length, Regexp
from wtforms.widgets import HiddenInput

from app.core.errors import AppError, Conflict
from app.core.forms import BaseForm, choices_of, line, paragraph
from app.core.i18n import ALL_LANGUAGES, current_language, language_name
from app.core.i18n import lazy_text as _l
from app.core.numbers import NumberField
from app.core.uploads.formats import ACCEPTED
from app.features.files.models import MAX_ALT_LENGTH
from app.features.rooms.labels import FOLLOW_NAMES, MODE_NAMES
from app.features.rooms.models import (
    LONGEST_BODY,
    MAX_ABOUT_CHARS,
    MAX_MUTE_DAYS,
    MAX_REASON_CHARS,
    MAX_THEME_CHARS,
    MAX_THEME_CONCEPTS,
    Follow,
    ReactionWord,
    Room,
    RoomMode,
    RoomRow,
)
from app.features.taxonomy.fields import ConceptsField
from app.features.taxonomy.models import ConceptKind


def fresh_cid() -> str:
    """An id for one message, so that a form that is sent twice says it once."""
    return secrets.token_urlsafe(12)


class CommandForm(BaseForm):
    """What a room's pages send: `cid` names it, so that it is done once."""

    cid = HiddenField(validators=[Length(min=8, max=64), Regexp(r"^[A-Za-z0-9_-]+$")])

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        if not self.is_submitted():
            self.cid.data = fresh_cid()

    def take(self, error: AppError) -> None:
        """What was sent before with other words becomes something new when it is sent again."""
        super().take(error)
        if isinstance(error, Conflict):
            self.cid.data = fresh_cid()


class WordsForm(CommandForm):
    """A message's words and the language that they are in."""

    body = paragraph(_l("Your message"), longest=LONGEST_BODY)
    lang = SelectField(_l("Language you write in"), validate_choice=True)

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.lang.choices = choices_of((code, language_name(code)) for code in ALL_LANGUAGES)


class MessageForm(WordsForm):
    """The composer without a script."""

    body = paragraph(_l("Your message"), longest=LONGEST_BODY, needed=False)
    reply_to = NumberField(low=1, widget=HiddenInput())
    attached = MultipleFileField(_l("Add files"), render_kw={"accept": ACCEPTED})
    alt = line(
        _l("Describe the pictures, for those who do not see them"), longest=MAX_ALT_LENGTH, needed=False
    )

    def message(self) -> dict[str, Any]:
        """What is said, without the files that go with it."""
        return {name: value for name, value in self.values().items() if name not in ("attached", "alt")}


_WORDS = choices_of([("", ""), *((word.value, word.value) for word in ReactionWord)])


class ReactionForm(BaseForm):
    """A word to a message: `add` names one that is said, `drop` one that is taken back."""

    add = SelectField(choices=_WORDS, default="")
    drop = SelectField(choices=_WORDS, default="")

    @property
    def word(self) -> ReactionWord | None:
        """The word that is named; None where there is none."""
        named = self.add.data or self.drop.data
        return ReactionWord(named) if named else None


class ReportForm(BaseForm):
    """Why somebody wants a message to be looked at."""

    why = paragraph(
        _l("What is wrong with it?"), longest=MAX_REASON_CHARS, description=_l("One sentence is enough.")
    )


class ReadForm(BaseForm):
    """How far one has read, without a script."""

    seq = NumberField(needed=True, widget=HiddenInput())


class ModeForm(CommandForm):
    """Who writes in a room, such as "slow-60"."""

    mode = SelectField(_l("Who writes here?"))

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.mode.choices = choices_of((_mode_key(*each), name) for each, name in MODE_NAMES.items())

    def chosen(self) -> tuple[RoomMode, int]:
        """The mode, and its seconds."""
        return next(each for each in MODE_NAMES if _mode_key(*each) == self.mode.data)


def _mode_key(mode: RoomMode, slow_seconds: int) -> str:
    return f"{mode.value}-{slow_seconds}"


def mode_values(room: Room | RoomRow) -> dict[str, str]:
    """What the form shows of a room."""
    return {"mode": _mode_key(RoomMode(room.mode), room.slow_seconds)}


class MuteForm(BaseForm):
    """Who is muted in a room, and for how many days; for none she is not any more."""

    person = NumberField(needed=True, low=1)
    days = NumberField(needed=True, low=0, high=MAX_MUTE_DAYS)


class FollowForm(BaseForm):
    """Of what in a room somebody wants to be told."""

    follow = SelectField(_l("Tell me of"))

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.follow.choices = choices_of((each.value, name) for each, name in FOLLOW_NAMES.items())

    def chosen(self) -> Follow:
        """What was chosen."""
        return Follow(self.follow.data)


class ThemeForm(BaseForm):
    """What a theme is called and about, in as many languages as one likes; the page's own comes first."""

    sectors = ConceptsField(
        _l("Fields of work"),
        kind=ConceptKind.SECTOR,
        most=MAX_THEME_CONCEPTS,
        description=_l("Up to three fields and skills in all: by them people find it."),
    )
    skills = ConceptsField(_l("Skills"), kind=ConceptKind.SKILL, most=MAX_THEME_CONCEPTS)

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        own = current_language()
        self.codes = (own, *(code for code in ALL_LANGUAGES if code != own))
        for code in self.codes:
            language = language_name(code)
            self[f"title_{code}"].label.text = _("Title, in this language: %(language)s", language=language)
            self[f"about_{code}"].label.text = _("What it is about: %(language)s", language=language)

    def theme(self) -> dict[str, Any]:
        """What the services take."""
        return {
            "texts": {
                code: {"title": self[f"title_{code}"].data, "about": self[f"about_{code}"].data}
                for code in self.codes
            },
            "concepts": [*(self.sectors.data or ()), *(self.skills.data or ())],
        }


for _code in ALL_LANGUAGES:
    setattr(ThemeForm, f"title_{_code}", line("", longest=MAX_THEME_CHARS, needed=False))
    setattr(ThemeForm, f"about_{_code}", paragraph("", longest=MAX_ABOUT_CHARS, needed=False))


def theme_values(room: Room) -> dict[str, Any]:
    """What the form shows of a theme before anybody changes it."""
    codes = sorted(link.concept.code for link in room.concepts)
    values: dict[str, Any] = {
        f"{kind}s": [code for code in codes if code.startswith(f"{kind}:")] for kind in ("sector", "skill")
    }
    for text in room.texts:
        values |= {f"title_{text.lang}": text.title, f"about_{text.lang}": text.about}
    return values
