"""Who may compose consortia for an initiative."""

from __future__ import annotations

from tests.permissions.rows.initiatives import INITIATIVE
from tests.permissions.rows.row import NOBODY, OURS, get, post

CONSORTIA = (
    get("consortia.show", INITIATIVE + "/consortia", OURS, NOBODY),
    post(
        "consortia.show",
        INITIATIVE + "/consortia",
        OURS,
        NOBODY,
        data={"seats": "{free_role}:{organisation}", "lang": "en"},
    ),
)
