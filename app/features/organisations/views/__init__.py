"""The pages about organisations."""

from __future__ import annotations

from app.features.organisations.views import admission, members, profile, public
from app.features.organisations.views.blueprint import blueprint

__all__ = ["admission", "blueprint", "members", "profile", "public"]
