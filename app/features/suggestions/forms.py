"""What the pages about introductions accept; whether it makes sense is the services' question."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from app.core.forms import BaseForm, paragraph
from app.core.i18n import ALL_LANGUAGES, current_language, language_name
from app.features.suggestions.models import LONGEST_MESSAGE


class AskForm(BaseForm):
    """Asking for an introduction: a few sentences, and the language that they are written in."""

    message = paragraph(
        _l("Your message"),
        longest=LONGEST_MESSAGE,
        description=_l("Two or three sentences: who you are, and what you would like to talk about."),
    )
    lang = SelectField(_l("Written in"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lang.choices = [(code, language_name(code)) for code in ALL_LANGUAGES]
        if not self.is_submitted():
            self.lang.data = current_language()
