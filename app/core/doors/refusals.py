"""Former names, for the modules that still import them."""

from __future__ import annotations

from app.core.http.error_handlers import InternalError as Broken

__all__ = ["Broken"]
