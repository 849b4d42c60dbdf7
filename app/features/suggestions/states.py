"""The states of an introduction and of one that is recommended: which move leads where; every other is a Conflict."""

from __future__ import annotations

import enum
from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.core.errors import Conflict
from app.features.suggestions.models import IntroductionState, RecommendationState


class Move(enum.StrEnum):
    """What can happen to an introduction."""

    ASK_BACK = "ask_back"
    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


TRANSITIONS: Mapping[tuple[IntroductionState, Move], IntroductionState] = {
    (IntroductionState.ASKED, Move.ASK_BACK): IntroductionState.ACCEPTED,
    (IntroductionState.ASKED, Move.ACCEPT): IntroductionState.ACCEPTED,
    (IntroductionState.ASKED, Move.DECLINE): IntroductionState.DECLINED,
    (IntroductionState.ASKED, Move.WITHDRAW): IntroductionState.WITHDRAWN,
    (IntroductionState.ASKED, Move.EXPIRE): IntroductionState.EXPIRED,
}

ENDED: Mapping[IntroductionState, LazyString] = {
    IntroductionState.ACCEPTED: _l("This introduction was accepted already. You can talk in its room."),
    IntroductionState.DECLINED: _l("This introduction was declined already."),
    IntroductionState.WITHDRAWN: _l("This introduction was withdrawn. You can ask for one yourself."),
    IntroductionState.EXPIRED: _l("This introduction expired without an answer. You can ask for a new one."),
}


def after(state: IntroductionState, move: Move) -> IntroductionState:
    """The state that a move leads to; raises Conflict, saying how it ended, where the table has none."""
    try:
        return TRANSITIONS[state, move]
    except KeyError as error:
        raise Conflict(ENDED.get(state)) from error


class Settle(enum.StrEnum):
    """What can happen to a recommended introduction."""

    ASK = "ask"
    DISMISS = "dismiss"


SETTLED: Mapping[tuple[RecommendationState, Settle], RecommendationState] = {
    (RecommendationState.OPEN, Settle.ASK): RecommendationState.ASKED,
    (RecommendationState.OPEN, Settle.DISMISS): RecommendationState.DISMISSED,
}


def after_settling(state: RecommendationState, move: Settle) -> RecommendationState:
    """The state of a recommendation after a move; raises Conflict where the table has none."""
    try:
        return SETTLED[state, move]
    except KeyError as error:
        raise Conflict(_l("This recommendation was answered already.")) from error
