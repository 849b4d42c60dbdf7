"""Where the built style sheets and scripts are, by the names of their sources."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypedDict

from flask import Flask, Response, request, url_for
from markupsafe import Markup

DIST = Path(__file__).resolve().parents[1] / "static" / "dist"
FOR_EVER = "public, max-age=31536000, immutable"
PRELOAD = Markup('<link rel="modulepreload" href="{}" fetchpriority="low">')
SCRIPT = Markup('<script type="module" src="{}"></script>')


class Manifest(TypedDict):
    """What the front-end build made: the file of each source, and what each script needs besides app.js."""

    files: dict[str, str]
    imports: dict[str, list[str]]


class Assets:
    """The manifest of the front-end build, read again when a new build replaced it."""

    def __init__(self) -> None:
        self._read_at = 0
        self._manifest: Manifest = {"files": {}, "imports": {}}

    @property
    def manifest(self) -> Manifest:
        """The manifest of the newest build."""
        path = DIST / "manifest.json"
        changed_at = path.stat().st_mtime_ns
        if changed_at != self._read_at:
            self._manifest = json.loads(path.read_text(encoding="utf-8"))
            self._read_at = changed_at
        return self._manifest

    def url(self, name: str) -> str:
        """The address of a built file, such as "css/app.css"; raises KeyError for one that was not built."""
        return _address(self.manifest["files"][name])

    def script(self, name: str) -> Markup:
        """The elements that run a script, such as "js/room.js", on a page that runs app.js: what it imports is asked for
        with it, not after it was read. Raises KeyError for one that was not built."""
        imports = self.manifest["imports"][name]
        return Markup().join(
            [*(PRELOAD.format(_address(file)) for file in imports), SCRIPT.format(self.url(name))]
        )

    def needed_by(self, name: str) -> list[str]:
        """The addresses of a built file and of what it imports besides app.js. Raises KeyError for one not built."""
        return [self.url(name), *map(_address, self.manifest["imports"].get(name, []))]


def init_assets(app: Flask) -> None:
    """Give templates `asset` and `script`, and let browsers keep built files for ever: their names carry a hash."""
    assets = Assets()
    app.jinja_env.globals |= {"asset": assets.url, "script": assets.script}

    @app.after_request
    def keep(response: Response) -> Response:
        if request.path.startswith("/static/dist/") and response.status_code == 200:
            response.headers["Cache-Control"] = FOR_EVER
        return response


def _address(file: str) -> str:
    """The address of a file that the build made."""
    return url_for("static", filename=f"dist/{file}")
