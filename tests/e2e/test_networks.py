"""Bad networks, by a proxy between a browser and the server: what is said of them, and that nothing is lost or doubled."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Dialog, Page, expect

from app.features.accounts.models import Person
from app.features.rooms.models import Room
from tests.e2e.conftest import DESK, let_in
from tests.e2e.meeting import write
from tests.e2e.talk import Open, composer, connected, numbers, said, say
from tests.support.app import LiveServer
from tests.support.factories import Cast, Make
from tests.support.proxy import Proxy

pytestmark = pytest.mark.usefixtures("patience")
Behind = Callable[..., Page]
NOTICE = "[data-network]"
BLOCKED = "Live updates are blocked here"
LISTEN = """() => {
  window.heard = [];
  const box = document.querySelector("[data-network]");
  if (box) new MutationObserver(() => box.hidden || window.heard.push(box.textContent)).observe(box, {
    attributes: true, childList: true,
  });
}"""
VOTING = {
    "kind": "how_might_we",
    "title": "Think and vote",
    "minutes": 10,
    "policy": {"write": True, "move": True, "vote": 3},
}
LYING_FLAG = "Object.defineProperty(navigator, 'onLine', { get: () => false })"
FULL_STORAGE = """Object.defineProperty(Storage.prototype, "setItem", {
  value() { throw new DOMException("full", "QuotaExceededError"); },
})"""


@pytest.fixture
def behind(
    app: Flask, live_server: LiveServer, proxy: Proxy, new_context: Callable[..., BrowserContext]
) -> Behind:
    """A person's browser behind the proxy, at a page: `behind(person, "/en/rooms/1")`."""

    def enter(person: Person, path: str, script: str = "") -> Page:
        context = new_context(viewport=DESK, proxy={"server": proxy.url})
        let_in(context, app, person, live_server.url)
        if script:
            context.add_init_script(script)
        page = context.new_page()
        page.goto(f"{live_server.url}{path}")
        return page

    return enter


@pytest.fixture
def address(room: Room) -> str:
    """The room's page."""
    return f"/en/rooms/{room.id}"


def expect_same(*pages: Page, count: int) -> None:
    """Everybody has all messages, once and in one order."""
    for page in pages:
        expect(page.locator(".message[data-seq]")).to_have_count(count)
        expect(page.locator(".message-waiting")).to_have_count(0)
    assert len({(tuple(numbers(page)), tuple(said(page))) for page in pages}) == 1


def test_a_network_that_swallows_everything_is_noticed_and_nothing_is_lost(
    behind: Behind, open_room: Open, proxy: Proxy, address: str, cast: Cast
) -> None:
    """The browser believes that it is online; the page finds out by its own question without an answer."""
    giulia, marek = connected(behind(cast.member, address)), open_room(cast.other)
    say(giulia, "Before the dead zone")
    expect(marek.locator("#message-1")).to_be_visible()
    proxy.swallow()
    say(giulia, "Into the dead zone")
    expect(giulia.locator(NOTICE)).to_have_text(
        "The connection is lost; we are trying again. One message waits."
    )
    say(marek, "Meanwhile")
    expect(marek.locator("#message-2")).to_be_visible()
    proxy.restore()
    expect(giulia.locator(NOTICE)).to_have_text("You are connected. What waited is sent.", timeout=40_000)
    expect_same(giulia, marek, count=3)
    assert said(giulia) == ["Before the dead zone", "Meanwhile", "Into the dead zone"]
    expect(giulia.locator(NOTICE)).to_be_hidden()


def test_a_room_behind_a_proxy_that_refuses_sockets_reads_and_writes_by_requests(
    behind: Behind, open_room: Open, proxy: Proxy, address: str, cast: Cast
) -> None:
    proxy.sockets = "refuse"
    giulia, marek = behind(cast.member, address), open_room(cast.other)
    expect(giulia.locator(NOTICE)).to_contain_text(BLOCKED)
    say(giulia, "By another way")
    expect(marek.locator("#message-1")).to_contain_text("By another way")
    say(marek, "It came")
    expect(giulia.locator("#message-2")).to_contain_text("It came")
    expect_same(giulia, marek, count=2)
    for page in (giulia, marek):
        expect(page.locator("[data-here] li")).to_have_count(2)
    composer(giulia).press("ArrowUp")
    composer(giulia).fill("By another way, corrected")
    composer(giulia).press("Enter")
    expect(marek.locator("#message-1")).to_contain_text("corrected")
    proxy.sockets = "pass"
    expect(giulia.locator(NOTICE)).to_be_hidden()
    connected(giulia)
    say(giulia, "Live again")
    expect_same(giulia, marek, count=3)


