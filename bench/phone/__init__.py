"""A slow phone on a slow line: how long pages take to be seen and to answer, and what a long talk and a full board cost."""

from __future__ import annotations

import argparse
import os
import secrets
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from app.core.live.protocol import PROTOCOL_VERSION
from bench.live.servers import Running, our_server
from bench.phone.browser import MS, Load, Phone, slow_phone
from bench.phone.world import World, make_world
from bench.session.world import Meeting, make_meeting
from tests.live.client import Client
from tests.support.browser import launch_options

PEOPLE_AT_BOARD = 12
CORE = 0
PAUSE_SECONDS = 0.15
"""Between two messages of the long run, besides what the writer waits for her answer."""
REST_SECONDS = 3.0
BUDGET = "budget of Decidim's lighthouse_budget.json, on Lighthouse's gentler line"
PRESS_THEME = """async () => {
  addEventListener("click", (event) => event.preventDefault());
  return until(() => {
    document.querySelector("[data-theme-choice=dark]")?.click();
    return document.documentElement?.dataset.theme === "dark";
  });
}"""
PRESS_FILTER = """async () => {
  let asked = false, first;
  document.addEventListener("htmx:before:request", () => { asked = true; });
  return until(() => {
    const title = document.querySelector("#directory h1")?.textContent;
    const filter = document.querySelector("#directory input[type=checkbox]");
    first ??= title;
    if (!asked && filter) {
      filter.checked = true;
      filter.dispatchEvent(new Event("change", { bubbles: true }));
    }
    return asked && title !== undefined && title !== first;
  });
}"""
SAY = """async () => {
  return until(() => {
    const field = document.querySelector("[data-composer] textarea");
    if (!field) return false;
    if (!field.value) {
      field.focus();
      document.execCommand("insertText", false, "Good morning");
    }
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    return [...document.querySelectorAll(".message-mine")].some((each) => each.textContent.includes("Good morning"));
  });
}"""
TYPE_ON_CARD = """async () => {
  return until(() => {
    const field = document.querySelector(".column[data-current] [data-card-form]:not([hidden]) textarea");
    if (!field) return false;
    field.focus();
    document.execCommand("insertText", false, "S");
    return field.value === "S";
  });
}"""
GO_BACK = """async () => {
  const begun = performance.now();
  const [first] = document.querySelectorAll("[data-messages] > .message");
  const sought = `message-${Number(first.dataset.seq) - 1}`;
  document.querySelector("[data-scroll]").scrollTop = -1e9;
  return (await until(() => document.getElementById(sought))) - begun;
}"""


