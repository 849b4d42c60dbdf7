"""What is no request, or might be understood as two, is refused; and nothing of it is in a log."""

from __future__ import annotations

import socket
from contextlib import suppress

import pytest

from tests.live.conftest import NotesServer

CANARY = "canary-5f0c1d7e93ab2468"
SECRET = f"/en/reset/{CANARY}"
OURS = "HOST"
BROKEN = {
    "version 2": f"GET {SECRET} HTTP/2.0\r\nHost: {OURS}\r\n\r\n",
    "version 1.2": f"GET {SECRET} HTTP/1.2\r\nHost: {OURS}\r\n\r\n",
    "no version that is one": f"GET {SECRET} HTTP/one\r\nHost: {OURS}\r\n\r\n",
    "no version": f"GET {SECRET}\r\n\r\n",
    "four words": f"GET {SECRET} {CANARY} HTTP/1.1\r\nHost: {OURS}\r\n\r\n",
    "a whole address": f"GET http://evil.example{SECRET} HTTP/1.1\r\nHost: {OURS}\r\n\r\n",
    "a method in small letters": f"get {SECRET} HTTP/1.1\r\nHost: {OURS}\r\n\r\n",
    "no host": f"GET {SECRET} HTTP/1.1\r\n\r\n",
    "two hosts": f"GET {SECRET} HTTP/1.1\r\nHost: {OURS}\r\nHost: {CANARY}\r\n\r\n",
    "no colon": f"GET {SECRET} HTTP/1.1\r\nHost: {OURS}\r\n{CANARY}\r\n\r\n",
    "a blank before the colon": f"GET {SECRET} HTTP/1.1\r\nHost: {OURS}\r\nX-{CANARY} : 1\r\n\r\n",
    "a folded header": f"GET {SECRET} HTTP/1.1\r\nHost: {OURS}\r\nX-A: 1\r\n {CANARY}\r\n\r\n",
    "a bare return": f"GET {SECRET} HTTP/1.1\r\nHost: {OURS}\r\nX-A: 1\rX-B: {CANARY}\r\n\r\n",
    "a NUL": f"GET {SECRET} HTTP/1.1\r\nHost: {OURS}\r\nX-A: {CANARY}\x00\r\n\r\n",
    "a doubled length": f"POST {SECRET} HTTP/1.1\r\nHost: {OURS}\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
    "two lengths": f"POST {SECRET} HTTP/1.1\r\nHost: {OURS}\r\nContent-Length: 1\r\nContent-Length: 9\r\n\r\nx",
    "lengths in one": f"POST {SECRET} HTTP/1.1\r\nHost: {OURS}\r\nContent-Length: 1, 1\r\n\r\nx",
    "a length with a sign": f"POST {SECRET} HTTP/1.1\r\nHost: {OURS}\r\nContent-Length: +1\r\n\r\nx",
    "a length with a score": f"POST {SECRET} HTTP/1.1\r\nHost: {OURS}\r\nContent-Length: 1_0\r\n\r\nxxxxxxxxxx",
    "a length of words": f"POST {SECRET} HTTP/1.1\r\nHost: {OURS}\r\nContent-Length: {CANARY}\r\n\r\n",
    "a length and chunks": (
        f"POST {SECRET} HTTP/1.1\r\nHost: {OURS}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
    "chunks of another kind": f"POST {SECRET} HTTP/1.1\r\nHost: {OURS}\r\nTransfer-Encoding: x{CANARY}\r\n\r\n",
    "chunks twice": (
        f"POST {SECRET} HTTP/1.1\r\nHost: {OURS}\r\nTransfer-Encoding: chunked\r\n"
        "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
    "chunks before they were": f"POST {SECRET} HTTP/1.0\r\nHost: {OURS}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks that are none": (
        f"POST {SECRET} HTTP/1.1\r\nHost: {OURS}\r\nTransfer-Encoding: chunked\r\n\r\n{CANARY}\r\n{CANARY}\r\n\r\n"
    ),
    "too many headers": f"GET {SECRET} HTTP/1.1\r\nHost: {OURS}\r\n"
    + "".join(f"X-{n}: 1\r\n" for n in range(101))
    + "\r\n",
    "a head without end": f"GET {SECRET} HTTP/1.1\r\nHost: {OURS}\r\n"
    + f"X-A: {CANARY}{'x' * 4000}\r\n" * 20,
    "TLS": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n",
}


def answer_to(server: NotesServer, request: str) -> bytes:
    """What the server answers to bytes, until it ends the connection."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        with suppress(ConnectionError):
            connection.sendall(request.replace(OURS, f"127.0.0.1:{server.port}").encode("latin-1"))
        found = b""
        with suppress(ConnectionError):
            while data := connection.recv(65536):
                found += data
    return found


@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_no_request_is_refused_once_and_not_logged(server: NotesServer, kind: str) -> None:
    before = len(server.log.read_text())
    answer = answer_to(server, BROKEN[kind])
    assert answer.startswith(b"HTTP/1.1 400 "), answer[:200]
    assert answer.count(b"HTTP/1.1 ") == 1
    logged = server.log.read_text()[before:]
    assert "canary" not in logged.lower()
    assert "127.0.0.1" not in logged
    assert "Traceback" not in logged


@pytest.mark.parametrize(
    "request_line",
    [f"GET {SECRET} HTTP/1.1", f"POST {SECRET} HTTP/1.1", f"GET {SECRET}?next={CANARY} HTTP/1.0"],
)
def test_a_request_that_is_one_is_answered_and_its_address_not_logged(
    server: NotesServer, request_line: str
) -> None:
    before = len(server.log.read_text())
    answer = answer_to(
        server,
        f"{request_line}\r\nHost: {OURS}\r\nConnection: close\r\nX-A: {CANARY}\r\nContent-Length: 0\r\n\r\n",
    )
    assert answer.startswith(b"HTTP/1.1 ")
    assert int(answer.split()[1]) < 500
    assert "canary" not in server.log.read_text()[before:]


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:5000", "", "[", "a b"]
)
def test_a_host_of_somebody_else_is_answered_with_nothing_of_ours(server: NotesServer, host: str) -> None:
    before = len(server.log.read_text())
    for path in ("/en", "/en/", SECRET, "/api/v1/openapi.json", "/static/nothing"):
        answer = answer_to(server, f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 421 "), answer[:200]
        assert b"evil.example" not in answer
    assert "evil" not in server.log.read_text()[before:]


def test_a_balancer_may_ask_for_the_state_by_whatever_name(server: NotesServer) -> None:
    for head in ("GET /health HTTP/1.1\r\nHost: 10.1.2.3:5000", "GET /health HTTP/1.0"):
        assert answer_to(server, f"{head}\r\nConnection: close\r\n\r\n").startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("host", ["[", "]", "[::1", "[[127.0.0.1]]", "[v1.x]"])
def test_a_host_that_cannot_be_taken_apart_is_no_mistake_of_ours(server: NotesServer, host: str) -> None:
    before = len(server.log.read_text())
    answer = answer_to(server, f"GET /health HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")
    page = answer_to(server, f"GET /en/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").decode()
    assert page.startswith("HTTP/1.1 421 ") and "This is not the address of Trama" in page
    assert "Traceback" not in server.log.read_text()[before:]


@pytest.mark.parametrize("path", ["/en/sign-in", "/en/organisations/new", "/en/nothing", "/api/v1/nothing"])
@pytest.mark.parametrize("body", ["a=&" * 170_000, "&" * 500_000], ids=["fields", "signs"])
def test_a_form_of_very_many_fields_is_refused_before_it_is_read(
    server: NotesServer, path: str, body: str
) -> None:
    answer = answer_to(
        server,
        f"POST {path} HTTP/1.1\r\nHost: {OURS}\r\nConnection: close\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}",
    )
    assert answer.startswith(b"HTTP/1.1 413 ") and len(answer) < 50_000
