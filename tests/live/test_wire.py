"""What may come over a socket, looked at without one: the check itself, chunk_events, and the frames."""

from __future__ import annotations

import io
import json
import os
import struct
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.live.protocol import (
    MAX_CHUNK_BYTES,
    MAX_MESSAGE_BYTES,
    InvalidPacket,
    chunk_events,
    decode_packet,
    dumps,
)
from app.core.live.websocket import WebSocket, encode_frame

NOWHERE = os.open(os.devnull, os.O_WRONLY)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20), VALUES, st.integers(0, 10**9)
)
def test_every_event_that_a_client_can_send_passes(name: str, payload: Any, number: int) -> None:
    if name in ("connect", "disconnect", "connect_error", "*"):
        name = "x" + name
    assert decode_packet(f"42/live,{number}" + json.dumps([name, payload])) == (str(number), name, [payload])
    assert decode_packet("42/live," + json.dumps([name, payload], ensure_ascii=False)) == (
        "",
        name,
        [payload],
    )


@given(st.text(max_size=60))
def test_whatever_comes_is_either_fine_or_a_bad_frame(text: str) -> None:
    for message in (text, "4" + text, "42/live," + text, "40/live," + text, '42/live,["x",' + text):
        try:
            decode_packet(message)
        except InvalidPacket:
            continue
        assert message in ("1", "3", "41/live", "41/live,") or message.startswith(("40", "42/live,"))


@pytest.mark.parametrize(
    "message", ["40/live,", "40/live", '40/live,{"lang":"it"}', "40", "41/live,", "1", "3"]
)
def test_the_packets_of_socket_io_s_own_client_pass(message: str) -> None:
    assert decode_packet(message) is None


@given(st.lists(st.integers(0, 40_000), max_size=30))
def test_portions_keep_the_order_and_are_bounded(lengths: list[int]) -> None:
    events = [dumps({"seq": at, "body": "x" * length}) for at, length in enumerate(lengths)]
    parts = list(chunk_events(events))
    assert [event for part in parts for event in part] == events
    assert all(sum(map(len, part)) <= MAX_CHUNK_BYTES for part in parts)


def masked(payload: bytes, mask: bytes) -> bytes:
    """A client's frame, made the slow and obvious way."""
    length = len(payload)
    head = bytes([0x81, 0x80 | length]) if length < 126 else b"\x81\xfe" + struct.pack("!H", length)
    return head + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))


def reading(data: bytes) -> WebSocket:
    """A connection over which these bytes come."""
    return WebSocket(Mock(fileno=lambda: NOWHERE), io.BytesIO(data))


@given(st.text(max_size=300), st.binary(min_size=4, max_size=4))
def test_what_was_masked_is_read_as_it_was(body: str, mask: bytes) -> None:
    message = "42/live," + json.dumps(["x", body], ensure_ascii=False)
    try:
        payload = message.encode()
    except UnicodeEncodeError:
        return
    assert reading(masked(payload, mask)).receive() == message


@given(st.binary(max_size=64))
def test_no_bytes_make_the_reader_raise(data: bytes) -> None:
    received = reading(data).receive()
    assert received is None or isinstance(received, str)


@pytest.mark.parametrize("length", [0, 125, 126, 65535, 65536, MAX_MESSAGE_BYTES * 2])
def test_frames_say_their_length(length: int) -> None:
    made = encode_frame(b"x" * length)
    assert made[0] == 0x81
    short = made[1]
    if short == 126:
        assert struct.unpack("!H", made[2:4])[0] == length and len(made) == length + 4
    elif short == 127:
        assert struct.unpack("!Q", made[2:10])[0] == length and len(made) == length + 10
    else:
        assert short == length and len(made) == length + 2
