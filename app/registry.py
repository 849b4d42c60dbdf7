"""The features of Trama. Their order is the law of imports: each may import only those before it."""

from __future__ import annotations

FEATURES = (
    "taxonomy",
    "accounts",
    "organisations",
    "saved_searches",
    "claims",
    "initiatives",
    "files",
    "rooms",
    "introductions",
    "suggestions",
    "consortia",
    "imports",
    "visibility",
    "network",
    "decisions",
    "design",
    "translation",
    "notifications",
    "catch_up",
    "search",
    "accessibility",
    "home",
    "demo",
)
