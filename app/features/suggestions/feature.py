"""The manifest of the suggestions feature."""

from __future__ import annotations

from app.core.feature import Feature
from app.features.suggestions import models  # noqa: F401

FEATURE = Feature(name="suggestions")
