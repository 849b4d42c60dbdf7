"""A room in a browser: who enters it, what she says, and what its list shows."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

Open = Callable[..., Page]
PATIENCE = 20_000


def connected(page: Page) -> Page:
    """Wait until the page follows the room: she sees herself among those who are here."""
    expect(page.locator("[data-here] li").first).to_be_attached()
    return page


def go_offline(page: Page) -> None:
    """Cut the network, and wait until the page knows: what is sent before may still get through, unanswered."""
    page.context.set_offline(True)
    expect(page.locator("[data-network]")).to_be_visible()


def composer(page: Page) -> Locator:
    """Where one writes."""
    return page.get_by_label("Your message", exact=True)


def say(page: Page, text: str) -> None:
    """Write something and press Enter."""
    page.get_by_label("Your message").fill(text)
    page.get_by_label("Your message").press("Enter")


def said(page: Page) -> list[str]:
    """What the list shows, in its order, with what still waits."""
    return [text.strip() for text in page.locator(".messages .message-text").all_inner_texts()]


def numbers(page: Page) -> list[int]:
    """The numbers of the messages that are confirmed."""
    return [
        int(each)
        for each in page.locator(".message[data-seq]").evaluate_all("all => all.map(m => m.dataset.seq)")
    ]
