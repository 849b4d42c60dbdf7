"""The states of an initiative and of a seat on offer: which move leads from which to which; every other is a Conflict."""

from __future__ import annotations

import enum

from flask_babel import lazy_gettext as _l

from app.core.state_machine import StateMachine
from app.features.initiatives.models import InitiativeState, OfferState


class InitiativeMove(enum.StrEnum):
    """What can happen to an initiative's state."""

    OPEN = "open"
    RUN = "run"
    REOPEN = "reopen"
    CLOSE = "close"
    DELETE = "delete"


INITIATIVE_STATES: StateMachine[InitiativeState, InitiativeMove, InitiativeState | None] = StateMachine(
    InitiativeMove,
    {
        (InitiativeState.DRAFT, InitiativeMove.OPEN): InitiativeState.OPEN,
        (InitiativeState.DRAFT, InitiativeMove.DELETE): None,
        (InitiativeState.OPEN, InitiativeMove.RUN): InitiativeState.RUNNING,
        (InitiativeState.OPEN, InitiativeMove.CLOSE): InitiativeState.CLOSED,
        (InitiativeState.RUNNING, InitiativeMove.REOPEN): InitiativeState.OPEN,
        (InitiativeState.RUNNING, InitiativeMove.CLOSE): InitiativeState.CLOSED,
    },
    {
        InitiativeState.DRAFT: _l("This initiative is still a draft. Open it first."),
        InitiativeState.OPEN: _l("This initiative is open. Look at it as it is now and try again."),
        InitiativeState.RUNNING: _l("This initiative is running. Look at it as it is now and try again."),
        InitiativeState.CLOSED: _l(
            "This initiative is closed. You can still read it, but nothing in it changes any more."
        ),
    },
)


def require_unclosed(state: InitiativeState) -> None:
    """Raise Conflict where an initiative is closed: nothing in it changes any more."""
    if state is InitiativeState.CLOSED:
        raise INITIATIVE_STATES.refusal(state)


class OfferMove(enum.StrEnum):
    """What can happen to a seat on offer."""

    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"


OFFER_STATES = StateMachine(
    OfferMove,
    {
        (OfferState.SENT, OfferMove.ACCEPT): OfferState.ACCEPTED,
        (OfferState.SENT, OfferMove.DECLINE): OfferState.DECLINED,
        (OfferState.SENT, OfferMove.WITHDRAW): OfferState.WITHDRAWN,
        (OfferState.SENT, OfferMove.LAPSE): OfferState.LAPSED,
    },
    {
        OfferState.ACCEPTED: _l("This invitation was accepted already."),
        OfferState.DECLINED: _l("This invitation was declined already."),
        OfferState.WITHDRAWN: _l("This invitation was taken back."),
        OfferState.LAPSED: _l("This invitation has lapsed: the initiative is closed."),
    },
)
