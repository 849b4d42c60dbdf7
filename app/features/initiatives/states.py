"""The states of an initiative and of a seat on offer: which move leads from which to which; every other is a Conflict."""

from __future__ import annotations

import enum
from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.core.errors import Conflict
from app.features.initiatives.models import InitiativeState, OfferState


class Move(enum.StrEnum):
    """What can happen to an initiative's state."""

    OPEN = "open"
    RUN = "run"
    REOPEN = "reopen"
    CLOSE = "close"
    DELETE = "delete"


TRANSITIONS: Mapping[tuple[InitiativeState, Move], InitiativeState | None] = {
    (InitiativeState.DRAFT, Move.OPEN): InitiativeState.OPEN,
    (InitiativeState.DRAFT, Move.DELETE): None,
    (InitiativeState.OPEN, Move.RUN): InitiativeState.RUNNING,
    (InitiativeState.OPEN, Move.CLOSE): InitiativeState.CLOSED,
    (InitiativeState.RUNNING, Move.REOPEN): InitiativeState.OPEN,
    (InitiativeState.RUNNING, Move.CLOSE): InitiativeState.CLOSED,
}
"""None is where nothing is left of it."""

REFUSALS: Mapping[InitiativeState, LazyString] = {
    InitiativeState.DRAFT: _l("This initiative is still a draft. Open it first."),
    InitiativeState.OPEN: _l("This initiative is open. Look at it as it is now and try again."),
    InitiativeState.RUNNING: _l("This initiative is running. Look at it as it is now and try again."),
    InitiativeState.CLOSED: _l(
        "This initiative is closed. You can still read it, but nothing in it changes any more."
    ),
}


def after(state: InitiativeState, move: Move) -> InitiativeState | None:
    """The state that a move leads to, None where it deletes; raises Conflict where the table has no such move."""
    try:
        return TRANSITIONS[state, move]
    except KeyError as error:
        raise Conflict(REFUSALS[state]) from error


def moves_from(state: InitiativeState) -> tuple[Move, ...]:
    """The moves that the table allows now, in its order."""
    return tuple(move for begin, move in TRANSITIONS if begin is state)


def require_unclosed(state: InitiativeState) -> None:
    """Raise Conflict where an initiative is closed: nothing in it changes any more."""
    if state is InitiativeState.CLOSED:
        raise Conflict(REFUSALS[state])


class Answer(enum.StrEnum):
    """What can happen to a seat on offer."""

    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"


ANSWERS: Mapping[tuple[OfferState, Answer], OfferState] = {
    (OfferState.SENT, Answer.ACCEPT): OfferState.ACCEPTED,
    (OfferState.SENT, Answer.DECLINE): OfferState.DECLINED,
    (OfferState.SENT, Answer.WITHDRAW): OfferState.WITHDRAWN,
    (OfferState.SENT, Answer.LAPSE): OfferState.LAPSED,
}

ANSWERED: Mapping[OfferState, LazyString] = {
    OfferState.ACCEPTED: _l("This invitation was accepted already."),
    OfferState.DECLINED: _l("This invitation was declined already."),
    OfferState.WITHDRAWN: _l("This invitation was taken back."),
    OfferState.LAPSED: _l("This invitation has lapsed: the initiative is closed."),
}


def after_answer(state: OfferState, answer: Answer) -> OfferState:
    """The state of an offer after an answer; raises Conflict, saying how it ended, where the table has none."""
    try:
        return ANSWERS[state, answer]
    except KeyError as error:
        raise Conflict(ANSWERED.get(state)) from error
