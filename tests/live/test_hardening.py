"""What an attacker or a broken client sends: refused, with the memory bounded and the others undisturbed."""

from __future__ import annotations

import re
import threading
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.live.client import BINARY, CONTINUATION, PING, TEXT, Client, Handshake
from tests.live.conftest import NotesServer
from tests.support.factories import Cast

Enter = Callable[..., Client]
MIB = 1024 * 1024


def memory(server: NotesServer) -> int:
    """How many bytes the server's process holds."""
    assert server.process is not None
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024


@pytest.fixture(autouse=True)
def bounded(server: NotesServer, request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test sends: the server holds little more at its end than at its beginning."""
    before = memory(server)
    yield
    marker = request.node.get_closest_marker("may_hold")
    assert memory(server) - before < (marker.args[0] if marker else 16) * MIB


# --- Who may open a socket ----------------------------------------------------------------------------------


def test_a_page_of_somebody_else_opens_no_socket(knock: Enter, cast: Cast) -> None:
    for origin in ("https://evil.example", "null", "", "http://127.0.0.1", "http://127.0.0.1:1"):
        with pytest.raises(Handshake) as refusal:
            knock(cast.member, origin=origin)
        assert refusal.value.status == 403, origin


def test_a_forwarded_host_does_not_make_an_origin_one_of_ours(knock: Enter, cast: Cast) -> None:
    with pytest.raises(Handshake) as refusal:
        knock(cast.member, origin="https://evil.example", **{"X-Forwarded-Host": "evil.example"})
    assert refusal.value.status == 403


def test_a_visitor_is_told_to_sign_in(knock: Enter) -> None:
    client = knock()
    client.send('40/live,{"lang":"en"}')
    client.wait(lambda: client.refused)
    assert client.refused == {"message": "Sign in to go on.", "data": {"code": "sign_in_needed"}}


def test_an_event_before_entering_does_nothing(enter: Enter, knock: Enter, notebook: str, cast: Cast) -> None:
    stranger = knock()
    stranger.send(f'42/live,1["note_write",{{"cid":"12345678","stream":"{notebook}","body":"hi"}}]')
    assert enter(cast.member).ask("subscribe", stream=notebook, after=0)["head"] == 0


@pytest.mark.slow
def test_who_never_says_who_she_is_is_closed_after_five_seconds(
    knock: Enter, enter: Enter, cast: Cast
) -> None:
    member, silent, refused = enter(cast.member), knock(), knock()
    refused.send("40/live,")
    begun = time.monotonic()
    assert silent.end() == 1008
    assert 4 < time.monotonic() - begun < 9
    assert refused.end() == 1008
    assert member.ask("unsubscribe", stream="nothing")["ok"]


@pytest.mark.slow
def test_who_leaves_the_namespace_is_closed_as_well(enter: Enter, cast: Cast) -> None:
    client = enter(cast.member)
    client.send("41/live,")
    assert client.end() == 1008


def test_there_is_no_polling(server: NotesServer) -> None:
    for query in (
        "transport=polling",
        "transport=polling&j=1",
        "transport=websocket",
        "sid=x&transport=polling",
    ):
        with pytest.raises(urllib.error.HTTPError) as refusal:
            urllib.request.urlopen(f"{server.url}/socket.io/?EIO=4&{query}")
        assert refusal.value.code == 400, query


def test_other_namespaces_do_not_exist(knock: Enter, cast: Cast) -> None:
    for hello in ("40", "40/admin,"):
        client = knock(cast.member)
        client.send(hello)
        client.wait(lambda client=client: client.refused)
        assert not client.joined


def test_compression_is_never_agreed_on(knock: Enter, cast: Cast) -> None:
    client = knock(cast.member, **{"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"})
    assert "sec-websocket-extensions" not in client.headers
    client.join()
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = client.frame(squeeze.compress(bytes(60 * MIB)) + squeeze.flush(zlib.Z_SYNC_FLUSH))
    assert len(bomb) < 64 * 1024
    client.socket.sendall(bytes([bomb[0] | 0x40]) + bomb[1:])
    assert client.end() == 1002


# --- What may come over it ----------------------------------------------------------------------------------


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


# --- How much -----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_who_sends_too_much_is_told_so_and_the_others_are_not(
    enter: Enter, notebook: str, cast: Cast
) -> None:
    first, second = enter(cast.member, lang="en"), enter(cast.member, lang="en")
    notes = [{"cid": f"number-{number}", "stream": notebook, "body": "x"} for number in range(6)]
    answers = first.ask_at_once("note_seldom", notes)
    assert [answer["ok"] for answer in answers] == [True, True, True, False, False, False]
    for refusal in (answers[3], second.ask_at_once("note_seldom", notes)[-1]):
        assert refusal["code"] == "too_many"
        assert refusal["message"] == "That was a lot at once. Wait a moment and try again."
    assert enter(cast.other).write(notebook, "another's", command="note_seldom")["ok"]
    assert second.write(notebook, "another command", command="note_write")["ok"]
    time.sleep(3.5)
    assert first.write(notebook, "after a while", command="note_seldom")["ok"]


@pytest.mark.slow
@pytest.mark.may_hold(10 + 16)
def test_a_stalled_reader_is_cut_off_and_the_others_are_not_disturbed(
    enter: Enter, server: NotesServer, notebook: str, cast: Cast
) -> None:
    stalled = [enter(cast.other, notebook) for _ in range(10)]
    reader, writer = enter(cast.representative, notebook), enter(cast.member)
    before, count = memory(server), 400
    seen: list[int] = []
    thread = threading.Thread(
        target=lambda: seen.extend(event["seq"] for event in reader.notes(count, timeout=30))
    )
    thread.start()
    slowest, most = 0.0, 0
    for _ in range(count):
        begun = time.monotonic()
        assert writer.write(notebook, "x" * 15_000)["ok"]
        slowest = max(slowest, time.monotonic() - begun)
        most = max(most, memory(server))
    thread.join()
    assert seen == list(range(1, count + 1))
    assert slowest < 2
    assert most - before < 10 * MIB + 16 * MIB, "each stalled reader may hold one, and the rest must not grow"
    for client in stalled:
        assert client.end(15) is None
    back = enter(cast.other)
    assert back.ask("subscribe", stream=notebook, after=0)["head"] == count


@pytest.mark.slow
@pytest.mark.may_hold(50 + 16)
def test_fifty_stalled_readers_are_cut_off_during_ten_thousand_broadcasts(
    enter: Enter, server: NotesServer, notebook: str, cast: Cast
) -> None:
    stalled = [enter(cast.other, notebook) for _ in range(50)]
    reader, writer = enter(cast.representative, notebook), enter(cast.member)
    before, most = memory(server), 0
    seen: list[int] = []
    thread = threading.Thread(
        target=lambda: seen.extend(event["seq"] for event in reader.notes(10_000, timeout=120))
    )
    thread.start()
    for _ in range(100):
        assert writer.write(notebook, "x" * 1_000, command="note_hundred")["ok"]
        most = max(most, memory(server))
    thread.join()
    assert seen == list(range(1, 10_001)), "who reads is not disturbed by who does not"
    assert most - before < (50 + 16) * MIB, "at most a megabyte for each, and the rest must not grow"
    for client in stalled:
        assert client.end(30) is None
    assert enter(cast.other).ask("subscribe", stream=notebook, after=9_990)["head"] == 10_000


@pytest.mark.slow
def test_a_slow_reader_gets_everything_whole_and_in_order(enter: Enter, notebook: str, cast: Cast) -> None:
    slow, writer = enter(cast.other, notebook), enter(cast.member)
    bodies = [f"{number}-{'x' * 15_000}" for number in range(120)]
    seen: list[str] = []
    for start in range(0, 120, 40):
        for body in bodies[start : start + 40]:
            assert writer.write(notebook, body)["ok"]
        seen += [event["body"] for event in slow.notes(40)]
    assert seen == bodies
