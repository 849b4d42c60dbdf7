"""The states of a claim: which move leads from which to which; every other is a Conflict."""

from __future__ import annotations

import enum

from flask_babel import lazy_gettext as _l

from app.core.state_machine import StateMachine
from app.features.claims.models import ClaimState


class ClaimMove(enum.StrEnum):
    """What can happen to a claim."""

    CONTEST = "contest"
    GIVE = "give"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


CLAIM_STATES = StateMachine(
    ClaimMove,
    {
        (ClaimState.ASKED, ClaimMove.CONTEST): ClaimState.CONTESTED,
        (ClaimState.ASKED, ClaimMove.GIVE): ClaimState.GIVEN,
        (ClaimState.ASKED, ClaimMove.REFUSE): ClaimState.REFUSED,
        (ClaimState.ASKED, ClaimMove.WITHDRAW): ClaimState.WITHDRAWN,
        (ClaimState.CONTESTED, ClaimMove.GIVE): ClaimState.GIVEN,
        (ClaimState.CONTESTED, ClaimMove.REFUSE): ClaimState.REFUSED,
        (ClaimState.CONTESTED, ClaimMove.WITHDRAW): ClaimState.WITHDRAWN,
    },
    otherwise=_l("This claim was decided or taken back meanwhile."),
)
