"""What is written in one turn of the loop goes out together, in order, and what is too much ends the connection."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from io import BytesIO

import pytest

from app.core.live import turn as module
from app.core.live.turn import Turn
from app.core.live.websocket import MOST_WAITING_BYTES, MOST_WAITING_FRAMES, WebSocket


class Loop:
    """Takes the place of gevent's loop: the turn ends when the test says so."""

    def __init__(self) -> None:
        self.ends: list[Callable[[], None]] = []

    def run_callback(self, call: Callable[[], None]) -> None:
        """Keep what is to run at the end of the turn."""
        self.ends.append(call)

    def end_turn(self) -> None:
        """Run it."""
        calls, self.ends = self.ends, []
        for call in calls:
            call()


class Hub:
    """Has a loop."""

    def __init__(self) -> None:
        self.loop = Loop()


@pytest.fixture
def loop(monkeypatch: pytest.MonkeyPatch) -> Loop:
    """The loop of this test."""
    hub = Hub()
    monkeypatch.setattr(module.gevent, "get_hub", lambda: hub)
    return hub.loop


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two connected sockets, the server's and the reader's; neither waits."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.setblocking(False)
    yield ours, theirs
    ours.close()
    theirs.close()


def test_frames_of_one_turn_go_out_in_one_call_at_its_end_and_in_order(
    loop: Loop, ends: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = ends
    calls: list[int] = []
    write = os.writev
    monkeypatch.setattr(os, "writev", lambda fd, parts: calls.append(len(parts)) or write(fd, parts))
    websocket = WebSocket(ours, BytesIO(), {}, Turn())
    for number in range(10):
        websocket.write(b"%d," % number)
    with pytest.raises(BlockingIOError):
        theirs.recv(100)
    loop.end_turn()
    assert theirs.recv(100) == b"0,1,2,3,4,5,6,7,8,9,"
    assert calls == [10]
    websocket.write(b"next")
    loop.end_turn()
    assert theirs.recv(100) == b"next"


def test_without_a_turn_each_frame_goes_out_at_once(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    websocket = WebSocket(ours, BytesIO(), {})
    websocket.write(b"now")
    assert theirs.recv(100) == b"now"


def test_more_than_may_wait_goes_out_before_the_turn_ends_and_hurts_no_reader_that_keeps_up(
    loop: Loop, ends: tuple[socket.socket, socket.socket]
) -> None:
    ours, theirs = ends
    websocket = WebSocket(ours, BytesIO(), {}, Turn())
    for _ in range(2 * MOST_WAITING_FRAMES):
        websocket.write(b"x")
    loop.end_turn()
    assert len(theirs.recv(4096)) == 2 * MOST_WAITING_FRAMES
    assert not websocket.closed


def test_a_reader_that_takes_nothing_is_cut_off_at_a_megabyte(
    loop: Loop, ends: tuple[socket.socket, socket.socket]
) -> None:
    ours, _ = ends
    websocket = WebSocket(ours, BytesIO(), {}, Turn())
    written = 0
    while not websocket.closed:
        websocket.write(bytes(60_000))
        written += 60_000
        assert written < 3 * MOST_WAITING_BYTES
    assert written > MOST_WAITING_BYTES
