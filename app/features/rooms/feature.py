"""The manifest of the rooms feature."""

from __future__ import annotations

from app.core.feature import Feature
from app.features.rooms import models  # noqa: F401

FEATURE = Feature(name="rooms")
