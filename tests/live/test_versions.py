"""The protocol's versions: the newest and the one before are spoken, so that an open page outlives a renewal."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.core.actors import VISITOR
from app.core.live.protocol import OLDEST_VERSION, PROTOCOL_VERSION
from app.core.streams.services import append
from app.core.transactions import write_transaction
from config import ROOT
from tests.live.client import Client
from tests.support.factories import Cast

Enter = Callable[..., Client]
OUTDATED = "This page is from another version of Trama. Reload it; what you wrote is kept."


def questions(stream: str, cid: str) -> dict[str, dict[str, Any]]:
    """One of each kind of question that a page may ask."""
    return {
        "subscribe": {"stream": stream, "after": 0},
        "note_write": {"cid": cid, "stream": stream, "body": "hello"},
        "signal": {"stream": stream, "kind": "typing"},
        "unsubscribe": {"stream": stream},
    }


@pytest.mark.parametrize("version", [OLDEST_VERSION, PROTOCOL_VERSION])
def test_pages_of_this_version_and_the_one_before_are_understood(
    enter: Enter, notebook: str, cast: Cast, version: int
) -> None:
    in_each, at_the_door = enter(cast.member), enter(cast.other, v=version)
    for event, payload in questions(notebook, "in-each-message").items():
        assert in_each.ask(event, v=version, **payload)["ok"], event
    for event, payload in questions(notebook, "at-the-door").items():
        assert at_the_door.ask(event, **payload)["ok"], event


@pytest.mark.parametrize("version", [OLDEST_VERSION - 1, PROTOCOL_VERSION + 1])
def test_pages_of_any_other_version_are_told_to_load_anew(
    app: Flask, enter: Enter, notebook: str, cast: Cast, version: int
) -> None:
    in_each, at_the_door = enter(cast.member, lang="en"), enter(cast.other, lang="en", v=version)
    for event, payload in questions(notebook, "never-written").items():
        for answer in (in_each.ask(event, v=version, **payload), at_the_door.ask(event, **payload)):
            assert (answer["ok"], answer["code"], answer["message"]) == (False, "outdated", OUTDATED), event
    assert enter(cast.member).ask("subscribe", stream=notebook, after=0)["head"] == 0


def test_a_page_of_the_version_before_gets_what_it_does_not_know_in_its_place(
    app: Flask, enter: Enter, notebook: str, cast: Cast
) -> None:
    old = enter(cast.other, v=OLDEST_VERSION)
    assert old.ask("subscribe", stream=notebook, after=0)["ok"]
    with app.app_context(), write_transaction():
        append(notebook, "note", {"body": "first"}, VISITOR)
        append(notebook, "novelty", {"body": ""}, VISITOR, target_seq=1)
        append(notebook, "note", {"body": "last"}, VISITOR)
    assert [(event["seq"], event["kind"]) for event in old.notes(3)] == [
        (1, "note"),
        (2, "novelty"),
        (3, "note"),
    ]


def test_pages_and_server_speak_the_same_version() -> None:
    source = (ROOT / "app/static/src/js/live/connection.js").read_text()
    assert re.findall(r"const VERSION = (\d+);", source) == [str(PROTOCOL_VERSION)]
