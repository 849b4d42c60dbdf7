"""Where the pages about organisations stand."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("organisations", __name__, url_prefix="/<lang:lang>/organisations")
