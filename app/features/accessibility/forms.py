"""What the form about a barrier accepts."""

from __future__ import annotations

from typing import Any

from wtforms import EmailField
from wtforms.validators import Optional

from app.core.email_addresses import MAX_EMAIL_LENGTH, deliverable
from app.core.forms import BaseForm, at_most, line, paragraph
from app.core.i18n import lazy_text as _l
from app.core.text import tidy
from app.features.accessibility.models import MAX_DESCRIPTION_CHARS, MAX_LOCATION_CHARS


class BarrierForm(BaseForm):
    """What stood in somebody's way, where, and whether she wants an answer."""

    description = paragraph(
        _l("What could you not do?"),
        longest=MAX_DESCRIPTION_CHARS,
        description=_l(
            "One sentence is enough. Say what you use, if it matters: a screen reader, large letters."
        ),
    )
    location = line(
        _l("Where was it?"),
        longest=MAX_LOCATION_CHARS,
        needed=False,
        description=_l("The page that you came from stands here already."),
    )
    reply_to = EmailField(
        _l("Where may we answer?"),
        filters=[tidy],
        validators=[Optional(), at_most(MAX_EMAIL_LENGTH), deliverable],
        description=_l("An email address. We use it for the answer alone."),
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )

    def values(self) -> dict[str, Any]:
        """What was filled in; a field that was left out is empty."""
        return {name: value or "" for name, value in super().values().items()}
