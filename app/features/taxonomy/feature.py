"""The manifest of the taxonomy feature."""

from __future__ import annotations

from app.core.feature import Feature
from app.features.taxonomy import models  # noqa: F401

FEATURE = Feature(name="taxonomy")
