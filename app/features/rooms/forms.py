"""What the page of a room accepts."""

from __future__ import annotations

import secrets
from typing import Any

from wtforms import HiddenField, MultipleFileField, SelectField
from wtforms.validators import Length, Regexp
from wtforms.widgets import HiddenInput

from app.core.errors import AppError, Conflict
from app.core.forms import BaseForm, choices_of, line, paragraph
from app.core.i18n import ALL_LANGUAGES, language_name
from app.core.i18n import lazy_text as _l
from app.core.numbers import NumberField
from app.core.uploads.formats import ACCEPTED
from app.features.files.models import MAX_ALT_LENGTH
from app.features.rooms.models import LONGEST_BODY, MAX_REASON_CHARS, ReactionWord


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
