"""What the pages about introductions accept; whether it makes sense is the services' question."""

from __future__ import annotations

from typing import Any

from app.core.forms import LetterForm, paragraph
from app.core.i18n import current_language
from app.core.i18n import lazy_text as _l
from app.features.introductions.models import LONGEST_MESSAGE


class AskForm(LetterForm):
    """Asking for an introduction: a few sentences, and the language that they are written in."""

    message = paragraph(
        _l("Your message"),
        longest=LONGEST_MESSAGE,
        missing=_l("Write a few sentences to them."),
        description=_l("Two or three sentences: who you are, and what you would like to talk about."),
    )


class AcceptForm(LetterForm):
    """Accepting an introduction, with a few words if one likes."""

    message = paragraph(
        _l("Your answer"),
        longest=LONGEST_MESSAGE,
        needed=False,
        description=_l("It is the first thing that they read in your room."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lang.data = self.lang.data or current_language()
