"""The manifest of the home feature."""

from __future__ import annotations

from app.core.feature import Feature

FEATURE = Feature(name="home")
