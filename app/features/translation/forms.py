"""What the page accepts on which a translation is corrected."""

from __future__ import annotations

from wtforms import HiddenField

from app.core.forms import BaseForm, at_most, paragraph
from app.core.i18n import lazy_text as _l
from app.features.translation.models import MAX_TRANSLATION_CHARS, VERSION_CHARS


class MendingForm(BaseForm):
    """Better words for a translation; `version` tells which text and translation were on the page."""

    body = paragraph(_l("The translation"), longest=MAX_TRANSLATION_CHARS)
    version = HiddenField(validators=[at_most(VERSION_CHARS)])