def main(words: list[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="./dev bench phone")
    parser.add_argument("--rounds", type=int, default=3, help="loads of each page (%(default)s)")
    parser.add_argument("--messages", type=int, default=250, help="of the long run (%(default)s)")
    parser.add_argument("--history", type=int, default=5000, help="messages of the long room (%(default)s)")
    parser.add_argument("--cards", type=int, default=201, help="on the board (%(default)s)")
    parser.add_argument("--only", choices=("loads", "room", "board"), nargs="*", help="these parts only")
    options = parser.parse_args(words)
    parts = options.only or ["loads", "room", "board"]
    print(
        f"CPU 6 times slower, 400 kbit/s, 400 ms; load of this machine {os.getloadavg()[0]:.1f}", flush=True
    )
    with tempfile.TemporaryDirectory(prefix="trama-phone-") as name, sync_playwright() as playwright:
        folders = [Path(name, each) for each in ("demo", "board")]
        for folder in folders:
            folder.mkdir()
        world = make_world(folders[0], options.history)
        meeting = make_meeting(folders[1], PEOPLE_AT_BOARD, options.cards)
        browser = playwright.chromium.launch(**launch_options())
        with our_server(folders[0], [], CORE) as demo, our_server(folders[1], meeting.cookies, CORE) as board:
            if "loads" in parts:
                print_loads(browser, demo, world, board, meeting, options.rounds)
            if "room" in parts:
                print_room(browser, demo, world, options.messages, options.rounds)
            if "board" in parts:
                print_board(browser, board, meeting, options.rounds)
        browser.close()


def print_loads(
    browser: Browser, demo: Running, world: World, board: Running, meeting: Meeting, rounds: int
) -> None:
    """Print the table of pages that are opened with nothing in the cache, the medians of some rounds."""
    pages = [
        ("home, visitor", demo, "", "/en/", PRESS_THEME),
        ("directory", demo, "", "/en/organisations", PRESS_FILTER),
        ("home, member", demo, world.reader, "/en/", PRESS_THEME),
        ("room", demo, world.reader, f"/en/rooms/{world.room}", SAY),
        (
            "board of 201 cards",
            board,
            meeting.cookies[1],
            f"/en/design-sessions/{meeting.design}/board",
            TYPE_ON_CARD,
        ),
    ]
    print("\n| page | first byte, s | FCP, s | LCP, s | effect, s | KB | requests | long tasks, ms |")
    print("|---|---:|---:|---:|---:|---:|---:|---|")
    for says, server, cookie, path, act in pages:
        url = f"http://127.0.0.1:{server.port}"
        with slow_phone(browser, url, cookie, line=False) as phone:
            phone.page.goto(
                url + path
            )  # what a server compiles at the first request of a page is not measured
        loads = []
        for _ in range(rounds):
            with slow_phone(browser, url, cookie) as phone:
                loads.append(phone.open(url + path, act))
        print(f"| {says} | {_cells(loads)} |", flush=True)
    print(f"| {BUDGET} | | 2.0 | 2.5 | 5.0 (interactive) | | | |")


def _cells(loads: list[Load]) -> str:
    """The medians of some loads; the long tasks are those of the load whose effect was seen in the median time."""
    times = [
        f"{statistics.median(getattr(each, name) for each in loads):.1f}"
        for name in ("first_byte", "first_paint", "largest_paint", "effect")
    ]
    middle = sorted(loads, key=lambda each: each.effect)[len(loads) // 2]
    long_tasks = ", ".join(f"{each:.0f}" for each in sorted(middle.long_tasks, reverse=True))
    return " | ".join([*times, f"{middle.received / 1000:.0f}", str(middle.requests), long_tasks])


def print_room(browser: Browser, demo: Running, world: World, messages: int, rounds: int) -> None:
    """Print what older messages cost in a long room, and what each message of a long run costs."""
    url = f"http://127.0.0.1:{demo.port}"
    print("\n| room | value |\n|---|---:|", flush=True)
    with slow_phone(browser, url, world.long_reader) as phone:
        phone.page.goto(f"{url}/en/rooms/{world.long_room}")
        _settle(phone)
        pages = []
        for _ in range(2 * rounds):
            pages.append(phone.page.evaluate(GO_BACK))
            _settle(phone)
    print(f"| a page of older messages, median ms | {statistics.median(pages):.0f} |")
    print(f"| a page of older messages, longest ms | {max(pages):.0f} |", flush=True)
    with slow_phone(browser, url, world.reader, line=False) as phone:
        phone.page.goto(f"{url}/en/rooms/{world.room}")
        _settle(phone)
        first = _cost_of_messages(phone, url, world, 50)
        _cost_of_messages(phone, url, world, max(0, messages - 100))
        last = _cost_of_messages(phone, url, world, 50)
    print(f"| one message, the first 50 of {messages}, ms of the main thread | {first:.0f} |")
    print(f"| one message, the last 50 of {messages}, ms of the main thread | {last:.0f} |")
    print(f"| last ÷ first | {last / first:.2f} |", flush=True)


def _cost_of_messages(phone: Phone, url: str, world: World, count: int) -> float:
    """The milliseconds that the reader's main thread works for one message, while another person says so many."""
    client = Client(url, world.writer).join(lang="en", v=PROTOCOL_VERSION)
    before = phone.working_time()
    for number in range(count):
        answer = client.ask(
            "room_post",
            v=PROTOCOL_VERSION,
            cid=secrets.token_urlsafe(12),
            room=world.room,
            body=f"{number}: the neighbours ask when they may come and help us with the harvest.",
            lang="en",
        )
        assert answer["ok"], answer
        client.events.clear()
        phone.page.wait_for_timeout(MS * PAUSE_SECONDS)
    _settle(phone)
    client.hang_up()
    return (phone.working_time() - before) / max(1, count)


def print_board(browser: Browser, board: Running, meeting: Meeting, rounds: int) -> None:
    """Print how soon a full board answers taps and keys."""
    url = f"http://127.0.0.1:{board.port}"
    columns: list[float] = []
    first_keys: list[float] = []
    keys: list[float] = []
    for _ in range(rounds):
        with slow_phone(browser, url, meeting.cookies[2], line=False) as phone:
            phone.page.goto(f"{url}/en/design-sessions/{meeting.design}/board")
            _settle(phone)
            phone.answer_time()
            for place in (2, 3, 1):
                phone.page.tap(f".board-column-tabs > :nth-child({place})")
                columns.append(phone.answer_time())
            phone.page.tap(".column[data-current] [data-card-form] textarea")
            phone.answer_time()
            phone.page.keyboard.type("S")
            first_keys.append(phone.answer_time())
            phone.page.keyboard.type("eeds", delay=MS / 2)
            keys.append(phone.answer_time())
    print("\n| board | median ms | longest ms |\n|---|---:|---:|")
    for says, times in (
        ("tap on a column", columns),
        ("first key in a card", first_keys),
        ("a later key", keys),
    ):
        print(f"| {says} | {statistics.median(times):.0f} | {max(times):.0f} |", flush=True)


def _settle(phone: Phone) -> None:
    """Wait until the page has done what it had begun."""
    phone.page.wait_for_timeout(MS * REST_SECONDS)
    while True:
        before = phone.working_time()
        phone.page.wait_for_timeout(MS)
        if phone.working_time() - before < MS / 3:
            return
        time.sleep(PAUSE_SECONDS)
