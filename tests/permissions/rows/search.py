"""Who may search: everybody, each in what she may read."""

from __future__ import annotations

from tests.permissions.rows.row import EVERYONE, get

SEARCH = (get("search.index", "/en/search?q=seeds", EVERYONE),)
