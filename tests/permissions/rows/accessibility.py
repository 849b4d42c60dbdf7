"""Who may report a barrier: everybody; who reads and answers the reports: those who run the cluster."""

from __future__ import annotations

from tests.permissions.rows.row import EVERYONE, get, post

MANAGERS = frozenset({"manager"})

ACCESSIBILITY = (
    get("accessibility.statement", "/en/accessibility", EVERYONE),
    get("accessibility.report", "/en/accessibility/report", EVERYONE),
    post(
        "accessibility.report",
        "/en/accessibility/report",
        EVERYONE,
        data={"description": "The letters are too small", "location": "/en/help"},
    ),
    get("barriers.index", "/en/accessibility/reports", MANAGERS),
    post(
        "barriers.answered",
        "/en/accessibility/reports/{barrier}/answered",
        MANAGERS,
        MANAGERS,
        refused=(404,),
    ),
    post("barriers.reopen", "/en/accessibility/reports/{barrier}/reopen", MANAGERS, MANAGERS, refused=(404,)),
)
