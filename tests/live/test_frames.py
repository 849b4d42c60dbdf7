"""What an attacker or a broken client sends over a socket: refused, with the memory bounded."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.live.client import BINARY, CONTINUATION, PING, TEXT, Client
from tests.live.conftest import NotesServer
from tests.live.memory import MIB, memory
from tests.support.factories import Cast

Enter = Callable[..., Client]
pytestmark = pytest.mark.usefixtures("bounded")


def test_a_frame_beyond_the_limit_is_refused_unread(
    enter: Enter, server: NotesServer, notebook: str, cast: Cast
) -> None:
    before = memory(server)
    for length in (64 * 1024 + 1, 2**40, 2**63 - 1):
        client = enter(cast.member)
        client.socket.sendall(b"\x81\xff" + length.to_bytes(8, "big") + b"mask")
        assert client.end() == 1009
    assert memory(server) - before < 4 * MIB
    assert enter(cast.member).write(notebook, "x" * 16_000)["ok"]


def test_fragments_beyond_the_limit_are_refused_together(
    enter: Enter, server: NotesServer, cast: Cast
) -> None:
    client, before = enter(cast.member), memory(server)
    part = (
        client.frame(b"x" * 60_000, TEXT, final=False) + client.frame(b"y" * 6_000, CONTINUATION, False) * 50
    )
    client.socket.sendall(part)
    assert client.end() == 1009
    assert memory(server) - before < 4 * MIB


def test_a_message_in_fragments_with_pings_between_is_one_message(
    enter: Enter, notebook: str, cast: Cast
) -> None:
    client = enter(cast.member)
    message = f'42/live,7["note_write",{{"cid":"12345678","stream":"{notebook}","body":"whole"}}]'.encode()
    client.send_frame(message[:20], TEXT, final=False)
    client.send_frame(b"there?", PING)
    client.send_frame(message[20:30], CONTINUATION, final=False)
    client.send_frame(message[30:], CONTINUATION)
    assert client.read_frame() == (0xA, b"there?")
    client.wait(lambda: 7 in client.acks)
    assert client.acks[7]["seq"] == 1


def test_frames_that_are_none_of_ours_close_the_socket(enter: Enter, cast: Cast) -> None:
    for opcode, payload, code in (
        (BINARY, b"\x04\x05", 1003),
        (BINARY, b"", 1003),
        (TEXT, b"\xff\xfe", 1007),
        (CONTINUATION, b"nothing begun", 1002),
        (0x3, b"reserved", 1002),
        (PING, b"x" * 126, 1002),
    ):
        client = enter(cast.member)
        client.send_frame(payload, opcode)
        assert client.end() == code, (opcode, payload)


def test_an_unmasked_frame_closes_the_socket(enter: Enter, cast: Cast) -> None:
    client = enter(cast.member)
    client.socket.sendall(b"\x81\x013")
    assert client.end() == 1002


def test_many_bad_messages_leave_no_membership_behind(
    enter: Enter, server: NotesServer, notebook: str, cast: Cast
) -> None:
    bad = [
        "",
        "0",
        "2",
        "5",
        "6",
        "4",
        "451-/live,[{}]",
        '451-/live,["note_write",{"_placeholder":true,"num":0}]',
        "461-/live,1[]",
        "44/live,{}",
        "43/live,1[]",
        '42["note_write",{}]',
        '42/other,["note_write",{}]',
        "42/live,{}",
        "42/live,[]",
        "42/live,[1]",
        '42/live,["connect",{}]',
        '42/live,["disconnect"]',
        '42/live,["note_write",NaN]',
        '42/live,["note_write",-Infinity]',
        '42/live,["note_write",1e999]',
        '42/live,["note_write",' + "9" * 500 + "]",
        '42/live,["note_write",' + "[" * 30_000,
        '42/live,["note_write"',
        "40/live,[]",
        "40/live,{",
        "b4AAAA",
    ]
    watcher = enter(cast.other, notebook)
    for message in bad:
        client = enter(cast.member, notebook)
        assert client.ask("signal", stream=notebook, kind="here")["ok"]
        assert [person["name"] for person in watcher.next("signal")["people"]] == [cast.member.name], message
        client.send(message)
        assert client.end() == 1008, message
        assert watcher.next("signal")["people"] == [], message
    assert watcher.write(notebook, "still here")["ok"]
