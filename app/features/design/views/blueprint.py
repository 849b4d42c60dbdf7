"""The blueprint that all pages of design sessions share."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("design", __name__, url_prefix="/<lang:lang>/design-sessions")
ONE = "/<int:design_id>"
