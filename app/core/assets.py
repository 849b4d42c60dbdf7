"""Where the built style sheets and scripts are, by the names of their sources."""

from __future__ import annotations

import json
from pathlib import Path

from flask import Flask, Response, request, url_for

DIST = Path(__file__).resolve().parents[1] / "static" / "dist"
FOR_EVER = "public, max-age=31536000, immutable"


class Assets:
    """The manifest of the front-end build, read again when a new build replaced it."""

    def __init__(self) -> None:
        self._read_at = 0
        self._names: dict[str, str] = {}

    def url(self, name: str) -> str:
        """The address of a built file, such as "css/app.css"; raises KeyError for one that was not built."""
        manifest = DIST / "manifest.json"
        changed_at = manifest.stat().st_mtime_ns
        if changed_at != self._read_at:
            self._names = json.loads(manifest.read_text(encoding="utf-8"))
            self._read_at = changed_at
        return url_for("static", filename=f"dist/{self._names[name]}")


def init_assets(app: Flask) -> None:
    """Give templates `asset(name)`, and let browsers keep built files for ever: their names carry a hash."""
    app.jinja_env.globals["asset"] = Assets().url

    @app.after_request
    def keep(response: Response) -> Response:
        if request.path.startswith("/static/dist/") and response.status_code == 200:
            response.headers["Cache-Control"] = FOR_EVER
        return response
