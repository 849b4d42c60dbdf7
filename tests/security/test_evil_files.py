"""Files made to break a server, sent to a real one: each is refused, and the process holds little more than before."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from app.features.accounts.models import ClusterRole
from config import Settings
from tests.live.conftest import cookie_of
from tests.support.app import LiveServer, sign_in
from tests.support.evil_files import EVIL_LOGOS, EVIL_TABLES, ODD_TABLES
from tests.support.factories import Make

MAX_MORE_MEGABYTES = 150
BOUNDARY = "evil-files"
Files = Mapping[str, Callable[[], bytes]]


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Leaves redirects to the test."""

    def redirect_request(self, *given: object) -> None:
        """Follow none."""


class Sender:
    """A browser that sends files to the pages of a real server."""

    def __init__(self, server: LiveServer, cookie: str) -> None:
        self.server = server
        self.headers = {"Cookie": f"trama={cookie}"}
        self.opener = urllib.request.build_opener(NoRedirect)

    def send(self, page: str, field: str, name: str, content: bytes) -> tuple[int, str]:
        """Fill in the first form of the page that takes files; returns status and answer."""
        _status, html = self.ask(page)
        form = BeautifulSoup(html, "html.parser").select_one("form[enctype]")
        assert form is not None
        values = {
            each["name"]: each.get("value", "") for each in form.select("input[type=hidden], select[name]")
        }
        parts = [
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{each}"\r\n\r\n{value}\r\n'.encode()
            for each, value in values.items()
        ]
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'
        body = b"".join((*parts, head.encode(), content, f"\r\n--{BOUNDARY}--\r\n".encode()))
        return self.ask(page, body)

    def ask(self, page: str, body: bytes | None = None) -> tuple[int, str]:
        """Ask for a page, or send it something; returns status and answer."""
        kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"} if body is not None else {}
        request = urllib.request.Request(self.server.url + page, body, {**self.headers, **kind})
        try:
            with self.opener.open(request, timeout=120) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def megabytes(self, name: str) -> int:
        """What /proc says that the server's process holds: "VmRSS" now, "VmHWM" at most so far."""
        assert self.server.process is not None
        status = Path(f"/proc/{self.server.process.pid}/status").read_text()
        found = re.search(rf"{name}:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) // 1024


@pytest.fixture
def server(settings: Settings, tmp_path: Path) -> Iterator[LiveServer]:
    """A process of its own from the start: a forked one would share memory with its parent."""
    server = LiveServer(settings, tmp_path)
    server.start()
    yield server
    server.kill()


@pytest.mark.slow
def test_evil_files_are_refused_and_the_server_holds_little_more(
    app: Flask, make: Make, server: LiveServer
) -> None:
    manager = make.person("Marta", role=ClusterRole.MANAGER)
    organisation = make.organisation("Orto", country="IT")
    make.member(manager, organisation)
    sender = Sender(server, cookie_of(app, sign_in(app, manager)))
    pages = {"file": "/en/manage/import", "logo": f"/en/organisations/{organisation.slug}/logo"}
    for page in pages.values():
        sender.ask(page)
    before = sender.megabytes("VmRSS")
    groups: tuple[tuple[str, Files, set[int]], ...] = (
        ("file", EVIL_TABLES, {413, 422}),
        ("file", ODD_TABLES, {303, 422}),
        ("logo", EVIL_LOGOS, {413, 422}),
    )
    wrong = []
    for field, files, expected in groups:
        for name, make_content in files.items():
            status, text = sender.send(pages[field], field, name, make_content())
            if status not in expected:
                wrong.append(f"{name}: {status} {text[:200]}")
    assert not wrong, "\n".join(wrong)
    more = sender.megabytes("VmHWM") - before
    print(f"the server held {before} MB before and {more} MB more at most")  # noqa: T201
    assert more < MAX_MORE_MEGABYTES
