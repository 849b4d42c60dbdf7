"""The pages of design sessions; importing them registers their routes."""

from __future__ import annotations

from app.features.design.views import live, outcome, planning, preparing, public
from app.features.design.views.blueprint import blueprint

__all__ = ["blueprint", "live", "outcome", "planning", "preparing", "public"]
