"""Who sends too much or reads too little: stopped or cut off, with the memory bounded and the others undisturbed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.live.client import Client
from tests.live.conftest import NotesServer
from tests.live.memory import MIB, memory
from tests.support.factories import Cast

Enter = Callable[..., Client]
pytestmark = pytest.mark.usefixtures("bounded")


@contextmanager
def all_is_read(reader: Client, count: int, timeout: float) -> Iterator[None]:
    """Meanwhile somebody reads, and in the end she has read everything in its order."""
    seen: list[int] = []
    thread = threading.Thread(
        target=lambda: seen.extend(event["seq"] for event in reader.notes(count, timeout=timeout))
    )
    thread.start()
    yield
    thread.join()
    assert seen == list(range(1, count + 1)), "who reads is not disturbed by who does not"


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
    slowest, most = 0.0, 0
    with all_is_read(reader, count, timeout=30):
        for _ in range(count):
            begun = time.monotonic()
            assert writer.write(notebook, "x" * 15_000)["ok"]
            slowest = max(slowest, time.monotonic() - begun)
            most = max(most, memory(server))
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
    with all_is_read(reader, 10_000, timeout=120):
        for _ in range(100):
            assert writer.write(notebook, "x" * 1_000, command="note_hundred")["ok"]
            most = max(most, memory(server))
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
