"""The pages of the initiatives."""

from __future__ import annotations

from app.features.initiatives.views import offers, posting, public, seats, states
from app.features.initiatives.views.blueprint import blueprint

__all__ = ["blueprint", "offers", "posting", "public", "seats", "states"]
