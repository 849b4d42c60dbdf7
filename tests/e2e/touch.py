"""What a finger does to cards."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


def drag_by_touch(page: Page, card: Locator, beyond: Locator) -> None:
    """Hold a card with a finger until it comes off, and let it go below another."""
    card.evaluate("card => card.scrollIntoView({ block: 'start' })")
    begin, end = card.bounding_box(), beyond.bounding_box()
    assert begin and end
    touches = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        told = [{"x": x, "y": y} for x, y in points]
        touches.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": told})

    x, y, bottom = begin["x"] + 20, begin["y"] + 15, end["y"] + end["height"]
    touch("touchStart", (x, y))
    expect(page.locator(".card-ghost")).to_be_attached()
    for part in (0.3, 0.7, 1):
        touch("touchMove", (x, y + (bottom - y) * part))
    touch("touchEnd")


def hold_at_the_edge(page: Page, card: Locator) -> None:
    """Hold a card with a finger at the foot of a small screen until the board has scrolled, then let it be."""
    whole = page.viewport_size
    assert whole
    page.set_viewport_size({"width": whole["width"], "height": 420})
    card.evaluate("card => card.scrollIntoView({ block: 'center' })")
    board, box = page.locator(".board-main"), card.bounding_box()
    room = board.bounding_box()
    assert box and room
    before = board.evaluate("board => board.scrollTop")
    touches = page.context.new_cdp_session(page)
    x, y, foot = box["x"] + 20, box["y"] + 15, min(room["y"] + room["height"], 420) - 2
    for kind, at in (("touchStart", y), ("touchMove", foot)):
        touches.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": at}]})
        expect(page.locator(".card-ghost")).to_be_attached()
    page.wait_for_function("before => document.querySelector('.board-main').scrollTop > before", arg=before)
    touches.send("Input.dispatchTouchEvent", {"type": "touchCancel", "touchPoints": []})
    expect(page.locator(".card-ghost")).to_have_count(0)
    page.set_viewport_size(whole)
