"""First loads stay light: what Chromium receives for a page of the demonstration, on a phone, with nothing in its cache."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page
from sqlalchemy import select

from app import create_app
from app.core.assets import DIST
from app.core.database import db
from app.features.accounts.models import Person
from tests.e2e.conftest import PHONE
from tests.support.app import LiveServer, sign_in
from tests.support.door import Door

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("exhibition")]
KB = 1024
MAX_PAGE_BYTES = 90 * KB
MAX_ROOM_BYTES = 120 * KB
MAX_FONT_FILES = 6
MAX_FONT_BYTES = {"manrope-latin-central": 4 * KB, "manrope-greek": 6 * KB}
"""What one Polish and one Greek name may cost, headers included."""
PAGES = {
    "visitor's home": ("", "/it/", MAX_PAGE_BYTES),
    "directory": ("", "/it/organisations", MAX_PAGE_BYTES),
    "map": ("", "/it/organisations?view=map", MAX_ROOM_BYTES),
    "organisation": ("", "/it/organisations/il-filo-verde", MAX_PAGE_BYTES),
    "member's home": ("member-it", "/it/", MAX_PAGE_BYTES),
    "suggestions": ("member-it", "/it/suggestions", MAX_PAGE_BYTES),
    "initiative": ("member-it", "/it/initiatives", MAX_PAGE_BYTES),
    "network": ("member-it", "/it/network", MAX_ROOM_BYTES),
    "room": ("member-it", "/it/rooms", MAX_ROOM_BYTES),
}
"""Who looks, at which address, and how many bytes it may take; of initiatives and rooms the first of the list."""


class Traffic:
    """The bytes that a page receives, headers included, for each address that it asks for."""

    def __init__(self, page: Page) -> None:
        self.received: dict[str, int] = {}
        addresses: dict[str, str] = {}
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on(
            "Network.requestWillBeSent",
            lambda told: addresses.update({told["requestId"]: told["request"]["url"]}),
        )
        session.on(
            "Network.loadingFinished",
            lambda told: self.received.update({addresses[told["requestId"]]: int(told["encodedDataLength"])}),
        )

    def fonts(self) -> dict[str, int]:
        """The bytes of each font file, by its name without the hash."""
        return {
            urlsplit(address).path.rpartition("/")[2].rpartition("-")[0]: received
            for address, received in self.received.items()
            if address.endswith(".woff2")
        }

    def line(self, name: str, limit: int) -> str:
        """The page as a line of the table: in all, then by kind, in kilobytes."""
        kinds = {"html": 0, "css": 0, "js": 0, "fonts": sum(self.fonts().values())}
        for address, received in self.received.items():
            kind = urlsplit(address).path.rpartition(".")[2]
            if kind != "woff2":
                kinds[kind if kind in kinds else "html"] += received
        parts = "".join(f"{kinds[kind] / KB:8.1f}" for kind in kinds)
        return f"{name:<16}{sum(self.received.values()) / KB:8.1f} of {limit / KB:3.0f}{parts}{len(self.received):6}"


@pytest.fixture
def demo_app(exhibition: LiveServer) -> Iterator[Flask]:
    """The application on the exhibition's database."""
    app = create_app(exhibition.settings)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def first_of_list(door: Door, path: str) -> str:
    """The first initiative or room that a list of them leads to."""
    links = [str(link["href"]) for link in door.get(path).soup.select("main .row-title a[href]")]
    return next(link for link in links if link.startswith(f"{path}/"))


def test_first_loads_stay_within_their_budget(
    exhibition: LiveServer,
    demo_app: Flask,
    new_context: Callable[..., BrowserContext],
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines, over, fonts = [], [], dict[str, int]()
    for name, (key, path, limit) in PAGES.items():
        door = Door(demo_app)
        context = new_context(viewport=PHONE, locale="it")
        if key:
            with demo_app.app_context():
                person = db.session.scalars(select(Person).where(Person.email == f"{key}@demo.example")).one()
            door.carry(sign_in(demo_app, person))
            cookie = door.client.get_cookie("trama")
            assert cookie is not None
            context.add_cookies([{"name": "trama", "value": cookie.value, "url": exhibition.url}])
        if name in ("initiative", "room"):
            path = first_of_list(door, path)
        page = context.new_page()
        traffic = Traffic(page)
        page.goto(exhibition.url + path, wait_until="load")
        page.evaluate("document.fonts.ready")
        page.wait_for_timeout(500)
        assert any(address.endswith(".woff2") for address in traffic.received), path
        fonts.update(traffic.fonts())
        lines.append(traffic.line(name, limit))
        if sum(traffic.received.values()) > limit:
            over.append(name)
        context.close()
    with capsys.disabled():
        head = f"{'first load, KB':<16}{'all':>15}{'html':>8}{'css':>8}{'js':>8}{'fonts':>8}{'files':>6}"
        costs = ", ".join(f"{name} {received / KB:.1f}" for name, received in sorted(fonts.items()))
        sys.stdout.write("\n".join(("", head, *lines, costs, "")))
    assert over == []
    assert {
        name: received
        for name, received in fonts.items()
        if received > MAX_FONT_BYTES.get(name, MAX_PAGE_BYTES)
    } == {}
    assert fonts.keys() >= MAX_FONT_BYTES.keys(), "the demonstration has Polish and Greek names"
    assert "manrope-latin-extended" not in fonts


def test_the_font_is_cut_into_at_most_six_files() -> None:
    manifest = json.loads((DIST / "manifest.json").read_text(encoding="utf-8"))
    assert 1 <= sum(name.startswith("fonts/") for name in manifest["files"]) <= MAX_FONT_FILES
