"""The states of an introduction: every cell of the table, by the services, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.actors import Actor
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict
from app.core.transactions import write_transaction
from app.features.accounts.models import Person
from app.features.introductions.models import Introduction, IntroductionState
from app.features.introductions.services import introductions
from app.features.introductions.states import INTRODUCTION_STATES, IntroductionMove
from app.features.organisations.models import Organisation
from app.features.rooms.models import Room
from tests.support.app import both_databases
from tests.support.factories import Cast, Make

STATES = tuple(IntroductionState)
ALLOWED = {
    (IntroductionState.ASKED, IntroductionMove.ASK_BACK): IntroductionState.ACCEPTED,
    (IntroductionState.ASKED, IntroductionMove.ACCEPT): IntroductionState.ACCEPTED,
    (IntroductionState.ASKED, IntroductionMove.DECLINE): IntroductionState.DECLINED,
    (IntroductionState.ASKED, IntroductionMove.WITHDRAW): IntroductionState.WITHDRAWN,
    (IntroductionState.ASKED, IntroductionMove.EXPIRE): IntroductionState.EXPIRED,
}


def actor_of(person: Person, organisation: Organisation) -> Actor:
    """Somebody acting for an organisation, as its rows are now; inside an application context."""
    current = db.session.get_one(Organisation, organisation.id)
    return Actor(db.session.get_one(Person, person.id), current, "editor", (current,))


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("move", list(IntroductionMove))
def test_every_cell_of_the_table(state: IntroductionState, move: IntroductionMove) -> None:
    """Only what waits can move, and each move leads to its one state; every other is a Conflict."""
    if (state, move) in ALLOWED:
        assert INTRODUCTION_STATES.next_state(state, move) is ALLOWED[state, move]
    else:
        with pytest.raises(Conflict):
            INTRODUCTION_STATES.next_state(state, move)


@both_databases
def test_every_move_from_every_state_by_the_services(app: Flask, make: Make, cast: Cast) -> None:
    """What the services write is what the table says, and a refusal changes nothing."""
    asking, asked = cast.organisation, cast.other_organisation
    for state in STATES:
        for move in (IntroductionMove.ACCEPT, IntroductionMove.DECLINE, IntroductionMove.WITHDRAW):
            introduction = make.introduction(asking, asked, cast.member, state=state)
            with app.test_request_context("/en/"):
                allowed = (state, move) in ALLOWED
                try:
                    with write_transaction():
                        _move(move, introduction.id, cast)
                    assert allowed, f"{move} from {state} was not refused"
                except Conflict:
                    assert not allowed, f"{move} from {state} was refused"
                with write_transaction():
                    found = db.session.get_one(Introduction, introduction.id)
                    assert found.state is ALLOWED.get((state, move), state)
                    db.session.delete(found)


def _move(move: IntroductionMove, introduction_id: int, cast: Cast) -> None:
    """Do it in the name of the side whose move it is."""
    if move is IntroductionMove.WITHDRAW:
        introductions.withdraw(actor_of(cast.member, cast.organisation), introduction_id)
    elif move is IntroductionMove.ACCEPT:
        introductions.accept(actor_of(cast.other, cast.other_organisation), introduction_id)
    else:
        introductions.decline(actor_of(cast.other, cast.other_organisation), introduction_id)


@both_databases
@pytest.mark.parametrize("state", STATES)
def test_only_what_waited_too_long_expires(
    app: Flask, make: Make, cast: Cast, state: IntroductionState
) -> None:
    """The job leaves alone what was answered, and what still has time."""
    introduction = make.introduction(cast.organisation, cast.other_organisation, cast.member, state=state)
    for late in (False, True):
        with app.app_context():
            with write_transaction():
                found = db.session.get_one(Introduction, introduction.id)
                found.expires_at = now() + timedelta(days=-1 if late else 1)
            with write_transaction():
                introductions.expire(introduction.id)
            found = db.session.get_one(Introduction, introduction.id)
            expired = late and state is IntroductionState.ASKED
            assert found.state is (IntroductionState.EXPIRED if expired else state)


@both_databases
def test_acceptance_opens_one_room_in_the_same_transaction(app: Flask, make: Make, cast: Cast) -> None:
    """A transaction that fails after the acceptance leaves neither an acceptance nor a room."""
    introduction = make.introduction(cast.organisation, cast.other_organisation, cast.member)
    with app.test_request_context("/en/"):
        with pytest.raises(ZeroDivisionError):
            _accept_and_fail(cast, introduction.id)
        assert db.session.scalars(select(Room)).all() == []
        assert db.session.get_one(Introduction, introduction.id).state is IntroductionState.ASKED
        with write_transaction():
            introductions.accept(actor_of(cast.other, cast.other_organisation), introduction.id)
        assert [room.introduction_id for room in db.session.scalars(select(Room))] == [introduction.id]


def _accept_and_fail(cast: Cast, introduction_id: int) -> None:
    """Accept, and then have something else in the same transaction go wrong."""
    with write_transaction():
        introductions.accept(actor_of(cast.other, cast.other_organisation), introduction_id)
        raise ZeroDivisionError
