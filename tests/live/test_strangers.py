"""Frames, packets and requests that come too fast, too slowly or too often: their connection ends, the others go on."""

from __future__ import annotations

import socket
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from app.core.live.connection_handler import MAX_SOCKETS_PER_PERSON
from tests.live.client import CONTINUATION, PING, TEXT, Client
from tests.live.conftest import NotesServer
from tests.support.factories import Cast

Enter = Callable[..., Client]
PONG = 0xA
MASK = b"\0\0\0\0"
FLOODS = {
    "pong": bytes([0x80 | PONG, 0x80]) + MASK,
    "ping": bytes([0x80 | PING, 0x80]) + MASK,
    "fragments": bytes([CONTINUATION, 0x80]) + MASK,
    "engine's pong": bytes([0x80 | TEXT, 0x81]) + MASK + b"3",
    "leaving": bytes([0x80 | TEXT, 0x80 | 8]) + MASK + b"41/live,",
    "entering": bytes([0x80 | TEXT, 0x80 | 8]) + MASK + b"40/live,",
    "events": bytes([0x80 | TEXT, 0x80 | 15]) + MASK + b'42/live,["x",1]',
}
ALLOWED = 5.0
BUSY_MACHINE = 3.0
"""Seconds: a quiet machine answers within 0.2, one that was flooded took nine."""
pytestmark = pytest.mark.usefixtures("bounded")


@contextmanager
def health_asked(server: NotesServer) -> Iterator[list[float]]:
    """Meanwhile somebody asks for the state of the server; gives the seconds that each answer took."""
    seconds: list[float] = []
    ended = threading.Event()

    def ask() -> None:
        while not ended.is_set():
            begun = time.monotonic()
            with urllib.request.urlopen(f"{server.url}/health", timeout=30) as answer:
                assert answer.status == 200
            seconds.append(time.monotonic() - begun)
            time.sleep(0.02)

    thread = threading.Thread(target=ask)
    thread.start()
    yield seconds
    ended.set()
    thread.join()
    assert seconds, "nothing was answered"


def flood(client: Client, frame: bytes, seconds: float = ALLOWED) -> bool:
    """Send a frame again and again; returns whether the server ended the connection within that time."""
    until = time.monotonic() + seconds
    client.socket.settimeout(seconds)
    with suppress(OSError):
        while time.monotonic() < until:
            client.socket.sendall(frame * 1_000)
        return False
    return time.monotonic() < until


@pytest.mark.parametrize("kind", FLOODS)
def test_a_flood_of_frames_before_sign_in_ends_the_connection_and_health_is_answered(
    knock: Enter, server: NotesServer, kind: str
) -> None:
    client = knock()
    if kind == "fragments":
        client.send_frame(b"", TEXT, final=False)
    with health_asked(server) as seconds:
        assert flood(client, FLOODS[kind])
    assert max(seconds) < BUSY_MACHINE


@pytest.mark.parametrize("kind", ["pong", "ping", "fragments", "engine's pong", "events"])
def test_a_flood_of_frames_after_sign_in_ends_the_connection_and_health_is_answered(
    enter: Enter, server: NotesServer, cast: Cast, kind: str
) -> None:
    client = enter(cast.member)
    if kind == "fragments":
        client.send_frame(b"", TEXT, final=False)
    with health_asked(server) as seconds:
        assert flood(client, FLOODS[kind], 2 * ALLOWED)
    assert max(seconds) < BUSY_MACHINE


def test_few_frames_before_sign_in_are_allowed_and_many_slow_ones_are_not(knock: Enter, cast: Cast) -> None:
    stranger, member = knock(), knock(cast.member)
    for client in (stranger, member):
        for _ in range(3):
            client.send_frame(b"", PONG)
    assert member.join().joined
    for _ in range(6):
        stranger.send_frame(b"", PONG)
    assert stranger.end(2) == 1008


def test_coming_back_does_not_renew_a_person_s_budget(enter: Enter, cast: Cast) -> None:
    first = enter(cast.representative)
    first.socket.sendall(FLOODS["pong"] * 900)
    first.socket.sendall(first.frame(b"still here?", PING))
    assert first.read_frame() == (PONG, b"still here?")
    second = enter(cast.representative)
    second.socket.sendall(FLOODS["pong"] * 900)
    assert second.end() == 1008
    assert enter(cast.other).ask("unsubscribe", stream="none")["ok"]


