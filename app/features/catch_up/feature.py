"""The manifest of the catch-up feature."""

from __future__ import annotations

from app.core.feature import Feature
from app.features.catch_up.views import blueprint

FEATURE = Feature(name="catch_up", blueprints=(blueprint,))
