"""The manifest of the decisions feature."""

from __future__ import annotations

from app.core.feature import Feature

FEATURE = Feature(name="decisions")
