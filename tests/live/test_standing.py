"""Standing that is taken away reaches open sockets within a second, from this process or another."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from app.core.actors import VISITOR
from app.core.clock import now
from app.core.database import db
from app.core.streams.models import Revocation
from app.core.streams.services import append, revoke
from app.core.transactions import write_transaction
from app.features.accounts.models import Login, Person
from app.features.organisations.models import Membership
from tests.live.client import Client
from tests.support.app import both_databases
from tests.support.factories import Cast

Enter = Callable[..., Client]
A_SECOND = 1.5
"""The promise is one; the other half is for a machine that runs other tests at the same time."""


def suspend(person: Person) -> None:
    """What the accounts feature does when somebody is suspended."""
    db.session.execute(update(Person).where(Person.id == person.id).values(suspended_at=now()))
    revoke(person_id=person.id)


def sign_out_everywhere(person: Person) -> None:
    """What the accounts feature does when somebody signs out everywhere."""
    db.session.execute(update(Login).where(Login.person_id == person.id).values(revoked_at=now()))
    revoke(person_id=person.id)


@both_databases
@pytest.mark.parametrize("end", [suspend, sign_out_everywhere])
def test_who_is_signed_out_gets_nothing_and_does_nothing_a_second_later(
    app: Flask, enter: Enter, notebook: str, cast: Cast, end: Callable[[Person], None]
) -> None:
    gone, stays = enter(cast.other, notebook), enter(cast.member, notebook)
    with app.app_context(), write_transaction():
        end(cast.other)
    begun = time.monotonic()
    assert gone.next("closed") == {"stream": notebook, "reason": "signed_out"}
    assert gone.end() == 1008
    assert time.monotonic() - begun < A_SECOND
    assert stays.write(notebook, "among us")["ok"]
    assert [event["body"] for event in stays.notes(1)] == ["among us"]
    assert not [told for name, told in gone.events if name == "events"]


def test_a_command_right_after_the_suspension_is_refused_even_before_the_mark_is_seen(
    app: Flask, enter: Enter, notebook: str, cast: Cast
) -> None:
    gone = enter(cast.other, lang="en")
    with app.app_context(), write_transaction():
        db.session.execute(update(Person).where(Person.id == cast.other.id).values(suspended_at=now()))
    answer = gone.write(notebook, "too late")
    assert (answer["ok"], answer["code"]) == (False, "sign_in_needed")
    assert enter(cast.member).ask("subscribe", stream=notebook, after=0)["head"] == 0


@both_databases
def test_who_leaves_the_organisation_is_taken_off_its_streams_but_stays_signed_in(
    app: Flask, enter: Enter, notebook: str, cast: Cast
) -> None:
    left, stays = enter(cast.other, notebook), enter(cast.member, notebook)
    with app.app_context(), write_transaction():
        db.session.execute(delete(Membership).where(Membership.person_id == cast.other.id))
        revoke(org_id=cast.other_organisation.id)
    begun = time.monotonic()
    assert left.next("closed") == {"stream": notebook, "reason": "removed"}
    assert time.monotonic() - begun < A_SECOND
    assert stays.write(notebook, "without her")["ok"]
    assert left.silent_for(1.5)
    assert left.ask("subscribe", stream=notebook, after=0)["code"] == "not_found"
    assert left.write(notebook, "anyway")["code"] == "not_found"
    assert left.ask("signal", stream=notebook, kind="typing")["code"] == "not_found"


def test_a_mark_that_changes_nothing_disturbs_nobody(
    app: Flask, enter: Enter, notebook: str, cast: Cast
) -> None:
    client = enter(cast.member, notebook)
    with app.app_context(), write_transaction():
        revoke(person_id=cast.member.id)
        revoke(org_id=cast.organisation.id)
    assert client.silent_for(1.5, "closed")
    assert client.write(notebook, "still here")["ok"]
    assert client.notes(1)[0]["body"] == "still here"


def test_a_mark_that_becomes_visible_late_is_seen(
    app: Flask, enter: Enter, notebook: str, cast: Cast
) -> None:
    client = enter(cast.other, notebook)
    with app.app_context(), write_transaction():
        last = db.session.scalar(select(func.max(Revocation.id))) or 0
        db.session.add(Revocation(id=last + 50, person_id=cast.member.id))
    time.sleep(1)
    with app.app_context(), write_transaction():
        suspend(cast.other)
        db.session.flush()
        db.session.execute(
            update(Revocation).where(Revocation.person_id == cast.other.id).values(id=last + 49)
        )
    assert client.next("closed", 2)["reason"] == "signed_out"


def test_what_one_may_not_see_and_what_is_not_there_are_answered_alike(
    enter: Enter, notebook: str, cast: Cast
) -> None:
    newcomer, member = enter(cast.newcomer, lang="en"), enter(cast.member, lang="en")
    hidden = newcomer.ask("subscribe", stream=notebook, after=0)
    missing = member.ask("subscribe", stream=secrets.token_urlsafe(12), after=0)
    assert hidden == missing
    assert hidden["code"] == "not_found"


def test_other_processes_events_do_not_reach_who_was_taken_off(
    app: Flask, enter: Enter, notebook: str, cast: Cast
) -> None:
    left = enter(cast.other, notebook)
    with app.app_context(), write_transaction():
        db.session.execute(delete(Membership).where(Membership.person_id == cast.other.id))
        revoke(person_id=cast.other.id)
    left.next("closed")
    with app.app_context(), write_transaction():
        append(notebook, "note", {"body": "secret"}, VISITOR)
    assert left.silent_for(2)
