"""Who reads how visible an organisation is; its picture is public."""

from __future__ import annotations

from tests.permissions.rows.row import EVERYONE, get

ORGANISATION = "/en/organisations/{organisation}"
VISIBILITY = (
    get("visibility.picture", ORGANISATION + "/share.png", EVERYONE, EVERYONE),
    get(
        "visibility.report",
        ORGANISATION + "/visibility",
        frozenset({"editor", "manager"}),
        frozenset({"manager"}),
    ),
)