def test_a_board_behind_a_proxy_that_swallows_sockets_takes_part_by_requests(
    behind: Behind, app: Flask, live_server: LiveServer, make: Make, cast: Cast, proxy: Proxy,
    new_context: Callable[..., BrowserContext],
) -> None:  # fmt: skip
    initiative = make.initiative(cast.organisation)
    design = make.design_session(cast.facilitator, initiative, phases=[VOTING])
    proxy.sockets = "swallow"
    path = f"/en/design-sessions/{design.id}"
    context = new_context(viewport=DESK)
    let_in(context, app, cast.facilitator, live_server.url)
    desk = context.new_page()
    desk.goto(f"{live_server.url}{path}/board")
    giulia = behind(cast.member, path)
    giulia.locator('form[action$="/enter"] button').click()
    expect(giulia.locator(NOTICE)).to_contain_text(BLOCKED, timeout=40_000)
    write(giulia, "Share the lorry")
    expect(desk.locator(".card [data-card-text]")).to_have_text("Share the lorry")
    write(desk, "Share the oven")
    expect(giulia.locator(".card [data-card-text]")).to_have_text(["Share the lorry", "Share the oven"])
    more = giulia.locator(".card", has_text="lorry").locator("[data-vote='1']")
    more.click()
    expect(giulia.locator("[data-asked]")).to_contain_text("You have 2 points left")
    more.click()
    expect(desk.locator(".card", has_text="lorry").locator("[data-total]")).to_have_text("2")
    expect(desk.locator(".board-person", has_text=cast.member.name)).to_contain_text("is here")
    giulia.locator("[data-hand]").click()
    expect(desk.locator("[data-hands] li")).to_have_count(1)
    expect(giulia.locator(NOTICE)).not_to_contain_text("Waiting to be sent")


def test_ten_cuts_in_a_row_lose_and_double_nothing(
    behind: Behind, open_room: Open, proxy: Proxy, address: str, cast: Cast
) -> None:
    giulia, marek = connected(behind(cast.member, address)), open_room(cast.other)
    for number in range(10):
        say(giulia, f"Number {number}")
        proxy.cut()
    expect(giulia.locator(".message[data-seq]")).to_have_count(10, timeout=40_000)
    expect_same(giulia, marek, count=10)
    assert said(giulia) == [f"Number {number}" for number in range(10)]


def test_a_slow_line_is_never_called_a_lost_one(
    behind: Behind, open_room: Open, proxy: Proxy, address: str, cast: Cast
) -> None:
    proxy.delay_seconds, proxy.bytes_per_second = 0.2, 50_000
    marek = open_room(cast.other)
    giulia = behind(cast.member, address, script=f"addEventListener('DOMContentLoaded', {LISTEN})")
    connected(giulia)
    say(giulia, "Slowly")
    say(marek, "But surely")
    expect_same(giulia, marek, count=2)
    assert not [sentence for sentence in giulia.evaluate("window.heard") if "lost" in sentence]


def test_a_tab_that_slept_while_its_connection_died_catches_up_when_one_comes_back(
    behind: Behind, open_room: Open, proxy: Proxy, address: str, cast: Cast
) -> None:
    giulia, marek = connected(behind(cast.member, address)), open_room(cast.other)
    life = giulia.context.new_cdp_session(giulia)
    life.send("Page.setWebLifecycleState", {"state": "frozen"})
    proxy.forget()
    for number in range(3):
        say(marek, f"While she slept {number}")
    expect(marek.locator(".message[data-seq]")).to_have_count(3)
    life.send("Page.setWebLifecycleState", {"state": "active"})
    giulia.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect_same(giulia, marek, count=3)
    say(giulia, "Good morning")
    expect_same(giulia, marek, count=4)


def test_a_browser_that_wrongly_says_it_is_offline_sends_all_the_same(
    behind: Behind, open_room: Open, address: str, cast: Cast
) -> None:
    """As browsers do in some private networks."""
    giulia, marek = behind(cast.member, address, script=LYING_FLAG), open_room(cast.other)
    connected(giulia)
    say(giulia, "I am here")
    expect(marek.locator("#message-1")).to_contain_text("I am here")
    giulia.goto(giulia.url.replace(address, f"/en/introductions/ask/{cast.other_organisation.slug}"))
    giulia.get_by_label("Your message").fill("Shall we talk about seeds?")
    giulia.get_by_role("button", name="Ask for an introduction").click()
    expect(giulia.get_by_role("status")).to_contain_text("You have asked")


def test_a_browser_without_room_says_so_and_keeps_what_waits_until_it_is_sent(
    behind: Behind, open_room: Open, proxy: Proxy, address: str, cast: Cast
) -> None:
    giulia, marek = connected(behind(cast.member, address, script=FULL_STORAGE)), open_room(cast.other)
    proxy.swallow()
    say(giulia, "Nowhere to keep it")
    expect(giulia.locator(NOTICE)).to_contain_text("leave this page open until it is sent")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    giulia.on("dialog", stay)
    giulia.close(run_before_unload=True)
    proxy.restore()
    expect_same(giulia, marek, count=1)
    assert asked == ["beforeunload"]


def test_a_room_whose_script_does_not_come_says_so_and_sends_as_a_form(
    behind: Behind, open_room: Open, address: str, cast: Cast
) -> None:
    marek, giulia = open_room(cast.other), behind(cast.member, "/en/")
    giulia.route("**/js/room*.js", lambda route: route.abort())
    giulia.goto(giulia.url.removesuffix("/en/") + address)
    expect(giulia.get_by_text("This page is not live.")).to_be_visible()
    composer(giulia).fill("Without a script")
    giulia.get_by_role("button", name="Send", exact=True).click()
    expect(marek.locator("#message-1")).to_contain_text("Without a script")
    expect(giulia.locator("#message-1")).to_contain_text("Without a script")
