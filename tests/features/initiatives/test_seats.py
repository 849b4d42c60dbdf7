"""Applying to a seat: who may, what is told to whom, what is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.clock import now
from app.core.database import db
from app.core.text import tidy
from app.core.transactions import write_transaction
from app.features.initiatives.models import (
    Application,
    InitiativeState,
    Partner,
)
from app.features.organisations.models import Organisation, OrganisationState
from tests.features.initiatives.answers import active, address_of, apply, press, states
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Cast, Make
from tests.support.notices import notified

Enter = Callable[..., Door]


@both_databases
def test_an_organisation_applies_and_is_accepted(app: Flask, make: Make, cast: Cast, door: Enter) -> None:
    initiative = make.initiative(cast.organisation)
    role = make.roles(initiative)[0]
    other = door(cast.other)
    sent = other.fill(
        address_of(initiative), "details.apply form", message="Nous avons des vélos.", lang="fr"
    )
    assert sent.status == 303
    assert "waits for an answer" in other.get(address_of(initiative)).text

    lead = door(cast.member)
    page = lead.get(address_of(initiative))
    assert "1 organisation waits for your answer" in page.text
    assert page.soup.select_one("#applications blockquote")["lang"] == "fr"
    with app.app_context():
        application = db.session.scalars(select(Application)).one()
    answered = press(lead, initiative, application, "accept")
    assert "They take part from now on" in answered.text
    assert active(app, initiative) == {cast.organisation.id, cast.other_organisation.id}
    with app.app_context():
        partner = db.session.scalars(
            select(Partner).where(Partner.organisation_id == cast.other_organisation.id)
        ).one()
    assert partner.role_id == role.id
    seen = door().get(address_of(initiative)).text
    assert "1 of 1 seat filled" in seen
    assert "Every seat is taken" in seen


def test_those_whom_it_concerns_are_notified_in_their_language(
    app: Flask, make: Make, cast: Cast, door: Enter
) -> None:
    enrico = make.person("Enrico", locale="it")
    lead = make.organisation("Orto Piccolo", editor=enrico)
    initiative = make.initiative(lead, "Orti sui tetti", lang="it")
    apply(door(cast.other), initiative, make.roles(initiative)[0], "We can carry the soil.")
    assert notified(app) == [(enrico.id, "application.sent")]
    seen = door(enrico).get("/it/notifications").text
    assert "Zielona Spółdzielnia si candida a Orti sui tetti" in seen and "We can carry the soil." in seen
    with app.app_context():
        application = db.session.scalars(select(Application)).one()
    press(door(enrico), initiative, application, "decline")
    assert notified(app) == [(cast.other.id, "application.declined")]
    assert "Orto Piccolo cannot give you the seat" in door(cast.other).get("/en/notifications").text


def test_both_people_of_the_lead_are_told_and_suspended_ones_are_not(
    app: Flask, make: Make, cast: Cast, door: Enter
) -> None:
    initiative = make.initiative(cast.organisation)
    make.member(make.person("Gone Away", suspended_at=now()), cast.organisation)
    apply(door(cast.other), initiative, make.roles(initiative)[0])
    assert {person for person, _ in notified(app)} == {cast.member.id, cast.representative.id}


@pytest.mark.parametrize("state", [each for each in InitiativeState if each is not InitiativeState.OPEN])
def test_nobody_applies_while_it_is_not_open(
    state: InitiativeState, app: Flask, make: Make, cast: Cast, door: Enter
) -> None:
    initiative = make.initiative(cast.organisation, state=state)
    answer = apply(door(cast.other), initiative, make.roles(initiative)[0])
    assert answer.status == (404 if state is InitiativeState.DRAFT else 409)
    assert states(app) == []


@both_databases
def test_one_application_waits_for_each_role_and_organisation(
    app: Flask, make: Make, cast: Cast, door: Enter
) -> None:
    initiative = make.initiative(cast.organisation, roles=(("Logistics", 1), ("Evaluation", 1)))
    first, second = make.roles(initiative)
    other = door(cast.other)
    assert apply(other, initiative, first).status == 303
    again = apply(other, initiative, first, "Once more")
    assert again.status == 409
    assert "has applied to this role" in again.text
    assert "Once more" in again.html
    assert apply(other, initiative, second).status == 303
    assert states(app) == ["sent", "sent"]


def test_after_taking_it_back_one_can_apply_again(app: Flask, make: Make, cast: Cast, door: Enter) -> None:
    initiative = make.initiative(cast.organisation)
    role = make.roles(initiative)[0]
    mine = make.application(role, cast.other_organisation, cast.other)
    other = door(cast.other)
    assert "Your application is taken back." in press(other, initiative, mine, "withdraw").text
    assert "already answered or taken back" in press(other, initiative, mine, "withdraw").text
    assert apply(other, initiative, role).status == 303
    assert states(app) == ["withdrawn", "sent"]


def test_the_lead_does_not_apply_to_itself_nor_a_partner_again(
    app: Flask, make: Make, cast: Cast, door: Enter
) -> None:
    initiative = make.initiative(cast.organisation, roles=(("Logistics", 2),))
    role = make.roles(initiative)[0]
    own = apply(door(cast.member), initiative, role)
    assert (own.status, "Your organisation leads this initiative" in own.text) == (409, True)
    make.partner(initiative, cast.other_organisation, role)
    again = apply(door(cast.other), initiative, role)
    assert (again.status, "takes part in this initiative already" in again.text) == (409, True)
    assert states(app) == []


@pytest.mark.parametrize("message", ["", "   \u200b ", "x" * 2001])
def test_an_empty_or_endless_message_is_told_at_its_field_and_kept(
    message: str, app: Flask, make: Make, cast: Cast, door: Enter
) -> None:
    initiative = make.initiative(cast.organisation)
    role = make.roles(initiative)[0]
    answer = apply(door(cast.other), initiative, role, message)
    assert answer.status == 422
    field = answer.soup.select_one(f"#message-{role.id}")
    assert field["aria-invalid"] == "true"
    assert answer.soup.select_one(f"#message-{role.id}-error")
    assert field.get_text().strip() == tidy(message)
    assert answer.soup.select_one("details.apply").has_attr("open")
    assert states(app) == []


def test_an_unknown_language_and_a_role_of_another_initiative_are_refused(
    app: Flask, make: Make, cast: Cast, door: Enter
) -> None:
    initiative, another = make.initiative(cast.organisation), make.initiative(cast.organisation, "Another")
    role = make.roles(another)[0]
    assert apply(door(cast.other), initiative, role).status == 404
    path = f"{address_of(another)}/roles/{role.id}/apply"
    answer = door(cast.other).post(path, {"message": "Dzień dobry", "lang": "klingon"})
    assert answer.status == 422
    assert "Choose the language that it is written in." in answer.text
    assert door(cast.other).post(f"{address_of(another)}/roles/99999999999999/apply").status == 404
    assert states(app) == []


def test_only_organisations_in_the_cluster_apply(app: Flask, make: Make, cast: Cast, door: Enter) -> None:
    nora = make.person("Nora")
    make.organisation("Not yet", editor=nora, state=OrganisationState.PENDING)
    initiative = make.initiative(cast.organisation)
    role = make.roles(initiative)[0]
    for person in (nora, cast.newcomer, cast.facilitator):
        assert apply(door(person), initiative, role).status == 403
    assert apply(door(), initiative, role).status == 401
    assert states(app) == []


def test_nobody_answers_for_a_lead_that_is_away(app: Flask, make: Make, cast: Cast, door: Enter) -> None:
    initiative = make.initiative(cast.organisation)
    waiting = make.application(make.roles(initiative)[0], cast.other_organisation, cast.other)
    third = make.person("Joos")
    make.organisation("Zaadgoed", country="BE", editor=third)
    with app.app_context(), write_transaction():
        db.session.get_one(Organisation, cast.organisation.id).state = OrganisationState.SUSPENDED
    answer = apply(door(third), initiative, make.roles(initiative)[0])
    assert (answer.status, "nobody would answer" in answer.text) == (409, True)
    page = door().get(address_of(initiative))
    assert "is not in the cluster at the moment" in page.text
    assert "Il Filo Verde" not in page.text
    assert press(door(cast.member), initiative, waiting, "accept").status == 403
    assert states(app) == ["sent"]


def test_whoever_may_not_know_of_an_application_finds_none(
    app: Flask, make: Make, cast: Cast, door: Enter
) -> None:
    initiative = make.initiative(cast.organisation)
    waiting = make.application(make.roles(initiative)[0], cast.other_organisation, cast.other)
    third = make.person("Joos")
    make.organisation("Zaadgoed", country="BE", editor=third)
    for person in (third, cast.newcomer, cast.facilitator, cast.manager):
        for button in ("accept", "decline", "withdraw"):
            assert press(door(person), initiative, waiting, button).status == 404
        assert "waits for your answer" not in door(person).get(address_of(initiative)).text
    assert press(door(cast.other), initiative, waiting, "accept").status == 403
    assert press(door(cast.other), initiative, waiting, "decline").status == 403
    assert press(door(cast.member), initiative, waiting, "withdraw").status == 403
    assert states(app) == ["sent"]


def test_an_application_of_another_initiative_is_not_found_here(
    app: Flask, make: Make, cast: Cast, door: Enter
) -> None:
    initiative, another = make.initiative(cast.organisation), make.initiative(cast.organisation, "Another")
    waiting = make.application(make.roles(another)[0], cast.other_organisation, cast.other)
    assert press(door(cast.member), initiative, waiting, "accept").status == 404
    assert states(app) == ["sent"]
