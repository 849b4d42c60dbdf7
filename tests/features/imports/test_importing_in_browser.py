"""An import of 360 rows in a real browser, by keyboard alone: decided, imported, taken back, and imported again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import func, select

from app.core.database import db
from app.features.accounts.models import ClusterRole
from app.features.organisations.models import Organisation
from tests.live.conftest import cookie_of
from tests.support.app import LiveServer, sign_in
from tests.support.axe import bring_axe, faults
from tests.support.factories import Make

pytestmark = pytest.mark.browser
ROWS = 360
WAIT_MS = 120_000
"""The job of a check on a busy machine."""


def tab_to(page: Page, name: str, role: str = "button") -> None:
    """Press Tab until the focus is on a control of this name."""
    wanted = page.get_by_role(role, name=name, exact=True).first  # type: ignore[arg-type]
    expect(wanted).to_be_visible(timeout=WAIT_MS)
    for _press in range(150):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {name}")


def press(page: Page, name: str, role: str = "button") -> None:
    """Go to a control by keyboard and press Enter."""
    tab_to(page, name, role)
    page.keyboard.press("Enter")


def heading(page: Page, text: str) -> None:
    """Wait until the page says this first."""
    expect(page.get_by_role("heading", level=1)).to_have_text(text, timeout=WAIT_MS)


def send(page: Page, url: str, file: Path) -> None:
    """Send a file and go on to its check; the system's dialog for files is not the page's."""
    page.goto(f"{url}/en/manage/import")
    page.get_by_label("File", exact=True).set_input_files(file)
    press(page, "Read the file")
    heading(page, "Which column is which?")
    press(page, "Check the rows")
    heading(page, "What would become of each row")


def decide(page: Page, name: str) -> None:
    """Leave out the row that may be here already."""
    press(page, name, "link")
    expect(page.get_by_role("heading", name="Is it here already?")).to_be_visible(timeout=WAIT_MS)
    for _press in range(100):
        if page.evaluate("document.activeElement.name === 'decision'"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("Leave this row out")).to_be_checked()
    press(page, "Decide")


@pytest.mark.slow
def test_360_rows_are_imported_taken_back_and_imported_again_by_keyboard(
    app: Flask,
    make: Make,
    live_server: LiveServer,
    new_context: Callable[..., BrowserContext],
    tmp_path: Path,
) -> None:
    make.organisation("Cooperativa Arcobaleno", country="IT")
    manager = make.person("Maria Manager", role=ClusterRole.MANAGER)
    context = new_context(viewport={"width": 1360, "height": 880})
    cookie = cookie_of(app, sign_in(app, manager))
    context.add_cookies([{"name": "trama", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    lines = [f"{word} {at}x{at * 7919 % 1000},cooperativa,IT" for at, word in enumerate(_words(ROWS - 2))]
    lines += ["Arcobaleno soc. coop.,cooperativa,IT", "L'Arcobaleno,associazione,IT"]
    file = tmp_path / "members.csv"
    file.write_text("\n".join(["nome,tipo,paese", *lines]), encoding="utf-8")
    with app.app_context():
        before = db.session.scalar(select(func.count(Organisation.id)))
    for turn in range(2):
        send(page, live_server.url, file)
        press(page, "To decide 2", "link")
        page.wait_for_url("**/*fate=decide*")
        if turn == 0:
            bring_axe(page)
            assert not faults(page)
        decide(page, "Arcobaleno soc. coop.")
        decide(page, "L'Arcobaleno")
        press(page, "Import them")
        heading(page, "Imported")
        with app.app_context():
            assert db.session.scalar(select(func.count(Organisation.id))) == before + ROWS - 2
        if turn == 0:
            press(page, "Take this import back")
            heading(page, "Taken back")
            with app.app_context():
                assert db.session.scalar(select(func.count(Organisation.id))) == before


def _words(count: int) -> list[str]:
    """Names that no two share."""
    letters = "bcdfglmnprstvz"
    return [
        f"{letters[at % 14]}{'aeiou'[at // 14 % 5]}{letters[at // 70 % 14]}ut{letters[(at * 5) % 14]}i".title()
        for at in range(count)
    ]
