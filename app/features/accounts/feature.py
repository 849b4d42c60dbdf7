"""The manifest of the accounts feature."""

from __future__ import annotations

from app.core.feature import Feature
from app.features.accounts import models  # noqa: F401

FEATURE = Feature(name="accounts")
