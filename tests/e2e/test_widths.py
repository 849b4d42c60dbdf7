"""No page is wider than its window, whatever long word stands in it, and nothing on it is cut off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import pytest
from playwright.sync_api import BrowserContext, Page

from app import create_app
from app.core.database import db
from tests.e2e.conftest import demo_settings
from tests.e2e.long_words import ADDRESS, GERMAN, GREEK, lengthen_words
from tests.e2e.pages import KEYS, Visit, write_mails
from tests.e2e.shapes import Looks
from tests.support.app import LiveServer
from tests.support.compiled import share_compiled
from tests.support.nursery import ForkedServer, Nursery
from tests.support.shared import Shared

# Together: the world with long words is made by one worker instead of by each.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("long words")]
WIDTHS = (320, 375)
OUTSIDE = """() => {
  const window_width = document.documentElement.clientWidth;
  const found = [];
  const wider = document.documentElement.scrollWidth - window_width;
  if (wider > 0) found.push(`scrolls sideways by ${wider} px`);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const words = text.data.trim();
    if (!words || !text.parentElement.checkVisibility({ visibilityProperty: true })) continue;
    if (text.parentElement.closest("select, option, textarea, script, .skip, .only-read-aloud")) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const boxes = [...range.getClientRects()].filter(({ width }) => width > 1);
    if (!boxes.length) continue;
    const right = Math.max(...boxes.map((box) => box.right));
    const left = Math.min(...boxes.map((box) => box.left));
    let edges = [0, window_width];
    let excused = false;
    for (let box = text.parentElement; box && box !== document.body; box = box.parentElement) {
      const style = getComputedStyle(box);
      const overflow = style.overflowX;
      excused ||= ["auto", "scroll"].includes(overflow) || style.textOverflow === "ellipsis" || style.clipPath !== "none";
      if (overflow === "hidden" || overflow === "clip") {
        const { left, right } = box.getBoundingClientRect();
        edges = [Math.max(edges[0], left), Math.min(edges[1], right)];
      }
    }
    const over = Math.round(Math.max(right - edges[1], edges[0] - left));
    if (!excused && over > 1)
      found.push(`cut off by ${over} px: ${words.slice(0, 40)} in ${text.parentElement.outerHTML.slice(0, 80)}`);
  }
  return found.slice(0, 6);
}"""


@pytest.fixture(scope="module")
def stretched(
    nursery: Nursery, shared: Shared, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    """The demonstration with long words everywhere, under a cluster's name that is long itself."""
    folder = tmp_path_factory.mktemp("stretched")
    settings = demo_settings(shared, folder)
    lengthen_words(folder / "trama.db")
    server = ForkedServer(nursery, settings, folder, TRAMA_DEMO="1", TRAMA_CLUSTER_NAME=GERMAN)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def visit(stretched: LiveServer, shared: Shared) -> Iterator[Callable[[str], Visit]]:
    """The ways through the world of long words, each walked once: `visit("manager")`."""
    app = create_app(stretched.settings)
    share_compiled(app, shared.folder)
    with app.app_context():
        write_mails()

    @cache
    def begin(role: str) -> Visit:
        return Visit(app, role, "it")

    yield begin
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def enter(context: BrowserContext, server: LiveServer, visit: Visit) -> Page:
    """A page of a browser that is signed in as the one of a visit."""
    context.add_cookies([{"name": "trama", "value": visit.cookie, "url": server.url}])
    return context.new_page()


def pages_of(visit: Visit) -> list[str]:
    """The addresses that are looked at: one of each kind."""
    return [paths[0] for paths in visit.pages.values() if paths]


@pytest.fixture(scope="module")
def looks() -> Looks:
    """What was looked at so far."""
    return Looks()


def test_the_world_of_long_words_shows_them(visit: Callable[[str], Visit]) -> None:
    way = visit("manager")
    said = " ".join(way.answers.values())
    assert all(said.count(word) > 50 for word in (GERMAN, GREEK))
    assert ADDRESS in said


@pytest.mark.parametrize("role", list(KEYS))
def test_no_page_is_wider_than_a_phone_whatever_its_words(
    role: str,
    stretched: LiveServer,
    visit: Callable[[str], Visit],
    looks: Looks,
    new_context: Callable[..., BrowserContext],
) -> None:
    way = visit(role)
    page = enter(new_context(viewport={"width": 320, "height": 700}, reduced_motion="reduce"), stretched, way)
    found = []
    for path in pages_of(way):
        if not looks.is_new(way.answers[path], "it", thorough=False):
            continue
        page.goto(stretched.url + path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 700})
            found += [f"{path} at {width}: {fault}" for fault in page.evaluate(OUTSIDE)]
    assert not found, "\n".join(found)
