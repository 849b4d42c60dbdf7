"""Where the pages of accounts live."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("accounts", __name__, url_prefix="/<lang:lang>")
