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
from app.features.organisations.services.requests import ask_by_invitation, ask_to_join, let_in, refuse

__all__ = [
    "ProfileFields",
    "accept",
    "act_for",
    "admit",
    "advance_verified",
    "ask_by_invitation",
    "ask_to_join",
    "change_role",
    "create",
    "edit",
    "forget_invitations",
    "invite",
    "leave",
    "let_in",
    "pause",
    "refuse",
    "remove",
    "restore",
    "suspend",
    "tell_story",
    "withdraw",
]
