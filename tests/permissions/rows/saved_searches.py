"""Who may keep searches of the directory: everybody who is signed in, each her own."""

from __future__ import annotations

from tests.permissions.rows.row import NOBODY, SIGNED_IN, get, post

SEARCHES = "/en/account/searches"
SAVED_SEARCHES = (
    get("saved_searches.index", SEARCHES, SIGNED_IN),
    get("saved_searches.new", f"{SEARCHES}/new?query=country%3DIT", SIGNED_IN),
    post(
        "saved_searches.new",
        f"{SEARCHES}/new",
        SIGNED_IN,
        data={"query": "country=IT", "name": "In Italy", "mail": "weekly"},
    ),
    get("saved_searches.edit", f"{SEARCHES}/999999", NOBODY, refused=(404,)),
    post("saved_searches.edit", f"{SEARCHES}/999999", NOBODY, refused=(404,)),
    post("saved_searches.delete", f"{SEARCHES}/999999/delete", NOBODY, refused=(404,)),
)
