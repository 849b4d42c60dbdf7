"""What the page of consortia accepts."""

from __future__ import annotations

from wtforms import HiddenField

from app.core.errors import BadRequest
from app.core.forms import LetterForm, paragraph
from app.core.i18n import lazy_text as _l
from app.core.numbers import parse_integer
from app.features.initiatives.models import LONGEST_MESSAGE as LONGEST_INVITATION


class SeatInvitationForm(LetterForm):
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
