"""The manifest of the organisations feature."""

from __future__ import annotations

from app.core.feature import Feature
from app.features.organisations import models  # noqa: F401

FEATURE = Feature(name="organisations")
