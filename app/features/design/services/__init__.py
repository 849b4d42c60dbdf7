"""What people do in design sessions; the pages and the sockets call the same."""

from __future__ import annotations

from app.features.design.services.beginning import begin_with
from app.features.design.services.breakouts import EFFECT, note_effect
from app.features.design.services.commitments import change_commitment
from app.features.design.services.going import close, go, start, turn_over
from app.features.design.services.handing import handle_desk
from app.features.design.services.joining import invite, join, uninvite
from app.features.design.services.planning import change_plan
from app.features.design.services.preparing import (
    STREAM,
    archive,
    delete,
    edit,
    open_for_cards,
    prepare,
    schedule,
    unschedule,
)
from app.features.design.services.timer import TIME_UP, time_up
from app.features.design.services.watching import WATCH, look_at_desk

__all__ = [
    "EFFECT",
    "STREAM",
    "TIME_UP",
    "WATCH",
    "archive",
    "begin_with",
    "change_commitment",
    "change_plan",
    "close",
    "delete",
    "edit",
    "go",
    "handle_desk",
    "invite",
    "join",
    "look_at_desk",
    "note_effect",
    "open_for_cards",
    "prepare",
    "schedule",
    "start",
    "time_up",
    "turn_over",
    "uninvite",
    "unschedule",
]
