"""The announcements of the design feature."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DesignSessionStarted:
    """A design session began."""

    design_id: int
    initiative_id: int | None


@dataclass(frozen=True)
class DesignSessionClosed:
    """A design session came to its end: its board, decisions and commitments are final."""

    design_id: int
    initiative_id: int | None
    closed_by: int | None
    """The person who closed it."""
