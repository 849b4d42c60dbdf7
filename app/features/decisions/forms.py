"""What the pages of decisions accept; whether it makes sense is the services' question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, SelectField

from app.core.forms import LetterForm, choices_of, line, paragraph
from app.core.i18n import lazy_text as _l
from app.core.numbers import parse_integer
from app.features.decisions.labels import MAJORITIES, QUORUMS
from app.features.decisions.models import LONGEST_TEXT, LONGEST_TITLE, MOST_OPTIONS, Method
from app.features.initiatives.models import Initiative
from app.features.initiatives.queries import text_in

CLUSTER = "0"
"""The value of the choice that the whole cluster decides."""
DAYS = (3, 7, 14, 30)
MONTHS = (3, 6, 12)


class NewForm(LetterForm):
    """Opening a decision: what it is about, who decides, until when; the fields of other methods are taken away."""

    title = line(_l("What is to be decided?"), longest=LONGEST_TITLE)
    text = paragraph(
        _l("The exact words"),
        longest=LONGEST_TEXT,
        description=_l("They stand as they are once it is opened, and so do the possibilities."),
    )
    options = paragraph(_l("The possibilities, one a line"), longest=LONGEST_TEXT, needed=False)
    seats = SelectField(_l("How many are chosen?"))
    majority = SelectField(_l("When is it adopted?"))
    by_countries = BooleanField(_l("More than half of the countries must be in favour, too"))
    who = SelectField(_l("Who decides?"))
    quorum = SelectField(_l("How many must answer?"))
    days = SelectField(_l("Until when?"))
    review_months = SelectField(_l("When do we look at it again?"))

    def __init__(
        self, method: Method, initiatives: Sequence[Initiative], for_cluster: bool, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if method in (Method.CONSENT, Method.YES_NO):
            del self.options
        if method is not Method.STV:
            del self.seats
        else:
            self.seats.choices = choices_of((str(number), str(number)) for number in range(1, MOST_OPTIONS))
        if method is not Method.YES_NO:
            del self.majority
            del self.by_countries
        else:
            self.majority.choices = choices_of(MAJORITIES.items())
        whole = [(CLUSTER, _l("All organisations of the cluster"))] if for_cluster else []
        partners = [(str(each.id), text_in(each).title) for each in initiatives]
        self.who.choices = choices_of([*partners, *whole])
        self.quorum.choices = choices_of(QUORUMS.items())
        self.days.choices = choices_of((str(days), _l("In %(days)s days", days=days)) for days in DAYS)
        self.review_months.choices = choices_of(
            (str(months), _l("In %(months)s months", months=months)) for months in MONTHS
        )
        if not self.is_submitted():
            self.days.data, self.review_months.data = "7", "6"

    def numbers(self) -> dict[str, int]:
        """What was chosen of the choices that are numbers, by the name of the field."""
        names = [name for name in ("seats", "days", "review_months") if name in self]
        return {name: parse_integer(self[name].data) or 0 for name in names}


class AnswerForm(LetterForm):
    """The reason beside an answer, and its language; the answer itself is read by its method."""

    reason = paragraph(_l("Why"), longest=1000, needed=False)
