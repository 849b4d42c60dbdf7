"""Concepts as plain data."""

from __future__ import annotations

from app.features.taxonomy.queries import Found


def present_found(found: Found) -> dict[str, str | None]:
    """A concept in the list under a picker."""
    return {"code": found.concept.code, "label": found.label, "match": found.match, "broader": found.broader}
