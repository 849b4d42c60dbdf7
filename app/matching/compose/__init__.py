"""Whole consortia for a brief: who takes which seat, what a programme's rules ask, and what is still missing."""

from __future__ import annotations

from app.matching.compose.composer import compose, compose_for
from app.matching.compose.records import (
    Alternative,
    Call,
    Consortium,
    Kind,
    Line,
    Missing,
    Need,
    Place,
    Rules,
    Table,
)
from app.matching.compose.rules import load_rules

__all__ = [
    "Alternative",
    "Call",
    "Consortium",
    "Kind",
    "Line",
    "Missing",
    "Need",
    "Place",
    "Rules",
    "Table",
    "compose",
    "compose_for",
    "load_rules",
]
