"""The way of an initiative through its states, by its buttons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.clock import now
from app.core.database import db
from app.core.transactions import write_transaction
from app.features.initiatives.models import Application, ApplicationState, Initiative, InitiativeState
from app.features.initiatives.states import InitiativeMove
from app.features.organisations.models import Collaboration, CollaborationConcept, CollaborationPartner
from app.features.rooms.models import Room
from app.features.taxonomy.models import Concept
from tests.support.door import Door
from tests.support.factories import Cast, Make
from tests.support.notices import notified

LEGAL = {
    ("draft", "open"): "open",
    ("draft", "delete"): "gone",
    ("open", "run"): "running",
    ("open", "close"): "closed",
    ("running", "reopen"): "open",
    ("running", "close"): "closed",
}
REFUSALS = {
    "draft": "This initiative is still a draft. Open it first.",
    "open": "This initiative is open. Look at it as it is now and try again.",
    "running": "This initiative is running. Look at it as it is now and try again.",
    "closed": "This initiative is closed. You can still read it, but nothing in it changes any more.",
}


def move(door: Door, initiative: Initiative, wanted: str) -> None:
    """Press the button of a move."""
    address = f"/en/initiatives/{initiative.slug}"
    if wanted in ("close", "delete"):
        assert door.post(f"{address}/{wanted}").status == 303
    else:
        assert door.post(f"{address}/state", {"move": wanted}).status == 303


def standing(app: Flask, initiative: Initiative) -> str:
    """The state as the database has it, or that it is gone."""
    with app.app_context():
        state = db.session.scalar(select(Initiative.state).where(Initiative.id == initiative.id))
        return state.value if state else "gone"


@pytest.mark.parametrize("wanted", [each.value for each in InitiativeMove])
@pytest.mark.parametrize("begin", [each.value for each in InitiativeState])
def test_every_move_from_every_state_is_done_or_refused_with_a_sentence(
    begin: str, wanted: str, app: Flask, make: Make, cast: Cast, door: Callable[..., Door]
) -> None:
    initiative = make.initiative(cast.organisation, state=InitiativeState(begin))
    member = door(cast.member)
    move(member, initiative, wanted)
    assert standing(app, initiative) == LEGAL.get((begin, wanted), begin)
    said = member.get("/en/initiatives").text
    assert (REFUSALS[begin] in said) is ((begin, wanted) not in LEGAL)


def test_an_unknown_move_is_refused(make: Make, cast: Cast, door: Callable[..., Door]) -> None:
    initiative = make.initiative(cast.organisation, state=InitiativeState.DRAFT)
    for nonsense in ("", "close", "delete", "explode"):
        answer = door(cast.member).post(f"/en/initiatives/{initiative.slug}/state", {"move": nonsense})
        assert answer.status == 400


def test_an_opened_initiative_is_public_and_has_its_room(
    app: Flask, make: Make, cast: Cast, door: Callable[..., Door]
) -> None:
    initiative = make.initiative(cast.organisation, state=InitiativeState.DRAFT)
    address = f"/en/initiatives/{initiative.slug}"
    assert door().get(address).status == 404
    move(door(cast.member), initiative, "open")
    assert door().get(address).status == 200
    with app.app_context():
        assert db.session.scalar(select(Room.id).where(Room.initiative_id == initiative.id))
        opened = db.session.get_one(Initiative, initiative.id).opened_at
    assert opened is not None
    assert now() - opened < timedelta(minutes=5)


def test_a_draft_that_wants_nobody_cannot_be_opened(
    app: Flask, make: Make, cast: Cast, door: Callable[..., Door]
) -> None:
    initiative = make.initiative(cast.organisation, state=InitiativeState.DRAFT, roles=())
    member = door(cast.member)
    assert "Add a role" in member.get(f"/en/initiatives/{initiative.slug}").text
    move(member, initiative, "open")
    assert standing(app, initiative) == "draft"
    assert "Say first whom you look for" in member.get("/en/initiatives").text


def test_a_project_that_ran_becomes_part_of_the_track_record(
    app: Flask, make: Make, cast: Cast, door: Callable[..., Door]
) -> None:
    initiative = make.initiative(cast.organisation, "Green hands", sectors=["sector:green-gardening"])
    make.partner(initiative, cast.other_organisation, make.roles(initiative)[0])
    member = door(cast.member)
    for step in ("run", "reopen", "close"):
        move(member, initiative, step)
    with app.app_context():
        kept = db.session.scalars(select(Collaboration)).one()
        assert (kept.title, kept.source, kept.external_id) == (
            "Green hands",
            "initiative",
            str(initiative.id),
        )
        assert (kept.initiative_id, kept.started, kept.ended) == (initiative.id, now().date(), now().date())
        partners = set(db.session.scalars(select(CollaborationPartner.organisation_id)))
        codes = set(
            db.session.scalars(
                select(Concept.code).join(CollaborationConcept, CollaborationConcept.concept_id == Concept.id)
            )
        )
    assert partners == {cast.organisation.id, cast.other_organisation.id}
    assert codes == {"sector:green-gardening"}
    assert "Green hands" in door().get(f"/en/organisations/{cast.other_organisation.slug}").text


def test_the_record_begins_on_the_day_on_which_it_was_to_start(
    app: Flask, make: Make, cast: Cast, door: Callable[..., Door]
) -> None:
    initiative = make.initiative(cast.organisation, state=InitiativeState.RUNNING)
    make.partner(initiative, cast.other_organisation)
    with app.app_context(), write_transaction():
        db.session.get_one(Initiative, initiative.id).starts = date(2024, 3, 1)
    move(door(cast.member), initiative, "close")
    with app.app_context():
        assert db.session.scalars(select(Collaboration.started)).one() == date(2024, 3, 1)


@pytest.mark.parametrize(("state", "joined"), [("open", True), ("running", False)])
def test_what_never_ran_or_was_done_alone_is_no_record(
    state: str, joined: bool, app: Flask, make: Make, cast: Cast, door: Callable[..., Door]
) -> None:
    initiative = make.initiative(cast.organisation, state=InitiativeState(state))
    if joined:
        make.partner(initiative, cast.other_organisation)
    move(door(cast.member), initiative, "close")
    with app.app_context():
        assert db.session.scalars(select(Collaboration.id)).all() == []


def test_closing_answers_who_still_waits(
    app: Flask, make: Make, cast: Cast, door: Callable[..., Door]
) -> None:
    initiative = make.initiative(cast.organisation)
    make.application(make.roles(initiative)[0], cast.other_organisation, cast.other)
    move(door(cast.member), initiative, "close")
    with app.app_context():
        application = db.session.scalars(select(Application)).one()
        assert application.state is ApplicationState.DECLINED
        assert application.answered_at is not None
    assert notified(app) == [(cast.other.id, "application.declined")]


def test_a_manager_closes_what_others_lead(
    app: Flask, make: Make, cast: Cast, door: Callable[..., Door]
) -> None:
    initiative = make.initiative(cast.organisation)
    manager = door(cast.manager)
    page = manager.get(f"/en/initiatives/{initiative.slug}")
    assert "Close the initiative" in page.text
    assert "Begin the work" not in page.text
    move(manager, initiative, "close")
    assert standing(app, initiative) == "closed"


def test_a_closed_initiative_refuses_everything_with_a_sentence(
    app: Flask, make: Make, cast: Cast, door: Callable[..., Door]
) -> None:
    initiative = make.initiative(cast.organisation, state=InitiativeState.CLOSED)
    role = make.roles(initiative)[0]
    waiting = make.application(role, cast.other_organisation, cast.other)
    third = make.organisation("Zaadgoed", country="BE")
    part = make.partner(initiative, third)
    address = f"/en/initiatives/{initiative.slug}"
    lead, other = door(cast.member), door(cast.other)
    sentence = REFUSALS["closed"]
    for person, path in (
        (lead, f"/applications/{waiting.id}/accept"),
        (lead, f"/applications/{waiting.id}/decline"),
        (lead, f"/partners/{part.id}/remove"),
        (other, f"/applications/{waiting.id}/withdraw"),
    ):
        assert sentence in person.post(f"{address}{path}", follow=True).text, path
    edited = lead.get(f"{address}/edit")
    assert (edited.status, sentence in edited.text) == (409, True)
    applied = other.post(f"{address}/roles/{role.id}/apply", {"message": "We come", "lang": "en"})
    assert applied.status == 409
    assert "It takes no applications any more" in applied.text
    assert "We come" in applied.html
    assert "Edit" not in lead.get(address).soup.select_one(".page-head").get_text()
    with app.app_context():
        assert db.session.scalars(select(Application.state)).all() == [ApplicationState.SENT]


def test_a_deleted_draft_leaves_nothing(
    app: Flask, make: Make, cast: Cast, door: Callable[..., Door]
) -> None:
    initiative = make.initiative(
        cast.organisation, state=InitiativeState.DRAFT, wants=["skill:logistics"], sectors=["sector:food"]
    )
    move(door(cast.member), initiative, "delete")
    with app.app_context():
        left = {
            name: db.session.scalar(select(db.func.count()).select_from(db.metadata.tables[name]))
            for name in ("initiative", "initiative_text", "initiative_concept", "wanted_role", "partner")
        }
    assert set(left.values()) == {0}, left
