"""What the pages about introductions accept; whether it makes sense is the services' question."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField

from app.core.errors import BadRequest
from app.core.forms import BaseForm, choices_of, paragraph, required
from app.core.i18n import ALL_LANGUAGES, current_language, language_name
from app.core.numbers import parse_integer
from app.features.initiatives.models import LONGEST_MESSAGE as LONGEST_INVITATION
from app.features.suggestions.models import LONGEST_MESSAGE


class LetterForm(BaseForm):
    """What is written to others, in the language that the page is in unless one says another."""

    lang = SelectField(_l("Written in"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lang.choices = choices_of((code, language_name(code)) for code in ALL_LANGUAGES)
        if not self.is_submitted() and not self.lang.data:
            self.lang.data = current_language()


class AskForm(LetterForm):
    """Asking for an introduction: a few sentences, and the language that they are written in."""

    message = paragraph(
        _l("Your message"),
        longest=LONGEST_MESSAGE,
        description=_l("Two or three sentences: who you are, and what you would like to talk about."),
    )


class InviteForm(LetterForm):
    """Offering seats: a few words for all who are invited, which may stay empty; the button says whom."""

    message = paragraph(
        _l("Your invitation"),
        longest=LONGEST_INVITATION,
        needed=False,
        description=_l("A few words for those whom you invite. They see the initiative and the role anyway."),
    )
    seats = HiddenField()

    def chosen(self) -> list[tuple[int, str]]:
        """The seats that the button names, each as a role's id and an organisation's address; raises BadRequest."""
        found = []
        for part in (self.seats.data or "").split():
            role, _colon, slug = part.partition(":")
            number = parse_integer(role)
            if number is None or not slug:
                raise BadRequest
            found.append((number, slug))
        if not found:
            raise BadRequest
        return found


class DialForm(BaseForm):
    """How much being known by many costs."""

    toll = RadioField(
        _l("How much should it cost to be known already?"),
        choices=choices_of(
            [
                ("0.0", _l("Nothing: the best known come as often as they fit")),
                ("0.05", _l("A little")),
                ("0.1", _l("Some: many more organisations are shown, and the lists fit almost as well")),
                ("0.2", _l("Much: those whom few know come first where they fit")),
            ]
        ),
        validators=[required()],
    )

    def value(self) -> float:
        """The step that was chosen."""
        return float(self.toll.data)
