"""What a browser keeps of Trama: how it is installed, the service worker, and the page for when there is no network."""

from __future__ import annotations

import hashlib
import json

from flask import Blueprint, Response, current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core.assets import DIST, Assets
from app.core.http.pages import page
from app.core.i18n import current_language, languages, path_for
from app.core.permissions import PUBLIC
from config import Settings

blueprint = Blueprint("offline", __name__)
WORKER = "js/worker/service-worker.js"
EVERYWHERE = ("css/app.css", "js/app.js", "fonts/manrope-latin.woff2")
OF_A_ROOM = ("css/room.css", "js/room.js", "js/rooms.js")
PAPER = "#f3efe6"
"""The colour behind a page that begins, as in the icon."""


@page(blueprint, "/<lang:lang>/manifest.webmanifest", permission=PUBLIC)
def manifest() -> ResponseReturnValue:
    """How Trama is installed on a phone or a computer (W3C Web Application Manifest)."""
    settings: Settings = current_app.extensions["trama.settings"]
    content = {
        "id": "/",
        "name": settings.cluster_name,
        "short_name": "Trama",
        "lang": current_language(),
        "start_url": f"{path_for('home.index')}?source=app",
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": [
            _icon("icon-192.png", 192, "any"),
            _icon("icon-512.png", 512, "any"),
            _icon("maskable-512.png", 512, "maskable"),
        ],
    }
    response = Response(json.dumps(content), content_type="application/manifest+json")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def _icon(name: str, pixels: int, purpose: str) -> dict[str, str]:
    return {
        "src": url_for("static", filename=f"icons/{name}"),
        "sizes": f"{pixels}x{pixels}",
        "type": "image/png",
        "purpose": purpose,
    }


@page(blueprint, "/service-worker.js", permission=PUBLIC)
def service_worker() -> ResponseReturnValue:
    """The service worker, with what it keeps at once; another build is another text, which browsers notice."""
    assets = Assets()
    release = {
        "assets": [assets.url(name) for name in EVERYWHERE],
        "roomAssets": list(dict.fromkeys(url for name in OF_A_ROOM for url in assets.needed_by(name))),
        "offlinePages": {lang: path_for("offline.offline", lang) for lang in languages()},
    }
    script = (DIST / assets.manifest["files"][WORKER]).read_text(encoding="utf-8")
    version = hashlib.sha256(f"{json.dumps(release)}{script}".encode()).hexdigest()[:16]
    text = f"self.release={json.dumps({'version': version, **release})};\n{script}"
    response = Response(text, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@page(blueprint, "/<lang:lang>/offline", permission=PUBLIC)
def offline() -> ResponseReturnValue:
    """What the service worker shows without a network in the place of a page that it does not keep."""
    return render_template("home/offline.html")
