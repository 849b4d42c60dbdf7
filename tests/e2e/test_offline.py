"""Trama without a network: the page that says so, a new version, and what a person's own device keeps for her."""

from __future__ import annotations

import re
import threading
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import delete

from app.core.database import db
from app.core.streams.services import revoke
from app.core.transactions import write_transaction
from app.features.accounts.models import Login
from tests.e2e.talk import Open, connected, go_offline, say
from tests.support.app import LiveServer
from tests.support.factories import Cast

IS_IN_CHARGE = """async () => {
  await navigator.serviceWorker.ready;
  return Boolean(navigator.serviceWorker.controller);
}"""


@pytest.fixture(scope="module")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """With service workers, which other tests do without."""
    return {**browser_context_args, "service_workers": "allow"}


KEPT = """async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith("pages:"));
  const all = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return all.flat().map(({ url }) => url);
}"""
"""The addresses of the pages that are kept, and of the events that came to them since."""
AGED = """(milliseconds) => {
  for (const key of Object.keys(localStorage).filter((each) => each.includes(":outbox:"))) {
    const kept = JSON.parse(localStorage[key]);
    for (const entry of kept.value) entry.at = new Date(Date.parse(entry.at) - milliseconds).toISOString();
    localStorage[key] = JSON.stringify(kept);
  }
}"""
"""Has what waits to be sent have been written earlier."""


def kept(page: Page) -> list[str]:
    """What this browser keeps of pages."""
    found: list[str] = page.evaluate(KEPT)
    return found


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


@pytest.mark.usefixtures("patience")
def test_her_own_device_keeps_her_rooms_until_she_signs_out(
    open_room: Open, live_server: LiveServer, cast: Cast
) -> None:
    marek, giulia = open_room(cast.other), open_room(cast.member, "it")
    say(marek, "Before anything is kept")
    context, place = giulia.context, giulia.url
    in_charge(giulia)
    giulia.reload()
    expect(giulia.locator("#message-1")).to_be_visible()
    assert kept(giulia) == [], "nobody said that the device is hers"
    giulia.goto(f"{live_server.url}/it/account")
    giulia.get_by_role("button", name="Questo dispositivo è mio").click()
    expect(giulia.get_by_role("button", name="Non conservare nulla qui")).to_be_visible()
    giulia.goto(f"{live_server.url}/it/rooms")
    giulia.goto(place)
    connected(giulia)
    say(marek, "After her page was kept")
    expect(giulia.locator("#message-2")).to_be_visible()
    giulia.wait_for_function(f"async () => ({KEPT})().then(all => all.length === 3)")
    go_offline(giulia)
    giulia.goto(f"{live_server.url}/it/rooms")
    expect(giulia.locator("main")).to_contain_text("Before anything is kept")
    giulia.goto(place)
    expect(giulia.locator("#message-2")).to_contain_text("After her page was kept")
    giulia.locator("[data-composer] textarea").fill("Scritto nella galleria")
    giulia.locator("[data-composer] textarea").press("Enter")
    expect(giulia.locator(".message-waiting")).to_have_count(1)
    giulia.evaluate(AGED, 10 * 60 * 1000)
    context.set_offline(False)
    for page, note in ((giulia, "inviato più tardi"), (marek, "sent later")):
        expect(page.locator("#message-3")).to_contain_text("Scritto nella galleria")
        expect(page.locator("#message-3 .message-when")).to_contain_text(note)
    marek.reload()
    expect(marek.locator("#message-3 .message-when")).to_contain_text("sent later")
    expect(marek.locator("#message-2 .message-when")).to_have_count(0)
    giulia.locator("form[action$='/sign-out'] button").last.evaluate(
        "button => button.form.requestSubmit(button)"
    )
    giulia.wait_for_url(re.compile(r"^(?!.*/rooms/)"))
    giulia.wait_for_function(f"async () => ({KEPT})().then(all => all.length === 0)")
    context.set_offline(True)
    giulia.goto(place)
    expect(giulia.get_by_role("heading", level=1)).to_have_text("Qui non c’è rete")


@pytest.mark.usefixtures("patience")
def test_what_a_device_keeps_goes_when_the_sign_in_ends_elsewhere(
    app: Flask, open_room: Open, live_server: LiveServer, cast: Cast
) -> None:
    giulia = open_room(cast.member)
    in_charge(giulia)
    place = giulia.url
    giulia.goto(f"{live_server.url}/en/account")
    giulia.get_by_role("button", name="This is my own device").click()
    expect(giulia.get_by_role("button", name="Keep nothing here")).to_be_visible()
    giulia.goto(place)
    connected(giulia)
    giulia.wait_for_function(f"async () => ({KEPT})().then(all => all.length > 0)")
    with app.app_context(), write_transaction():
        db.session.execute(delete(Login).where(Login.person_id == cast.member.id))
        revoke(person_id=cast.member.id)
    giulia.wait_for_function(f"async () => ({KEPT})().then(all => all.length === 0)")
