"""Who may ask for introductions, answer them and look after them."""

from __future__ import annotations

from tests.permissions.rows.row import ACTING, NOBODY, OURS, SIGNED_IN, get, post

INTRODUCTION = "/en/introductions/{introduction}"
INTRODUCTIONS = (
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
    post(
        "introductions.dismiss",
        "/en/introductions/recommended/{recommendation}/dismiss",
        OURS,
        NOBODY,
        refused=(403, 404),
    ),
)
