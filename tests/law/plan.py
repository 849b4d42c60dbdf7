"""The plan of the house: the floor of every module of a feature, where SQL may stand, and what is not so yet."""

from __future__ import annotations

from collections.abc import Mapping

FLOORS = (
    ("models", "announcements"),
    ("policy", "queries", "presenters", "forms", "commands", "fragments", "states"),
    ("services",),
    ("views", "api", "sockets", "cli"),
    ("feature",),
)
"""The modules that features have in common, by floor; imports go down or stay on their floor."""

OWN_MODULES: Mapping[str, tuple[str, ...]] = {
    "accounts": (),
    "consortia": (),
    "demo": (),
    "design": (
        "breakout_proposals",
        "composing",
        "consent",
        "merge_patch",
        "merging",
        "methods",
        "phases",
        "projections",
        "proposal_stages",
        "ranks",
        "session_context",
        "signals",
        "sitting",
        "standing",
    ),
    "home": (),
    "initiatives": ("detail_presenter", "eligibility", "listing", "offered", "showing", "standing"),
    "introductions": ("introduction_rooms",),
    "network": ("keeper", "network_cache", "reading"),
    "organisations": ("directory", "facets", "labels", "names", "weave"),
    "rooms": ("finding", "initiative_rooms", "of_initiatives", "owners"),
    "suggestions": ("counting", "engine", "engine_cache", "of_introductions", "records", "work"),
    "taxonomy": ("fields", "vocabulary"),
}
"""The modules that one feature alone has: rules and tables of its subject, on the floor of queries and presenters."""

SQL_PARTS: Mapping[str, tuple[str, ...]] = {
    "select": ("queries",),
    "insert": ("services",),
    "update": ("services",),
    "delete": ("services",),
    "text": ("models",),
    "session.query": (),
}
"""The modules of a feature in which a statement of each kind is made. The core keeps its own tables and is free."""

SQL_EXCEPTIONS: Mapping[str, int] = {
    "consortia": 6,
    "demo": 3,
    "design": 60,
    "initiatives": 13,
    "network": 17,
    "organisations": 15,
    "rooms": 7,
    "suggestions": 42,
    "taxonomy": 6,
}
"""How many statements of each feature stand elsewhere: a list that only shrinks."""

PRESENTER_EXCEPTIONS: Mapping[str, int] = {
    "demo": 1,
    "design": 10,
    "initiatives": 1,
    "organisations": 1,
    "suggestions": 1,
}
"""How many imports of presenters the services of each feature have: a list that only shrinks."""

CIRCLE_EXCEPTIONS = 2
"""How many circles of imports there are: a number that only shrinks."""
