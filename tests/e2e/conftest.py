"""What walks through the whole house share: a demo of their own, and people with browsers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from app import create_app
from app.core.database import db
from app.features.accounts.models import Person
from app.features.rooms.models import Room
from config import Settings
from tests.e2e.pages import Visit, write_mails
from tests.e2e.talk import PATIENCE, Open, connected
from tests.e2e.walker import Walker
from tests.live.conftest import cookie_of
from tests.support.app import SECRET, LiveServer, sign_in
from tests.support.compiled import share_compiled
from tests.support.demo import seeded_sqlite
from tests.support.factories import Cast, Make
from tests.support.nursery import ForkedServer, Nursery
from tests.support.shared import Shared

Walk = Callable[..., Walker]
PHONE = {"width": 375, "height": 780}
DESK = {"width": 1360, "height": 880}


def let_in(context: BrowserContext, app: Flask, person: Person, url: str) -> None:
    """Give a browser the cookie with which somebody is signed in at an address."""
    cookie = cookie_of(app, sign_in(app, person))
    context.add_cookies([{"name": "trama", "value": cookie, "url": url}])


def demo_settings(shared: Shared, folder: Path) -> Settings:
    """The settings of a demo in `folder`, on a copy of the database that was seeded once for this run."""
    url, _ = seeded_sqlite(shared, folder)
    return Settings(secret_key=SECRET, database_url=url, instance=folder, testing=True, demo=True)


@pytest.fixture
def demo(nursery: Nursery, shared: Shared, tmp_path: Path) -> Iterator[LiveServer]:
    """The real server as `./dev run` starts it: with the demo, and one can be its people."""
    server = ForkedServer(nursery, demo_settings(shared, tmp_path), tmp_path, TRAMA_DEMO="1")
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def exhibition(
    nursery: Nursery, shared: Shared, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    """A demo for tests that only look: one for all of them."""
    folder = tmp_path_factory.mktemp("exhibition")
    server = ForkedServer(nursery, demo_settings(shared, folder), folder, TRAMA_DEMO="1")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def visit(exhibition: LiveServer, shared: Shared) -> Iterator[Callable[[str, str], Visit]]:
    """The ways through the exhibition, each walked once: `visit("manager", "en")`."""
    app = create_app(exhibition.settings)
    share_compiled(app, shared.folder)
    with app.app_context():
        write_mails()

    @cache
    def begin(role: str, lang: str) -> Visit:
        return Visit(app, role, lang)

    yield begin
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def walk(new_context: Callable[..., BrowserContext]) -> Walk:
    """A person with a browser of her own: `walk(server, "it", PHONE)`; her language is English until hers is complete."""

    def begin(server: LiveServer, lang: str = "en", viewport: dict[str, int] = DESK) -> Walker:
        context = new_context(viewport=viewport, locale=lang, has_touch=viewport is PHONE)
        return Walker(context, server, lang if lang in server.settings.languages else "en")

    return begin


# --- Rooms ------------------------------------------------------------------------------------------------------


@pytest.fixture
def patience() -> Iterator[None]:
    """A busy machine may take its time; what is expected stays the same."""
    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=5000)


@pytest.fixture
def room(make: Make, cast: Cast) -> Room:
    """The room of an initiative with two partners."""
    initiative = make.initiative(cast.organisation)
    make.partner(initiative, cast.other_organisation)
    return make.room(initiative)


@pytest.fixture
def open_room(
    app: Flask, live_server: LiveServer, room: Room, new_context: Callable[..., BrowserContext]
) -> Open:
    """A person's browser at the room's page, connected; `page.context` may open further pages."""

    def enter(person: Person, lang: str = "en", **options: object) -> Page:
        context = new_context(**{"viewport": DESK, **options})
        let_in(context, app, person, live_server.url)
        page = context.new_page()
        page.goto(f"{live_server.url}/{lang}/rooms/{room.id}")
        return connected(page)

    return enter
