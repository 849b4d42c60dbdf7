"""What a browser keeps of Trama: how it is installed, and the service worker."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from io import BytesIO

from PIL import Image

from tests.support.door import Door

Doors = Callable[..., Door]


def test_trama_can_be_installed_in_the_language_of_the_page(door: Doors) -> None:
    browser = door()
    link = browser.get("/it/").soup.select_one("link[rel=manifest]")
    assert link is not None and link["href"] == "/it/manifest.webmanifest"
    seen = browser.get(str(link["href"]))
    manifest = json.loads(seen.html)
    assert seen.response.mimetype == "application/manifest+json"
    assert (manifest["lang"], manifest["display"]) == ("it", "standalone")
    assert browser.get(manifest["start_url"]).status == 200
    assert {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]} == {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }
    for icon in manifest["icons"]:
        with Image.open(BytesIO(browser.client.get(icon["src"]).data), formats=("PNG",)) as image:
            assert f"{image.width}x{image.height}" == icon["sizes"]


def test_the_service_worker_is_asked_for_each_time_and_keeps_only_files_that_are_there(door: Doors) -> None:
    browser = door()
    seen = browser.get("/service-worker.js")
    assert seen.response.headers["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in seen.response.headers["Content-Security-Policy"]
    first_line = re.match(r"self\.release=(\{.*\});\n", seen.html)
    assert first_line is not None
    release = json.loads(first_line[1])
    for path in (*release["assets"], *release["roomAssets"], *release["offlinePages"].values()):
        assert browser.get(path).status == 200, path
