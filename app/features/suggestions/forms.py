"""What the pages about introductions accept; whether it makes sense is the services' question."""

from __future__ import annotations

from wtforms import RadioField

from app.core.forms import BaseForm, choices_of, required
from app.core.i18n import lazy_text as _l
from app.features.suggestions.queries.exposure import EngineDials


class DialForm(BaseForm):
    """How much being known by many costs, and how much it counts to meet a need."""

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

    needs = RadioField(
        _l("Who comes first?"),
        choices=choices_of(
            [
                ("1.0", _l("Those who meet a need: always before all others")),
                ("0.2", _l("Those who meet a need, unless others fit much better")),
                ("0.0", _l("Those with the most points, whether or not they meet a need")),
            ]
        ),
        validators=[required()],
    )

    def dials(self) -> EngineDials:
        """The steps that were chosen."""
        return EngineDials(float(self.toll.data), float(self.needs.data))
