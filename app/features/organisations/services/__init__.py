"""What can be done to organisations, one verb for each function."""

from __future__ import annotations

from app.features.organisations.services.admission import (
    admit,
    advance_verified,
    forget_invitations,
    restore,
    suspend,
)
from app.features.organisations.services.members import (
    accept,
    act_for,
    change_role,
    invite,
    leave,
    remove,
    withdraw,
)
from app.features.organisations.services.profile import ProfileFields, create, edit, pause, tell_story

__all__ = [
    "ProfileFields",
    "accept",
    "act_for",
    "admit",
    "advance_verified",
    "change_role",
    "create",
    "edit",
    "forget_invitations",
    "invite",
    "leave",
    "pause",
    "remove",
    "restore",
    "suspend",
    "tell_story",
    "withdraw",
]
