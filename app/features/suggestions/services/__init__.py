"""What people do with suggestions: set one aside, ask for an introduction, answer one, look after the tasks."""

from __future__ import annotations

from app.features.suggestions.services.asking import Asked, ask
from app.features.suggestions.services.consortia import Imported, import_consortia
from app.features.suggestions.services.exposure import set_fame_toll
from app.features.suggestions.services.feedback import set_aside, take_back
from app.features.suggestions.services.introductions import accept, decline, expire, withdraw
from app.features.suggestions.services.recommending import dismiss, recommend
from app.features.suggestions.services.tasks import finish, reopen

__all__ = [
    "Asked",
    "Imported",
    "accept",
    "ask",
    "decline",
    "dismiss",
    "expire",
    "finish",
    "import_consortia",
    "recommend",
    "reopen",
    "set_aside",
    "set_fame_toll",
    "take_back",
    "withdraw",
]
