"""The network of ten thousand: how long its analysis takes, and how long a frame takes in Chromium while it is moved."""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Route, sync_playwright

from app.matching.index.arrays import Ints
from app.matching.network.analysis import CollaborationNetwork, analyse_network
from app.matching.network.edges import Participations
from app.matching.network.layout import CANVAS_SIDE, compute_layout
from bench.live.servers import our_server
from bench.live.world import make_world
from tests.support.browser import launch_options

COUNTRIES = ("IT", "FR", "PL", "ES")
GROUP = 60
AT_HOME = 0.85
"""So much of joint work stays in the group."""
MOVE = """async ({ kind, frames }) => {
  const canvas = document.querySelector("trama-network canvas"), box = canvas.getBoundingClientRect();
  const at = (x, y) => ({ bubbles: true, cancelable: true, view: window, clientX: box.left + x, clientY: box.top + y });
  const frame = () => new Promise(requestAnimationFrame), took = [];
  if (kind === "pan") canvas.dispatchEvent(new MouseEvent("mousedown", at(200, 200)));
  await frame();
  let before = await frame();
  for (let step = 1; step <= frames; step++) {
    if (kind === "pan") window.dispatchEvent(new MouseEvent("mousemove", at(200 + 3 * step, 200 + (step % 9))));
    else canvas.dispatchEvent(new WheelEvent("wheel", { ...at(300, 200), deltaY: step <= frames / 2 ? -40 : 40 }));
    const now = await frame();
    took.push(now - before);
    before = now;
  }
  if (kind === "pan") window.dispatchEvent(new MouseEvent("mouseup", at(200, 200)));
  await new Promise((go) => setTimeout(go, 500));
  return took;
}"""


def main(words: list[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="./dev bench network")
    parser.add_argument("--organisations", type=int, default=10_000, help="how many (%(default)s)")
    parser.add_argument("--ties", type=int, default=25_000, help="ties between them (%(default)s)")
    parser.add_argument("--frames", type=int, default=60, help="frames of each movement (%(default)s)")
    options = parser.parse_args(words)
    countries, seats = generated(options.organisations, options.ties)
    begun = time.process_time()
    found = analyse_network(np.arange(1, options.organisations + 1), countries, seats)
    analysed = time.process_time()
    picture = drawing(found, countries)
    print(
        f"{len(found):,} organisations, {len(found.edges):,} ties, {found.community_count} groups: analysed in "
        f"{analysed - begun:.1f} s of a core, laid out in {time.process_time() - analysed:.1f} s",
        flush=True,
    )
    with tempfile.TemporaryDirectory(prefix="trama-bench-") as folder:
        world = make_world(Path(folder), 5, [])
        with our_server(Path(folder), world.cookies, 0) as running:
            _frames(running.port, running.cookies[0], picture, options.frames)


def generated(organisations: int, ties: int) -> tuple[Ints, Participations]:
    """The countries and joint work of a cluster that works mostly in groups of sixty; always the same one."""
    chance, works, count = np.random.default_rng(7), list[set[int]](), 0
    groups = max(1, organisations // GROUP)
    while count < ties:
        home = int(groups * chance.random() ** 2)
        partners = set()
        for _ in range(chance.integers(2, 6)):
            group = home if chance.random() < AT_HOME else int(chance.integers(groups))
            partners.add(1 + (group * GROUP + int(GROUP * chance.random() ** 1.7)) % organisations)
        works.append(partners)
        count += len(partners) * (len(partners) - 1) // 2
    numbers = np.repeat(np.arange(len(works)), [len(partners) for partners in works])
    members = np.array([one for partners in works for one in sorted(partners)])
    return np.arange(1, organisations + 1) % len(COUNTRIES), Participations(numbers, members)


def drawing(found: CollaborationNetwork, countries: Ints) -> dict[str, Any]:
    """What the page draws, as the application gives it."""
    organisations = [
        {
            "name": f"Cooperative {node.id}",
            "country": COUNTRIES[countries[at]],
            "url": "#",
            "x": x,
            "y": y,
            "ties": node.degree,
            "group": node.community,
        }
        for at, (x, y) in enumerate(compute_layout(found).tolist())
        for node in [found.node(at)]
    ]
    ends = zip(found.edges.one.tolist(), found.edges.other.tolist(), found.is_bridge.tolist(), strict=True)
    ties = [[one, other, [0], bridges, 1] for one, other, bridges in ends]
    return {
        "side": CANVAS_SIDE,
        "organisations": organisations,
        "ties": ties,
        "works": [["Work", "", "", ""]],
    }


def _frames(port: int, cookie: str, picture: dict[str, Any], frames: int) -> None:
    """Move the picture in a real browser, and print the milliseconds of a frame."""
    body, address = json.dumps(picture), f"http://127.0.0.1:{port}"

    def answer(route: Route) -> None:
        route.fulfill(body=body, content_type="application/json")

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        context = browser.new_context(viewport={"width": 1360, "height": 800})
        context.add_cookies([{"name": "trama", "value": cookie, "url": address}])
        page = context.new_page()
        page.route("**/network/picture*", answer)
        page.goto(f"{address}/en/network")
        page.wait_for_selector("trama-network:not([hidden]) canvas")
        print("\n| movement | ms of a frame, median | 95th percentile |\n|---|---|---|")
        for kind, says in (
            ("pan", "moved"),
            ("zoom", "made larger and smaller"),
            ("pan", "moved, seen near"),
        ):
            if says.endswith("near"):
                for _ in range(6):
                    page.locator("trama-network canvas").press("+")
                page.wait_for_timeout(500)
            took = sorted(page.evaluate(MOVE, {"kind": kind, "frames": frames}))
            high = took[int(0.95 * len(took))]
            print(f"| {says} | {statistics.median(took):.0f} | {high:.0f} |", flush=True)
        browser.close()
