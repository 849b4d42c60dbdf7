"""What the pages about introductions accept; whether it makes sense is the services' question."""

from __future__ import annotations

from app.core.forms import LetterForm, paragraph
from app.core.i18n import lazy_text as _l
from app.features.introductions.models import LONGEST_MESSAGE


class AskForm(LetterForm):
    """Asking for an introduction: a few sentences, and the language that they are written in."""

    message = paragraph(
        _l("Your message"),
        longest=LONGEST_MESSAGE,
        description=_l("Two or three sentences: who you are, and what you would like to talk about."),
    )
