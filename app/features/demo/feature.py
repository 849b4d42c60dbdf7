"""The manifest of the demo feature."""

from __future__ import annotations

from app.core.feature import Feature
from app.features.demo.cli import demo

FEATURE = Feature(name="demo", cli=(demo,))
