"""The plan of the house: the floor of every module of a feature, where SQL may stand, and what is not so yet."""

from __future__ import annotations

from collections.abc import Mapping

FLOORS = (
    ("models", "announcements", "labels"),
    ("policy", "queries", "presenters", "notices", "forms", "commands", "states"),
    ("services",),
    ("views", "api", "sockets", "cli", "fragments"),
    ("feature",),
)
"""The modules that features have in common, by floor; imports go down or stay on their floor."""

OWN_MODULES: Mapping[str, tuple[str, ...]] = {
    "accessibility": ("open_points",),
    "accounts": (),
    "catch_up": (),
    "claims": ("domains", "foreign_keys"),
    "consortia": (),
    "decisions": ("bundle_checks", "counting"),
    "demo": (),
    "design": (
        "breakout_proposals",
        "merge_patch",
        "methods",
        "phases",
        "projections",
        "proposal_stages",
        "ranks",
        "session_context",
    ),
    "files": (),
    "home": ("sitemap_files",),
    "imports": ("cell_values", "columns", "sheets", "table_files", "table_worker"),
    "initiatives": ("detail_presenter", "eligibility", "structured_data"),
    "introductions": ("introduction_rooms",),
    "network": ("network_cache",),
    "notifications": (
        "inbound_addresses",
        "inbound_mail",
        "mail_hours",
        "mail_rendering",
        "push_delivery",
        "push_rendering",
        "reply_text",
        "unsubscribe_tokens",
    ),
    "organisations": ("duplicates", "export_presenter", "guide", "map_presenter", "structured_data", "weave"),
    "rooms": ("initiative_rooms", "owners", "theme_rooms"),
    "saved_searches": (),
    "search": ("excerpts", "terms"),
    "suggestions": ("engine_cache",),
    "taxonomy": ("checks", "fields", "places", "vocabulary"),
    "visibility": ("share_pictures",),
    "translation": ("protected_text", "service_client", "sources"),
}
"""The modules that one feature alone has: rules and tables of its subject, on the floor of queries and presenters."""

SQL_PARTS: Mapping[str, tuple[str, ...]] = {
    "select": ("queries", "models"),
    "insert": ("services",),
    "update": ("services",),
    "delete": ("services",),
    "text": ("models",),
    "session.query": (),
}
"""The modules of a feature in which a statement of each kind is made. The core keeps its own tables and is free."""

SQL_EXCEPTIONS: Mapping[str, int] = {
    "consortia": 6,
}
"""How many statements of each feature stand elsewhere: a list that only shrinks."""

PRESENTER_EXCEPTIONS: Mapping[str, int] = {}
"""How many imports of presenters the services of each feature have: a list that only shrinks."""

CIRCLE_EXCEPTIONS = 0
"""How many circles of imports there are: a number that only shrinks."""
