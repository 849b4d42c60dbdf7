"""What is written to a socket goes out at once and in order, and what is too much ends the connection."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from io import BytesIO

import gevent
import pytest
from gevent.socket import socket as GeventSocket

from app.core.live.websocket import MAX_QUEUED_BYTES, WebSocket

CHUNK = bytes(60_000)


@pytest.fixture
def ends() -> Iterator[tuple[GeventSocket, socket.socket]]:
    """Two connected sockets, the server's and the reader's; the reader's does not wait."""
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    with GeventSocket(fileno=ours.detach()) as server, theirs:
        yield server, theirs


def taken(theirs: socket.socket) -> bytes:
    """What the reader finds."""
    try:
        return theirs.recv(1 << 20)
    except BlockingIOError:
        return b""


def test_a_frame_goes_out_at_once(ends: tuple[GeventSocket, socket.socket]) -> None:
    ours, theirs = ends
    WebSocket(ours, BytesIO()).write(b"now")
    assert taken(theirs) == b"now"


def test_what_waits_for_a_slow_reader_comes_whole_and_before_what_is_written_after_it(
    ends: tuple[GeventSocket, socket.socket],
) -> None:
    ours, theirs = ends
    websocket, written, read = WebSocket(ours, BytesIO()), b"", b""
    for number in range(12):
        frame = bytes([number]) * 60_000
        websocket.write(frame)
        written += frame
    assert websocket.queued_bytes > 0
    while len(read) < len(written):
        read += taken(theirs)
        gevent.sleep(0)
        if number < 20:
            number += 1
            websocket.write(bytes([number]))
            written += bytes([number])
    assert read == written
    assert not websocket.closed


def test_a_reader_that_takes_nothing_is_cut_off_at_a_megabyte(
    ends: tuple[GeventSocket, socket.socket],
) -> None:
    websocket, written = WebSocket(ends[0], BytesIO()), 0
    while not websocket.closed:
        websocket.write(CHUNK)
        written += len(CHUNK)
        assert written < 3 * MAX_QUEUED_BYTES
    assert written > MAX_QUEUED_BYTES
