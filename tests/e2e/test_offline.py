"""Trama without a network: the page that says so, a new version, and what a person's own device keeps for her."""

from __future__ import annotations

import re
import threading
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.app import LiveServer

IS_IN_CHARGE = """async () => {
  await navigator.serviceWorker.ready;
  return Boolean(navigator.serviceWorker.controller);
}"""


@pytest.fixture(scope="module")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """With service workers, which other tests do without."""
    return {**browser_context_args, "service_workers": "allow"}


class Front(ThreadingHTTPServer):
    """A server in front of Trama that can send the service worker of a newer version, which other scripts belong to."""

    daemon_threads = True

    def __init__(self, behind: str) -> None:
        super().__init__(("127.0.0.1", 0), FrontRequest)
        self.behind = behind
        self.is_newer = False
        self.url = f"http://127.0.0.1:{self.server_port}"


class FrontRequest(BaseHTTPRequestHandler):
    """A GET that is passed on."""

    server: Front

    def do_GET(self) -> None:
        """Fetch it, and send it on."""
        headers = {name: value for name, value in self.headers.items() if name != "Accept-Encoding"}
        request = urllib.request.Request(self.server.behind + self.path, headers=headers)
        with urllib.request.urlopen(request) as answer:
            body = answer.read()
            if self.server.is_newer and self.path == "/service-worker.js":
                body = re.sub(b'"/static/dist/js/shared/[^"]+"', b'"/static/icon.svg"', body, count=1)
            self.send_response(answer.status)
            for name in ("Content-Type", "Cache-Control", "Set-Cookie"):
                if name in answer.headers:
                    self.send_header(name, answer.headers[name])
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Nothing is written down."""


@pytest.fixture
def front(live_server: LiveServer) -> Iterator[Front]:
    """The server in front of this test's server."""
    server = Front(live_server.url)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def in_charge(page: Page) -> Page:
    """The page, once its service worker has taken over."""
    page.wait_for_function(IS_IN_CHARGE)
    return page


def test_without_a_network_a_page_says_so_and_a_new_version_waits_for_the_reader(
    front: Front, new_context: Callable[..., BrowserContext]
) -> None:
    context = new_context()
    page = context.new_page()
    page.goto(f"{front.url}/it/")
    in_charge(page)
    context.set_offline(True)
    page.goto(f"{front.url}/it/organisations")
    expect(page.get_by_role("heading", level=1)).to_have_text("Qui non c’è rete")
    context.set_offline(False)
    page.get_by_role("link", name="Riprova").click()
    expect(page.locator("h1")).not_to_have_text("Qui non c’è rete")

    front.is_newer = True
    page.evaluate("navigator.serviceWorker.getRegistration().then(found => found.update())")
    other = context.new_page()
    other.goto(f"{front.url}/it/")
    button = page.get_by_role("button", name="Carica")
    expect(button).to_be_visible()
    with page.expect_navigation():
        button.click()
    in_charge(page)
    expect(page.locator("h1")).to_be_visible()
    # The page of the version before goes on under the new worker: it finds its files, and follows its links.
    assert (
        other.evaluate("fetch(document.querySelector('script[src]').src).then(answer => answer.status)")
        == 200
    )
    other.goto(f"{front.url}/it/organisations")
    expect(other.locator("h1")).to_be_visible()
