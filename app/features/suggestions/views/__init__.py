"""The pages of suggestions and introductions."""

from __future__ import annotations

from app.features.suggestions.views import introductions, suggestions

__all__ = ["introductions", "suggestions"]
