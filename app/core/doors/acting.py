"""Former names, for the modules that still import them."""

from __future__ import annotations

from app.core.http.request_actor import check_actor as check_actor
from app.core.http.request_actor import load_actor as receive

__all__ = ["check_actor", "receive"]