def test_an_outbox_of_a_hundred_long_messages_sent_at_once_is_within_the_budget(
    enter: Enter, notebook: str, cast: Cast
) -> None:
    client = enter(cast.member, notebook)
    notes = [{"cid": f"number-{at}", "stream": notebook, "body": "x" * 16_000} for at in range(100)]
    assert all(answer["ok"] for answer in client.ask_at_once("note_write", notes))
    assert len(client.notes(100)) == 100
    assert client.ask("unsubscribe", stream=notebook)["ok"]


def test_a_person_has_so_many_sockets_and_no_more(knock: Enter, enter: Enter, cast: Cast) -> None:
    opened = [enter(cast.manager) for _ in range(MAX_SOCKETS_PER_PERSON)]
    extra = knock(cast.manager)
    extra.send('40/live,{"lang":"en"}')
    extra.wait(lambda: extra.refused)
    assert extra.refused["data"] == {"code": "too_many"}
    assert (
        extra.refused["message"] == "You have too many pages open at once. Close some of them and try again."
    )
    opened[0].send("41/live,")
    assert opened[0].end() == 1008
    assert enter(cast.manager).joined


# --- Requests -------------------------------------------------------------------------------------------------


def raw(server: NotesServer) -> socket.socket:
    """A bare connection to the server."""
    return socket.create_connection(("127.0.0.1", server.port), timeout=30)


def all_from(connection: socket.socket) -> bytes:
    """What comes until the server ends the connection."""
    found = b""
    with suppress(ConnectionError):
        while data := connection.recv(65536):
            found += data
    return found


def head(server: NotesServer, method: str = "GET", path: str = "/health", *more: str) -> bytes:
    """The head of a request."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{server.port}", *more]
    return "\r\n".join([*lines, "", ""]).encode()


def test_requests_that_do_not_wait_for_the_answer_get_one_answer_and_the_end(server: NotesServer) -> None:
    with raw(server) as connection:
        connection.sendall(head(server) * 500)
        answer = all_from(connection)
    assert answer.count(b"HTTP/1.1 200") == 1
    assert b"\r\nConnection: close\r\n" in answer


def test_requests_that_wait_for_the_answer_share_a_connection(server: NotesServer) -> None:
    with raw(server) as connection:
        for _ in range(20):
            connection.sendall(head(server))
            answer = b""
            while not answer.endswith(b"}\n"):
                received = connection.recv(65536)
                assert received, answer
                answer += received
            assert answer.startswith(b"HTTP/1.1 200")
            assert b"Connection: close" not in answer


@pytest.mark.slow
def test_silent_and_slow_connections_end_and_health_is_answered(server: NotesServer) -> None:
    form = ("Content-Type: application/x-www-form-urlencoded", "Content-Length: 1000")
    kinds = {
        "silent": b"",
        "half a head": head(server)[:-20],
        "half a body": head(server, "POST", "/en/sign-in", *form) + b"email=",
        "silent after an answer": head(server),
    }
    opened = [(kind, raw(server)) for kind in kinds for _ in range(25)]
    begun = time.monotonic()
    with health_asked(server) as seconds:
        for kind, connection in opened:
            connection.sendall(kinds[kind])
        for _ in range(7):
            time.sleep(0.5)
            for kind, connection in opened:
                if kind.startswith("half"):
                    connection.sendall(b"x")
        for kind, connection in opened:
            all_from(connection)
            assert time.monotonic() - begun < 15, kind
    assert max(seconds) < BUSY_MACHINE


def test_a_body_without_end_is_not_read_to_its_end(server: NotesServer) -> None:
    with raw(server) as connection, health_asked(server) as seconds:
        length = f"Content-Length: {10**12}"
        connection.sendall(head(server, "POST", "/en/sign-in", length))
        sent = 0
        with suppress(OSError):
            while sent < 64 * 1024 * 1024:
                sent += connection.send(b"x" * 65536)
        assert sent < 32 * 1024 * 1024
    assert max(seconds) < BUSY_MACHINE
