"""What things in rooms are called."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.features.rooms.models import ReactionWord

REACTION_WORDS: Mapping[ReactionWord, LazyString] = {
    ReactionWord.AGREE: _l("Agree"),
    ReactionWord.THANKS: _l("Thanks"),
    ReactionWord.QUESTION: _l("Question"),
    ReactionWord.CONCERN: _l("Concern"),
}
