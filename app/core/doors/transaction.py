"""Former names, for the modules that still import them."""

from __future__ import annotations

from app.core.transactions import end_read_transaction as end_reading

__all__ = ["end_reading"]
