"""A slow phone on a slow line, as Chromium imitates it, and what it notes while a page loads and is used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, ViewportSize

PHONE: ViewportSize = {"width": 375, "height": 780}
CPU_TIMES_SLOWER = 6
BYTES_A_SECOND = 400_000 / 8
ROUND_TRIP_MS = 400
LOAD_TIMEOUT_MS = 60_000
MS = 1000

NOTES = """(() => {
  const noted = (window.noted = { lcp: 0, long: [], inputs: [], effect: 0 });
  const observe = (type, take, options = {}) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...options });
  observe("largest-contentful-paint", ({ startTime }) => { noted.lcp = startTime; });
  observe("longtask", ({ duration }) => noted.long.push(duration));
  observe("event", ({ duration, interactionId }) => interactionId && noted.inputs.push(duration), { durationThreshold: 16 });
  window.whenShown = (done) => requestAnimationFrame(() => setTimeout(done));
  window.until = (isSo) => new Promise((done) => {
    const look = () => (isSo() ? window.whenShown(() => done(performance.now())) : setTimeout(look, 50));
    look();
  });
})();"""
"""`until` looks every 50 ms, and gives the moment at which the frame that shows what it waits for was drawn."""


@dataclass(frozen=True)
class Load:
    """A page that was opened with nothing in the cache: seconds from the beginning, bytes and tasks above 50 ms."""

    first_byte: float
    first_paint: float
    largest_paint: float
    effect: float
    received: int
    requests: int
    long_tasks: list[float]


class Phone:
    """One person's page on the slow phone."""

    def __init__(self, page: Page, session: CDPSession) -> None:
        self.page = page
        self._session = session
        self.received = self.requests = 0
        session.on("Network.loadingFinished", self._note)

    def _note(self, told: dict[str, Any]) -> None:
        self.received += int(told["encodedDataLength"])
        self.requests += 1

    def open(self, url: str, act: str) -> Load:
        """Open a page and do something there, as soon as it is there to be done, until it has an effect.

        `act` is an async function in JavaScript that ends when the effect is seen.
        """
        self.page.add_init_script(f"({act})().then((shown) => {{ window.noted.effect = shown; }});")
        self.page.goto(url, wait_until="load", timeout=LOAD_TIMEOUT_MS)
        self.page.wait_for_function("() => window.noted.effect", timeout=LOAD_TIMEOUT_MS)
        self.page.wait_for_timeout(MS)
        found = self.page.evaluate(
            "() => ({ ...window.noted, first: performance.getEntriesByType('navigation')[0].responseStart,"
            " painted: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0 })"
        )
        return Load(
            first_byte=found["first"] / MS,
            first_paint=found["painted"] / MS,
            largest_paint=found["lcp"] / MS,
            effect=found["effect"] / MS,
            received=self.received,
            requests=self.requests,
            long_tasks=found["long"],
        )

    def answer_time(self) -> float:
        """The longest time that an input since the last call took until its frame was drawn, in milliseconds."""
        self.page.wait_for_timeout(MS)
        longest: float = self.page.evaluate("() => Math.max(0, ...window.noted.inputs.splice(0))")
        return longest

    def working_time(self) -> float:
        """The milliseconds that the main thread has worked so far, without those in which other programs had its core."""
        metrics = self._session.send("Performance.getMetrics")["metrics"]
        return float(MS * next(each["value"] for each in metrics if each["name"] == "TaskDuration"))

    def throttle(self, *, line: bool) -> None:
        """Make the processor slow, and with `line` the network."""
        self._session.send("Emulation.setCPUThrottlingRate", {"rate": CPU_TIMES_SLOWER})
        speed = BYTES_A_SECOND if line else -1
        self._session.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": ROUND_TRIP_MS if line else 0,
                "downloadThroughput": speed,
                "uploadThroughput": speed,
            },
        )


@contextmanager
def slow_phone(browser: Browser, url: str, cookie: str, *, line: bool = True) -> Iterator[Phone]:
    """A phone with an empty cache, signed in by a cookie unless that is empty; on a quick network without `line`."""
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, locale="en")
    if cookie:
        context.add_cookies([{"name": "trama", "value": cookie, "url": url}])
    page = context.new_page()
    page.add_init_script(NOTES)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    phone = Phone(page, session)
    phone.throttle(line=line)
    try:
        yield phone
    finally:
        context.close()
