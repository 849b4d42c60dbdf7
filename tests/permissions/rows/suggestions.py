"""Who may see suggestions and set them aside, and who sees how often each is shown."""

from __future__ import annotations

from tests.permissions.rows.row import ACTING, SIGNED_IN, get, post

SUGGESTIONS = (
    get("suggestions.index", "/en/suggestions", SIGNED_IN),
    post(
        "suggestions.set_aside",
        "/en/suggestions/{organisation}/not-now",
        ACTING,
        ACTING,
        data={"reason": "not_now"},
    ),
    post("suggestions.take_back", "/en/suggestions/{organisation}/back", ACTING, ACTING),
    get("exposure.index", "/en/exposure", frozenset({"manager"})),
    post("exposure.index", "/en/exposure", frozenset({"manager"}), data={"toll": "0.1", "needs": "1.0"}),
)
