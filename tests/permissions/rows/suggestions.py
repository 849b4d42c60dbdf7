"""Who may see suggestions, introductions and the network."""

from __future__ import annotations

from tests.permissions.rows.row import ACTING, CLUSTER, NOBODY, OURS, SIGNED_IN, get, post

INTRODUCTION = "/en/introductions/{introduction}"
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
    get("introductions.index", "/en/introductions", SIGNED_IN),
    get("introductions.ask", "/en/introductions/ask/{organisation}", ACTING - OURS, ACTING),
    post("introductions.ask", "/en/introductions/ask/{organisation}", ACTING - OURS, ACTING),
    post("introductions.accept", INTRODUCTION + "/accept", OURS, NOBODY, refused=(403, 404)),
    post("introductions.decline", INTRODUCTION + "/decline", OURS, NOBODY, refused=(403, 404)),
    post("introductions.withdraw", INTRODUCTION + "/withdraw", NOBODY, NOBODY, refused=(403, 404)),
    get("introductions.tasks", "/en/introductions/tasks", frozenset({"facilitator", "manager"})),
    post(
        "introductions.finish",
        "/en/introductions/tasks/{task}/done",
        frozenset({"facilitator", "manager"}),
        refused=(403, 404),
    ),
    post(
        "introductions.reopen",
        "/en/introductions/tasks/{task}/reopen",
        frozenset({"facilitator", "manager"}),
        refused=(403, 404),
    ),
)
NETWORK = (
    get("exposure.index", "/en/exposure", frozenset({"manager"})),
    post("exposure.index", "/en/exposure", frozenset({"manager"}), data={"toll": "0.1"}),
    get("network.index", "/en/network", SIGNED_IN),
    get("network.picture", "/en/network/picture", SIGNED_IN),
    get("network.partners", "/en/network/partners/{organisation}", SIGNED_IN, SIGNED_IN),
    get(
        "network.introductions",
        "/en/network/introductions/{organisation}",
        CLUSTER,
        CLUSTER,
        refused=(403, 404),
    ),
    post(
        "network.recommend",
        "/en/network/introductions/{organisation}/{lonely}",
        CLUSTER,
        CLUSTER,
        refused=(403, 404),
    ),
    post(
        "introductions.dismiss",
        "/en/introductions/recommended/{recommendation}/dismiss",
        OURS,
        NOBODY,
        refused=(403, 404),
    ),
)
