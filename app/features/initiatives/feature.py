"""The manifest of the initiatives feature."""

from __future__ import annotations

from app.core.feature import Feature
from app.features.initiatives import models  # noqa: F401
from app.features.initiatives.policy import POLICY

FEATURE = Feature(name="initiatives", policy=POLICY)
