"""The states of an introduction and of a recommendation: which move leads where; every other is a Conflict."""

from __future__ import annotations

import enum

from flask_babel import lazy_gettext as _l

from app.core.state_machine import StateMachine
from app.features.introductions.models import IntroductionState, RecommendationState


class IntroductionMove(enum.StrEnum):
    """What can happen to an introduction."""

    ASK_BACK = "ask_back"
    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


INTRODUCTION_STATES = StateMachine(
    IntroductionMove,
    {
        (IntroductionState.ASKED, IntroductionMove.ASK_BACK): IntroductionState.ACCEPTED,
        (IntroductionState.ASKED, IntroductionMove.ACCEPT): IntroductionState.ACCEPTED,
        (IntroductionState.ASKED, IntroductionMove.DECLINE): IntroductionState.DECLINED,
        (IntroductionState.ASKED, IntroductionMove.WITHDRAW): IntroductionState.WITHDRAWN,
        (IntroductionState.ASKED, IntroductionMove.EXPIRE): IntroductionState.EXPIRED,
    },
    {
        IntroductionState.ACCEPTED: _l("This introduction was accepted already. You can talk in its room."),
        IntroductionState.DECLINED: _l("This introduction was declined already."),
        IntroductionState.WITHDRAWN: _l("This introduction was withdrawn. You can ask for one yourself."),
        IntroductionState.EXPIRED: _l(
            "This introduction expired without an answer. You can ask for a new one."
        ),
    },
)


class RecommendationMove(enum.StrEnum):
    """What can happen to a recommended introduction."""

    ASK = "ask"
    DISMISS = "dismiss"


RECOMMENDATION_STATES = StateMachine(
    RecommendationMove,
    {
        (RecommendationState.OPEN, RecommendationMove.ASK): RecommendationState.ASKED,
        (RecommendationState.OPEN, RecommendationMove.DISMISS): RecommendationState.DISMISSED,
    },
    otherwise=_l("This recommendation was answered already."),
)
