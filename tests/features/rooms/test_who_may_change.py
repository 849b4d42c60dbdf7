"""Who may change what was said: its author edits and removes it, a facilitator removes it, nobody else does."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import update

from app.core.database import db
from app.core.errors import Forbidden, NotFound, SignInNeeded
from app.core.transactions import write_transaction
from app.features.initiatives.models import Partner
from app.features.introductions.models import IntroductionState
from app.features.organisations.models import Membership
from tests.features.rooms.conftest import NEW, OLD, Events, Place, Send
from tests.support.app import both_databases
from tests.support.factories import Cast, Make


@both_databases
def test_only_the_author_edits_and_a_facilitator_may_remove(
    place: Place, cast: Cast, send: Send, events: Events
) -> None:
    words = {"room": place.room.id, "seq": 1, "body": NEW, "lang": "en"}
    send(cast.member, "room_post", room=place.room.id, body=OLD, lang="en")
    for person in (cast.other, cast.representative, cast.facilitator, cast.manager):
        with pytest.raises(Forbidden):
            send(person, "room_edit", **words)
    for person in (cast.other, cast.representative):
        with pytest.raises(Forbidden):
            send(person, "room_remove", room=place.room.id, seq=1)
    with pytest.raises(NotFound):
        send(cast.newcomer, "room_remove", room=place.room.id, seq=1)
    assert send(cast.member, "room_edit", **words) == {"seq": 2, "room": place.room.id, "target": 1}
    assert send(cast.manager, "room_remove", room=place.room.id, seq=1)["seq"] == 3
    assert events()[0]["removed_by"] == "facilitator"


def test_in_the_room_of_an_introduction_nobody_removes_what_others_wrote(
    cast: Cast, make: Make, send: Send
) -> None:
    met = make.introduction(
        cast.organisation, cast.other_organisation, cast.member, state=IntroductionState.ACCEPTED
    )
    room = make.room(met).id
    send(cast.member, "room_post", room=room, body="Between us", lang="en")
    for person in (cast.facilitator, cast.manager):
        with pytest.raises(NotFound):
            send(person, "room_remove", room=room, seq=1)
    with pytest.raises(Forbidden):
        send(cast.other, "room_remove", room=room, seq=1)


def test_whoever_left_the_organisation_no_longer_changes_what_she_said_for_it(
    app: Flask, make: Make, place: Place, cast: Cast, send: Send
) -> None:
    send(cast.member, "room_post", room=place.room.id, body=OLD, lang="en")
    make.member(cast.member, cast.other_organisation)
    with app.app_context(), write_transaction():
        db.session.query(Membership).filter_by(
            person_id=cast.member.id, organisation_id=cast.organisation.id
        ).delete()
    for command, words in (("room_edit", {"body": NEW, "lang": "en"}), ("room_remove", {})):
        with pytest.raises(Forbidden):
            send(cast.member, command, room=place.room.id, seq=1, **words)


def test_whoever_may_no_longer_enter_changes_nothing_there(
    app: Flask, place: Place, cast: Cast, send: Send
) -> None:
    send(cast.other, "room_post", room=place.room.id, body=OLD, lang="en")
    with app.app_context(), write_transaction():
        db.session.execute(
            update(Partner)
            .values(left_at=Partner.created_at)
            .where(Partner.organisation_id == cast.other_organisation.id)
        )
    for command, words in (("room_edit", {"body": NEW, "lang": "en"}), ("room_remove", {})):
        with pytest.raises(NotFound):
            send(cast.other, command, room=place.room.id, seq=1, **words)


def test_nothing_is_changed_in_the_name_of_who_signed_in_after_it_was_written(
    place: Place, cast: Cast, send: Send
) -> None:
    send(cast.member, "room_post", room=place.room.id, body=OLD, lang="en")
    for command, words in (("room_edit", {"body": NEW, "lang": "en"}), ("room_remove", {})):
        with pytest.raises(SignInNeeded):
            send(cast.member, command, room=place.room.id, seq=1, person=cast.other.id, **words)
