"""A room that is asked for is found by exactly those in whose list it stands, on both databases."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select, update

from app.core.actors import identify
from app.core.database import db
from app.core.transactions import write_transaction
from app.features.initiatives.models import Partner
from app.features.introductions.models import IntroductionState
from app.features.organisations.models import Organisation, OrganisationState
from app.features.rooms.models import Room
from app.features.rooms.owners import visible_to
from app.features.rooms.queries.room_lookup import find_room
from tests.support.app import both_databases, sign_in
from tests.support.factories import Cast, Make


def rooms_of_everybody(make: Make, cast: Cast) -> Organisation:
    """Rooms of one, of both, of nobody any more, of an introduction; and a third organisation, which is in one of them."""
    third = make.organisation("Πράσινη Γειτονιά", country="CY", editor=make.person("Eleni"))
    for partners in ([], [cast.other_organisation], [cast.other_organisation, third]):
        initiative = make.initiative(cast.organisation)
        for partner in partners:
            make.partner(initiative, partner)
        make.room(initiative)
    make.introduction(cast.organisation, third, cast.member, IntroductionState.ACCEPTED)
    make.room(make.introduction(cast.other_organisation, third, cast.other))
    return third


@both_databases
def test_who_finds_a_room_has_it_in_her_list(app: Flask, make: Make, cast: Cast) -> None:
    """Asked of one room, and asked for all: the same, for every role, before and after somebody leaves or is suspended."""
    third = rooms_of_everybody(make, cast)
    people = [cast.member, cast.other, cast.representative, cast.facilitator, cast.manager, cast.newcomer]
    tokens = [sign_in(app, person) for person in people]
    found: list[int] = []
    for change in (
        None,
        update(Partner).where(Partner.organisation_id == cast.other_organisation.id).values(left_at=Partner.joined_at),
        update(Organisation).where(Organisation.id == third.id).values(state=OrganisationState.SUSPENDED),
        update(Organisation).where(Organisation.id == cast.organisation.id).values(state=OrganisationState.SUSPENDED),
    ):  # fmt: skip
        with app.app_context(), write_transaction():
            if change is not None:
                db.session.execute(change)
            rooms = list(db.session.scalars(select(Room.id)))
            for token in tokens:
                actor = identify(token)
                listed = set(db.session.scalars(select(Room.id).where(visible_to(actor))))
                mine = {room for room in rooms if find_room(actor, Room.id, room)}
                assert mine == listed
                found.append(len(mine))
    assert found == [4, 2, 4, 3, 3, 0, 4, 0, 4, 3, 3, 0, 4, 0, 4, 3, 3, 0, 0, 0, 0, 3, 3, 0]
