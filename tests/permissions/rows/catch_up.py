"""Who may read what happened since she was here: everybody of her own places."""

from __future__ import annotations

from tests.permissions.rows.row import SIGNED_IN, get

CATCH_UP = (get("catch_up.index", "/en/catch-up", SIGNED_IN),)
