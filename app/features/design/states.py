"""The states of a design session: which move leads from which to which; every other is a Conflict."""

from __future__ import annotations

import enum
from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.core.errors import Conflict
from app.core.state_machine import StateMachine
from app.features.design.models.sessions import DesignState


class SessionMove(enum.StrEnum):
    """What can happen to a design session's state."""

    SCHEDULE = "schedule"
    UNSCHEDULE = "unschedule"
    OPEN = "open"
    START = "start"
    CLOSE = "close"
    ARCHIVE = "archive"
    DELETE = "delete"


TRANSITIONS: Mapping[tuple[DesignState, SessionMove], DesignState | None] = {
    (DesignState.DRAFT, SessionMove.SCHEDULE): DesignState.SCHEDULED,
    (DesignState.DRAFT, SessionMove.OPEN): DesignState.OPEN,
    (DesignState.DRAFT, SessionMove.START): DesignState.LIVE,
    (DesignState.DRAFT, SessionMove.DELETE): None,
    (DesignState.SCHEDULED, SessionMove.SCHEDULE): DesignState.SCHEDULED,
    (DesignState.SCHEDULED, SessionMove.UNSCHEDULE): DesignState.DRAFT,
    (DesignState.SCHEDULED, SessionMove.OPEN): DesignState.OPEN,
    (DesignState.SCHEDULED, SessionMove.START): DesignState.LIVE,
    (DesignState.OPEN, SessionMove.SCHEDULE): DesignState.SCHEDULED,
    (DesignState.OPEN, SessionMove.START): DesignState.LIVE,
    (DesignState.LIVE, SessionMove.CLOSE): DesignState.CLOSED,
    (DesignState.CLOSED, SessionMove.ARCHIVE): DesignState.ARCHIVED,
}
"""None where the session is deleted."""

REFUSALS: Mapping[DesignState, LazyString] = {
    DesignState.DRAFT: _l("This design session is still being prepared."),
    DesignState.SCHEDULED: _l("This design session has not begun yet."),
    DesignState.OPEN: _l("This design session has not begun yet. Cards can already be added."),
    DesignState.LIVE: _l("This design session is going on at this moment."),
    DesignState.CLOSED: _l(
        "This design session is over. You can still read it, but nothing in it changes any more."
    ),
    DesignState.ARCHIVED: _l(
        "This design session is archived. You can still read it, but nothing in it changes any more."
    ),
}
OVER = (DesignState.CLOSED, DesignState.ARCHIVED)


SESSION_STATES: StateMachine[DesignState, SessionMove, DesignState | None] = StateMachine(
    SessionMove, TRANSITIONS, REFUSALS
)


def require_live(state: DesignState) -> None:
    """Raise Conflict where a design session is not going on."""
    if state is not DesignState.LIVE:
        raise Conflict(REFUSALS[state])


def require_not_over(state: DesignState) -> None:
    """Raise Conflict where a design session is over: nothing in it changes any more."""
    if state in OVER:
        raise Conflict(REFUSALS[state])
