"""What is written is what is read, in real browsers: in a room as it happens, on its page, and in a story."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from app.core.markdown_inline import LINK_REL
from tests.e2e.talk import Open, say
from tests.support.app import LiveServer
from tests.support.factories import Cast

WRITTEN = [
    "15. 3. 2026 um 10 Uhr",
    "4. lipca",
    "2*3*4",
    "~~cancelled~~ confirmed",
    "![plan](https://example.org/plan.png)",
    "# 1 and #2",
]
LINKED = "See https://example.org/hives_(2)?x=1, www.example.org. or info@example.org."
ADDRESSES = {
    "https://example.org/hives_(2)?x=1": "https://example.org/hives_(2)?x=1",
    "www.example.org": "http://www.example.org",
    "info@example.org": "mailto:info@example.org",
}
pytestmark = pytest.mark.usefixtures("patience")


def check_links(page: Page, within: str) -> None:
    """Every address is a link that does not say where its reader came from."""
    links = page.locator(f"{within} a")
    expect(links).to_have_count(len(ADDRESSES))
    for link in links.all():
        assert link.get_attribute("href") == ADDRESSES[link.inner_text()]
        assert link.get_attribute("rel") == LINK_REL
        assert link.get_attribute("target") is None


def test_a_message_is_shown_as_it_was_written_live_and_on_the_page(open_room: Open, cast: Cast) -> None:
    giulia, marek = open_room(cast.member), open_room(cast.other)
    for text in [*WRITTEN, LINKED]:
        say(giulia, text)
    last = f"#message-{len(WRITTEN) + 1}"
    for page in (giulia, marek):
        for number, text in enumerate(WRITTEN, start=1):
            expect(page.locator(f"#message-{number} .message-text")).to_have_text(text)
        check_links(page, f"{last} .message-text")
    live = marek.locator(".messages .message-text").evaluate_all(
        "all => all.map(each => each.innerHTML.trim())"
    )
    marek.reload()
    expect(marek.locator(last)).to_be_visible()
    drawn = marek.locator(".messages .message-text").evaluate_all(
        "all => all.map(each => each.innerHTML.trim())"
    )
    assert drawn == live


def test_a_story_is_shown_as_it_was_written(live_server: LiveServer, open_room: Open, cast: Cast) -> None:
    page = open_room(cast.member)
    slug = cast.organisation.slug
    page.goto(f"{live_server.url}/en/organisations/{slug}/story")
    page.get_by_label("Your story").fill("\n\n".join([*WRITTEN, "Ciao\n--\nGiulia", LINKED]))
    page.get_by_role("button", name="Save the story").click()
    page.goto(f"{live_server.url}/en/organisations/{slug}")
    paragraphs = page.locator(".story p")
    expect(paragraphs).to_have_text([*WRITTEN, "Ciao -- Giulia", LINKED], use_inner_text=False)
    expect(page.locator(".story p br")).to_have_count(2)
    check_links(page, ".story p:last-child")
