"""Commands that share a commit: whatever becomes of one, the others are carried out, once each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from flask import Flask

from tests.live.client import Client
from tests.live.test_promises import stored
from tests.support.factories import Cast

Enter = Callable[..., Client]


def test_commands_that_come_together_are_all_kept_and_those_that_fail_leave_no_trace(
    app: Flask, enter: Enter, notebook: str, cast: Cast
) -> None:
    """Good ones, one refused before it wrote, one whose id came with other words, one that breaks after it wrote."""
    writers = [enter(cast.member) for _ in range(8)]
    outsider = enter(cast.newcomer)
    assert writers[0].write(notebook, "first", cid="the-same-one")["ok"]
    asked, refused = {}, []
    for number in range(40):
        client = writers[number % 8]
        body = f"good {number}"
        note = {"cid": f"together-{number}", "stream": notebook, "body": body}
        asked[body] = (client, client.post("note_write", note))
        if number % 10 == 3:
            stumble = {**note, "cid": f"broken-{number}", "body": "broken"}
            refused.append((client, client.post("note_stumble", stumble)))
        if number % 10 == 5:
            other = {**note, "cid": "the-same-one", "body": "other words"}
            refused.append((client, client.post("note_write", other)))
        if number % 10 == 7:
            outside = {**note, "cid": f"outside-{number}", "body": "from outside"}
            refused.append((outsider, outsider.post("note_write", outside)))
    answers = {}
    for body, (client, number) in asked.items():
        client.wait(lambda client=client, number=number: number in client.acks, 60)
        answers[body] = client.acks[number]["seq"]
    codes = []
    for client, number in refused:
        client.wait(lambda client=client, number=number: number in client.acks, 60)
        codes.append(client.acks[number]["code"])
    assert Counter(codes) == {"broken": 4, "conflict": 4, "not_found": 4}
    kept = stored(app, notebook)
    assert [seq for seq, _ in kept] == list(range(1, 42))
    assert {body: seq for seq, body in kept if body != "first"} == answers
