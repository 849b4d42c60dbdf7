"""The same walk in every engine: a home, the directory, a form with mistakes, a room, a board, and their menus.

The windows are those of a desk and of a phone. `TRAMA_PICTURES=FOLDER ./dev test tests/e2e/engines` keeps pictures of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright
from sqlalchemy import select

from app import create_app
from app.core.database import db
from app.features.accounts.models import Person
from tests.e2e.engines.engines import ENGINES
from tests.e2e.engines.walker import Walker
from tests.support.app import LiveServer
from tests.support.factories import Make

pytestmark = pytest.mark.slow
DESK = (1180, 760)
PHONE = (390, 780)
ADDRESS = "member-it@demo.example"
SIGNED_OUT = "You are signed out."
SIGN_OUT = "#me form[action$='/sign-out'] button"
LONG = "Words that nobody has sent yet. " * 10
GROUND = "getComputedStyle(document.documentElement).backgroundColor"
CLEAR = "rgba(0, 0, 0, 0)"
FIELD_HIDES = "(field => field.scrollHeight - field.clientHeight)(document.querySelector('.composer-input'))"


@pytest.fixture(params=[pytest.param(key, marks=getattr(pytest.mark, key)) for key in ENGINES])
def walker(request: pytest.FixtureRequest, playwright: Playwright, demo: LiveServer) -> Iterator[Walker]:
    """Somebody with a window of this engine, at a demonstration of her own."""
    engine = ENGINES[request.param]
    if not engine.is_installed:
        pytest.skip(f"{engine.name} is not installed")
    pictures = os.environ.get("TRAMA_PICTURES")
    folder = Path(pictures, request.param) if pictures else None
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    driver = engine.start(playwright)
    yield Walker(driver, demo.url, folder)
    driver.close()


@pytest.fixture
def board(demo: LiveServer) -> str:
    """The address of the board of a design session that goes on."""
    app = create_app(demo.settings)
    with app.app_context():
        facilitator = db.session.scalars(
            select(Person).where(Person.email == "facilitator@demo.example")
        ).one()
        db.session.expunge(facilitator)
    design = Make(app).design_session(facilitator)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return f"/en/design-sessions/{design.id}/board"


def test_everything_can_be_done_in_every_engine(walker: Walker, board: str) -> None:
    walker.driver.resize(*DESK)
    look_at_home(walker)
    search_the_directory(walker)
    send_a_form_with_mistakes(walker)
    sign_in(walker, "member-it")
    write_in_a_room(walker)
    sign_out_and_go_back(walker)
    sign_in(walker, "facilitator")
    write_a_card(walker, board)
    assert walker.driver.errors == []


def look_at_home(walker: Walker) -> None:
    """It has its colours, and the person's choice of light and dark changes them; menus are shut until they are opened."""
    walker.open("/en/")
    walker.see_element(".weave")
    shut = "[...document.querySelectorAll('[popover]')].every((each) => !each.getClientRects().length)"
    assert walker.driver.run(shut)
    assert walker.driver.run(GROUND) != CLEAR
    assert walker.driver.run("getComputedStyle(document.querySelector('.weave path')).fill") != "rgb(0, 0, 0)"
    walker.open_menu("appearance")
    walker.look("home-menu")
    grounds = []
    for theme in ("dark", "light"):
        walker.press(f"#appearance [data-theme-choice={theme}]")
        grounds.append(walker.see(GROUND))
        walker.look(f"home-{theme}")
    assert grounds[0] != grounds[1]
    walker.press("#appearance [data-theme-choice=auto]")
    walker.shut_menu("appearance")
    try_menu(walker, "more", "home", PHONE)


def search_the_directory(walker: Walker) -> None:
    """The list follows what is typed, and on a phone the filters are a sheet."""
    walker.open("/en/organisations")
    walker.write("#q", "filo verde")
    walker.driver.type("Enter")
    walker.see("document.querySelectorAll('.rows > .row').length === 1")
    walker.look("directory")
    try_menu(walker, "filters", "directory", PHONE)


def send_a_form_with_mistakes(walker: Walker) -> None:
    """Mistakes are told in a summary that has the focus."""
    walker.open("/en/join")
    walker.press("main form [type=submit]")
    walker.see("document.activeElement.matches('.notice-problem')")
    walker.look("join-mistakes")


def sign_in(walker: Walker, key: str) -> None:
    """She presses the name of one of the demonstration's people."""
    walker.open("/en/sign-in")
    walker.press(f"button[name=demo][value={key}]")
    walker.see("location.pathname === '/en/'")


def write_in_a_room(walker: Walker) -> None:
    """A long text is seen as a whole while it is written; a message is sent and shown."""
    walker.open("/en/rooms")
    walker.press("main .row-title a")
    walker.see("!!document.querySelector('[data-here] li')")
    walker.press(".composer-input")
    walker.driver.run(f"document.execCommand('insertText', false, {LONG!r})")
    walker.see(f"{FIELD_HIDES} <= 2")
    walker.look("room-writing")
    walker.driver.run("document.querySelector('.composer-input').select()")
    walker.driver.type("Ciao a tutte")
    walker.see("document.querySelector('.composer-input').clientHeight < 60")
    walker.driver.type("Enter")
    walker.see_element(".message[data-seq] .message-text", "Ciao a tutte")
    walker.look("room")
    try_menu(walker, "room-side", "room", PHONE)


def sign_out_and_go_back(walker: Walker) -> None:
    """Back after a sign-out names nobody."""
    walker.open("/en/account")
    walker.see_element("main", ADDRESS)
    walker.open_menu("me")
    walker.press(SIGN_OUT)
    walker.see_element("main", SIGNED_OUT)
    walker.driver.run("history.back()")
    walker.see(f"!document.body.innerText.includes({SIGNED_OUT!r}) && document.readyState === 'complete'")
    walker.see(f"!document.querySelector({SIGN_OUT!r}) && !document.body.innerText.includes({ADDRESS!r})")


def write_a_card(walker: Walker, board: str) -> None:
    """A card is written and stands in its column; the rest of the desk is a menu."""
    walker.open(board)
    walker.see("!!document.querySelector('[data-people] li')")
    walker.write(".card-input", "Share the lorry")
    walker.driver.type("Enter")
    walker.see_element(".card[data-key] .card-text", "Share the lorry")
    walker.look("board")
    for window in (DESK, PHONE):
        for menu in ("desk-more", "board-side"):
            try_menu(walker, menu, "board", window)


def try_menu(walker: Walker, menu: str, page: str, window: tuple[int, int]) -> None:
    """A menu of a page opens in a window of this size, and shuts."""
    walker.driver.resize(*window)
    walker.open_menu(menu)
    walker.look(f"{page}-{menu}-{window[0]}")
    walker.shut_menu(menu)
    walker.driver.resize(*DESK)
