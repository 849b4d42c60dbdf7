"""Who sees which room, from when on, and until when."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import update

from app.core.announcements import announce
from app.core.database import db
from app.core.errors import NotFound
from app.core.streams.models import Revocation
from app.core.transactions import write_transaction
from app.features.initiatives.announcements import InitiativeOpened, PartnerLeft
from app.features.initiatives.models import InitiativeState, Partner
from app.features.introductions.models import IntroductionState
from app.features.organisations.models import Organisation, OrganisationState
from app.features.rooms.models import Room, RoomKind
from app.features.rooms.services import open_room_for
from tests.features.rooms.conftest import Enter, Place, Send, rooms_of
from tests.support.app import both_databases
from tests.support.factories import Cast, Make


@both_databases
def test_only_partners_facilitators_and_managers_enter_the_room_of_an_initiative(
    place: Place, cast: Cast, make: Make, door: Enter
) -> None:
    outsider = make.person("Olga Outsider")
    make.organisation("Atelier du Lin", country="FR", editor=outsider)
    inside = (cast.member, cast.representative, cast.other, cast.facilitator, cast.manager)
    for person in inside:
        assert door(person).get(place.path).status == 200
        assert door(person).get(place.catch_up).status == 200
        assert rooms_of(door(person)) == ["Seeds across borders"]
    for person in (outsider, cast.newcomer):
        assert door(person).get(place.path).status == 404
        assert door(person).get(place.catch_up).status == 404
        assert rooms_of(door(person)) == []
    assert door().get(place.path).status == 303
    assert door().get(place.catch_up).status == 401


def test_a_room_that_does_not_exist_answers_like_one_that_is_not_ours(cast: Cast, door: Enter) -> None:
    for path in ("/en/rooms/77", "/en/rooms/99999999999999999999", "/api/v1/streams/nothing/events"):
        assert door(cast.member).get(path).status == 404


def test_nobody_but_the_two_organisations_enters_the_room_of_an_introduction(
    cast: Cast, make: Make, door: Enter, send: Send
) -> None:
    met = make.introduction(
        cast.organisation, cast.other_organisation, cast.member, state=IntroductionState.ACCEPTED
    )
    room = make.room(met)
    send(cast.member, "room_post", room=room.id, body="Between us", lang="en")
    assert send(cast.other, "room_post", room=room.id, body="Agreed", lang="en")["seq"] == 2
    for person in (cast.facilitator, cast.manager, cast.newcomer):
        assert door(person).get(f"/en/rooms/{room.id}").status == 404
        with pytest.raises(NotFound):
            send(person, "room_post", room=room.id, body="Me too", lang="en")
    assert (
        "Il Filo Verde"
        in door(cast.other).get(f"/en/rooms/{room.id}").soup.select_one(".room-head").get_text()
    )


def test_a_partner_who_left_and_one_that_was_suspended_see_the_room_no_more(
    app: Flask, place: Place, cast: Cast, door: Enter, send: Send
) -> None:
    with app.app_context(), write_transaction():
        db.session.execute(
            update(Partner)
            .values(left_at=datetime.now(UTC))
            .where(Partner.organisation_id == cast.other_organisation.id)
        )
        db.session.execute(
            update(Organisation)
            .values(state=OrganisationState.SUSPENDED)
            .where(Organisation.id == cast.organisation.id)
        )
    for person in (cast.other, cast.member):
        assert door(person).get(place.path).status == 404
        with pytest.raises(NotFound):
            send(person, "room_post", room=place.room.id, body="Still here", lang="en")


def test_open_sockets_are_looked_at_again_when_a_partner_leaves(app: Flask, place: Place, cast: Cast) -> None:
    with app.app_context():
        with write_transaction():
            announce(PartnerLeft(place.initiative.id, cast.other_organisation.id))
        assert [mark.org_id for mark in db.session.query(Revocation)] == [cast.other_organisation.id]


def test_the_room_of_an_initiative_opens_once(app: Flask, cast: Cast, make: Make, door: Enter) -> None:
    draft = make.initiative(cast.organisation, "A kitchen for two towns", state=InitiativeState.DRAFT)
    assert rooms_of(door(cast.member)) == []
    with app.app_context():
        for _ in range(2):
            with write_transaction():
                announce(InitiativeOpened(draft.id))
                assert open_room_for(RoomKind.INITIATIVE, draft.id).initiative_id == draft.id
        assert db.session.query(Room).count() == 1
    assert rooms_of(door(cast.member)) == ["A kitchen for two towns"]


def test_the_header_says_who_can_read_it(place: Place, cast: Cast, door: Enter) -> None:
    head = " ".join(door(cast.member).get(place.path).soup.select_one(".room-head").get_text(" ").split())
    assert "Seeds across borders" in head
    assert "2 organisations from 2 countries" in head
    assert "facilitators" in head
