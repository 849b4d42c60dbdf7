"""How single values become plain data."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any


def without_none(**values: Any) -> dict[str, Any]:
    """What there is to say: without what is None, for which a merge patch would have no word."""
    return {name: value for name, value in values.items() if value is not None}


def moment(at: datetime | None) -> str | None:
    """A moment in UTC, to the millisecond."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
