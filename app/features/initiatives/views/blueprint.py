"""Where initiatives live."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("initiatives", __name__, url_prefix="/<lang:lang>/initiatives")
