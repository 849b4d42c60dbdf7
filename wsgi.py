"""The production entry: one process of Trama, `python wsgi.py`. `flask` finds its application here, too."""

from __future__ import annotations

import os
import sys

if not os.environ.get("FLASK_RUN_FROM_CLI"):
    from gevent import monkey

    monkey.patch_all()

from app import create_app
from app.core.live.server import serve
from config import SettingsError, read_settings

try:
    settings = read_settings()
except SettingsError as error:
    sys.exit(f"Trama cannot start:\n{error}")

app = create_app(settings)

if __name__ == "__main__":
    serve(app, settings)
