"""What can be done to initiatives, one verb for each function."""

from __future__ import annotations

from app.features.initiatives.services.checks import InitiativeFields, RoleFields
from app.features.initiatives.services.moving import close, delete, open_up, reopen, run
from app.features.initiatives.services.posting import edit, post
from app.features.initiatives.services.seats import accept, apply, decline, leave, remove, withdraw

__all__ = [
    "InitiativeFields",
    "RoleFields",
    "accept",
    "apply",
    "close",
    "decline",
    "delete",
    "edit",
    "leave",
    "open_up",
    "post",
    "remove",
    "reopen",
    "run",
    "withdraw",
]
