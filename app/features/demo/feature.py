"""The manifest of the demo feature."""

from __future__ import annotations

from app.core.feature import Feature

FEATURE = Feature(name="demo")
