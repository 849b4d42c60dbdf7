"""Former names, for the modules that still import them."""

from __future__ import annotations

from app.core.email_addresses import ascii_email as wire_address

__all__ = ["wire_address"]
