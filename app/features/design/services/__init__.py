"""What people do in design sessions; the pages and the sockets call the same."""

from __future__ import annotations

from app.features.design.services.breakouts import EFFECT_JOB, note_effect
from app.features.design.services.commitments import change_commitment
from app.features.design.services.drafts import (
    STREAM,
    archive,
    delete,
    edit,
    open_for_cards,
    prepare,
    schedule,
    unschedule,
)
from app.features.design.services.facilitator_heartbeat import HEARTBEAT_JOB, check_heartbeat
from app.features.design.services.facilitator_transfer import transfer_facilitation
from app.features.design.services.participants import invite, join, uninvite
from app.features.design.services.phase_navigation import close, go, reveal_cards, start
from app.features.design.services.phase_plan import change_plan
from app.features.design.services.templates import create_from_template
from app.features.design.services.timer import TIME_UP, time_up

__all__ = [
    "EFFECT_JOB",
    "HEARTBEAT_JOB",
    "STREAM",
    "TIME_UP",
    "archive",
    "change_commitment",
    "change_plan",
    "check_heartbeat",
    "close",
    "create_from_template",
    "delete",
    "edit",
    "go",
    "invite",
    "join",
    "note_effect",
    "open_for_cards",
    "prepare",
    "reveal_cards",
    "schedule",
    "start",
    "time_up",
    "transfer_facilitation",
    "uninvite",
    "unschedule",
]
