"""What the taxonomy lets other features know."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ConceptMerged:
    """All that held the concept `from_id` holds `into_id` now."""

    from_id: int
    into_id: int


@dataclass(frozen=True)
class ConceptMergeUndone:
    """What held the concept `from_id` before it was merged into `into_id` holds it again."""

    from_id: int
    into_id: int
