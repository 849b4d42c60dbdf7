"""Every page, for everybody, in every language that is there: axe finds nothing, nothing is refused, nothing is cut off.

A page on which nothing is new but its words is passed over: everything on it was looked at on others, as closely and in
the same language. No longer word is cut off on it either (tests/e2e/test_widths.py goes to every page of everybody).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.e2e.conftest import DESK, PHONE
from tests.e2e.pages import KEYS, Visit, kinds_of_facilitators
from tests.e2e.shapes import Looks
from tests.support.app import LiveServer
from tests.support.axe import OPTIONS, SCRIPT, SETTLED, bring_axe

# Together: the ways through the exhibition are walked by one worker instead of by each.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("exhibition")]
RUN = """options => axe.run(document, options)
  .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 99)}`)))"""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CONTRAST: dict[str, Any] = {**OPTIONS, "runOnly": {"type": "rule", "values": ["color-contrast"]}}
NARROW = {"width": 320, "height": 700}
THOROUGH = {("visitor", "en"), ("member", "en")}
"""Whose pages are looked at closely, two of each kind; of the others' one of each kind, on a phone.

Pages that only facilitators and managers reach are looked at closely in English. In other languages their ways lead to
no other pages than these."""
NO_PAGES = {
    "organisations.acting",
    "organisations.map_of_europe",
    "decision_checks.bundle",
    "decision_checks.checkpoint",
    "decision_checks.verify",
    "exports.export",
    "exports.whole",
    "feeds.initiatives",
    "feeds.organisations",
    "imports.rejected",
    "imports.template",
    "visibility.picture",
    "notifications.badges",
    "notifications.latest",
    "offline.manifest",
    "rooms.mentions",
    "rooms.side",
    "taxonomy.concepts",
    "taxonomy.places",
    "profiles.edit_story",
    "profiles.edit_track_entry",
    "network.picture",
    "design.report_markdown",
    "design.report_pdf",
    "translation.correct",
}
"""What leads to a page or answers a script, has the form of another page, or needs a service (test_translation.py)."""


def test_no_page_is_left_out(visit: Callable[[str, str], Visit]) -> None:
    """Whoever adds a page links it, or adds it to those that mails and forms lead to."""
    reached = {kind for role in KEYS for kind in visit(role, "en").pages}
    app = visit("visitor", "en").door.app
    there = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and "lang" in rule.arguments
    }
    assert sorted(there - NO_PAGES - reached) == []
    assert len(reached) > 25


@pytest.fixture(scope="module")
def looks() -> Looks:
    """What was looked at so far."""
    return Looks()


def problems_of(page: Page, thorough: bool) -> list[str]:
    """What axe finds in a page, and how far it is too wide for the narrowest phone.

    A thorough look is at both widths, light and dark; the other one on a phone, in light.
    """
    found: list[str] = []
    bring_axe(page)
    for viewport in (DESK, PHONE) if thorough else (PHONE,):
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        for scheme, options in (("light", OPTIONS), ("dark", CONTRAST))[: 2 if thorough else 1]:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.evaluate(SETTLED)
            where = f"{viewport['width']} {scheme}"
            found += [f"{where} {violation}" for violation in page.evaluate(RUN, options)]
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    if page.evaluate(WIDER) > 0:
        found.append(f"320 scrolls sideways by {page.evaluate(WIDER)} px")
    return found


@pytest.mark.parametrize("lang", ["en", "it"])
@pytest.mark.parametrize("role", list(KEYS))
def test_axe_finds_nothing_on_any_page(
    role: str,
    lang: str,
    exhibition: LiveServer,
    visit: Callable[[str, str], Visit],
    looks: Looks,
    new_context: Callable[..., BrowserContext],
) -> None:
    """Nor does the console, where breaches of the content security policy are told."""
    assert lang in exhibition.settings.languages
    way = visit(role, lang)
    context = new_context(viewport=DESK, reduced_motion="reduce")
    context.add_cookies([{"name": "trama", "value": way.cookie, "url": exhibition.url}])
    context.add_init_script(path=SCRIPT)
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    found: dict[str, list[str]] = {}
    thorough = (role, lang) in THOROUGH
    theirs = kinds_of_facilitators(way.door.app)
    only_theirs = lang != "en" and role in ("facilitator", "manager")
    chosen = [
        (path, kind)
        for kind, paths in way.pages.items()
        if kind in theirs or not only_theirs
        for path in paths[: 2 if thorough else 1]
    ]
    for path, kind in chosen:
        closely = thorough or (lang == "en" and kind in theirs)
        if not looks.is_new(way.answers[path], lang, closely):
            continue
        page.set_viewport_size(DESK)  # type: ignore[arg-type]
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        answer = page.goto(exhibition.url + path)
        assert answer is not None and answer.status == 200, path
        wrong = problems_of(page, closely) + told
        told.clear()
        if wrong:
            found[path] = wrong
    assert not found, "\n".join(f"{path}: {each}" for path, several in found.items() for each in several)
