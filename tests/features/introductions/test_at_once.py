"""Two who press at the same moment: one introduction, one room, one wish."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from app.core.clock import now
from app.core.database import db
from app.core.errors import AppError
from app.core.transactions import write_transaction
from app.features.introductions.models import Introduction, IntroductionState
from app.features.introductions.services import introductions
from app.features.organisations.models import Organisation
from app.features.rooms.models import Room
from app.features.suggestions.models import SuggestionFeedback
from app.features.suggestions.services import feedback
from tests.features.introductions.introducing import all_of
from tests.features.introductions.test_states import actor_of
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Cast, Make


@both_databases
def test_both_asking_at_once_is_one_acceptance(app: Flask, cast: Cast) -> None:
    """Two transactions at the same moment: one introduction, accepted once, one room."""
    barrier, outcomes = threading.Barrier(2), []

    def ask(person: Any, own: Organisation, other: Organisation) -> None:
        with app.test_request_context("/en/"):
            barrier.wait(10)
            try:
                with write_transaction():
                    asked = introductions.ask(actor_of(person, own), other.slug, "Shall we meet?", "en")
                    outcomes.append(asked.introduction.state if asked.introduction else None)
            except AppError as error:
                outcomes.append(error)
            finally:
                db.session.remove()

    sides = (cast.member, cast.organisation), (cast.other, cast.other_organisation)
    threads = [threading.Thread(target=ask, args=(*mine, theirs[1])) for mine, theirs in (sides, sides[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(map(str, outcomes)) == ["accepted", "asked"]
    assert [each.state for each in all_of(app, Introduction)] == [IntroductionState.ACCEPTED]
    assert len(all_of(app, Room)) == 1


@both_databases
def test_accepting_twice_at_once_is_one_room(app: Flask, make: Make, cast: Cast) -> None:
    """Two members of the same side press the button at the same moment."""
    introduction = make.introduction(cast.other_organisation, cast.organisation, cast.other)
    barrier, outcomes = threading.Barrier(2), []

    def accept(person: Any) -> None:
        with app.test_request_context("/en/"):
            barrier.wait(10)
            try:
                with write_transaction():
                    outcomes.append(
                        introductions.accept(actor_of(person, cast.organisation), introduction.id).id
                    )
            except AppError as error:
                outcomes.append(error.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=accept, args=(each,)) for each in (cast.member, cast.representative)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    rooms = all_of(app, Room)
    assert len(rooms) == 1
    assert sorted(map(str, outcomes)) == sorted([str(rooms[0].id), "conflict"])


@both_databases
def test_a_double_press_of_not_now_is_one_wish(
    app: Flask, make: Make, cast: Cast, door: Callable[..., Door], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two requests, each before the other has written: both lead back to the list, none with a problem."""
    other, meeting = make.organisation("Forno", country="FR"), threading.Barrier(2)
    outcomes = []

    def before_writing() -> datetime:
        with suppress(threading.BrokenBarrierError):
            meeting.wait(0.4)
        return now()

    def press(one: Door) -> None:
        one.post(f"/en/suggestions/{other.slug}/not-now", {"reason": "not_now"})
        outcomes.append(one.get("/en/suggestions").text)

    monkeypatch.setattr(feedback, "now", before_writing)
    threads = [
        threading.Thread(target=press, args=(door(each),)) for each in (cast.member, cast.representative)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(outcomes) == 2 and not any("Somebody was faster" in text for text in outcomes)
    assert len(all_of(app, SuggestionFeedback)) == 1
