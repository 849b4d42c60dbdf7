"""What can be done to initiatives, one verb for each function."""

from __future__ import annotations

from app.features.initiatives.services.checks import InitiativeFields, RoleFields
from app.features.initiatives.services.moving import close, delete, open_up, reopen, run
from app.features.initiatives.services.offers import accept_offer, decline_offer, offer, withdraw_offer
from app.features.initiatives.services.posting import edit, post
from app.features.initiatives.services.seats import accept, apply, decline, leave, remove, withdraw

__all__ = [
    "InitiativeFields",
    "RoleFields",
    "accept",
    "accept_offer",
    "apply",
    "close",
    "decline",
    "decline_offer",
    "delete",
    "edit",
    "leave",
    "offer",
    "open_up",
    "post",
    "remove",
    "reopen",
    "run",
    "withdraw",
    "withdraw_offer",
]
