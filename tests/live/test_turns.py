"""Requests that come at once begin one after the other, everybody's in turn."""

from __future__ import annotations

import threading
import urllib.request

import gevent
from flask import Flask

from app.core.live.turns import Turns
from tests.live.conftest import NotesServer, cookie_of
from tests.support.app import sign_in
from tests.support.factories import Cast


def test_another_s_request_begins_before_the_rest_of_one_s_own() -> None:
    turns, begun = Turns(), list[str]()

    def answer(asker: str, name: str) -> None:
        turns.take(asker)
        begun.append(name)

    asked = [gevent.spawn(answer, "greedy", f"greedy {number}") for number in range(5)]
    asked.append(gevent.spawn(answer, "calm", "calm"))
    gevent.joinall(asked)
    assert begun == ["greedy 0", "greedy 1", "calm", "greedy 2", "greedy 3", "greedy 4"]


def test_what_waits_for_something_else_keeps_nobody_from_beginning() -> None:
    turns, begun = Turns(), list[str]()

    def answer(name: str, seconds: float) -> None:
        turns.take(name)
        begun.append(name)
        gevent.sleep(seconds)
        begun.append(f"{name} ends")

    gevent.joinall([gevent.spawn(answer, "slow", 0.2), gevent.spawn(answer, "quick", 0.01)])
    assert begun == ["slow", "quick", "quick ends", "slow ends"]
    turns.take("later")


def test_pages_asked_for_at_once_are_all_answered(app: Flask, server: NotesServer, cast: Cast) -> None:
    headers = {"Cookie": f"trama={cookie_of(app, sign_in(app, cast.member))}"}
    found: list[int] = []

    def ask() -> None:
        request = urllib.request.Request(f"{server.url}/en/organisations", headers=headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            found.append(answer.status)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [200] * 8
