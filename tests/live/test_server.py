"""The process itself: how it starts, what its sockets are set to, how it ends."""

from __future__ import annotations

import socket
import threading
import time
import urllib.request
from collections.abc import Callable

import pytest

from app.core.live.server import SEND_BUFFER_BYTES, listen
from tests.live.client import Client, Closed
from tests.live.conftest import NotesServer
from tests.support.factories import Cast

Enter = Callable[..., Client]


def test_a_process_told_to_stop_says_goodbye_and_ends_well(
    enter: Enter, server: NotesServer, notebook: str, cast: Cast
) -> None:
    client = enter(cast.member, notebook)
    before = len(server.log.read_text())
    with socket.create_connection(("127.0.0.1", server.port)) as idle:
        idle.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert idle.recv(12) == b"HTTP/1.1 200"
        begun = time.monotonic()
        assert server.process is not None
        server.process.terminate()
        assert client.end() == 1001
        client.hang_up()
        assert server.process.wait(10) == 0
        assert time.monotonic() - begun < 8
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", server.port), timeout=1)
    assert server.log.read_text()[before:] == "", "an ordinary end is nothing to report"
    server.start()
    assert server.log.read_text()[before:].splitlines() == [f"Trama is at {server.url}"]


def test_what_was_acknowledged_before_the_end_is_kept(
    enter: Enter, server: NotesServer, notebook: str, cast: Cast
) -> None:
    client, last = enter(cast.member), 0

    def write() -> None:
        nonlocal last
        try:
            while True:
                last = client.write(notebook, "x")["seq"]
        except (Closed, OSError, AssertionError):
            return

    thread = threading.Thread(target=write)
    thread.start()
    while last < 5:
        time.sleep(0.01)
    server.stop()
    thread.join()
    server.start()
    assert enter(cast.member).ask("subscribe", stream=notebook, after=0)["head"] >= last


def test_pages_are_answered_while_many_sockets_are_open(
    enter: Enter, server: NotesServer, cast: Cast
) -> None:
    clients = [enter(cast.member) for _ in range(50)]
    with urllib.request.urlopen(f"{server.url}/health") as answer:
        assert answer.status == 200
    assert all(client.ask("unsubscribe", stream="none")["ok"] for client in clients)


def test_sockets_send_at_once_and_buffer_little() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            assert accepted.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) <= 2 * SEND_BUFFER_BYTES
