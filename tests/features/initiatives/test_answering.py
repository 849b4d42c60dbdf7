"""Answering, and leaving: a seat is taken once, whoever is faster."""

from __future__ import annotations

import threading
from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from app.core.database import db
from app.core.streams.models import Revocation
from app.core.transactions import write_transaction
from app.features.initiatives.models import (
    Application,
    ApplicationState,
    Initiative,
    InitiativeState,
    Partner,
)
from app.features.organisations.models import Organisation, OrganisationState
from tests.features.initiatives.answers import active, address_of, apply, press, states
from tests.support.app import both_databases
from tests.support.door import Door, Seen
from tests.support.factories import Cast, Make

Enter = Callable[..., Door]


def test_acceptance_settles_the_other_applications_of_the_same_organisation(
    app: Flask, make: Make, cast: Cast, door: Enter
) -> None:
    initiative = make.initiative(cast.organisation, roles=(("Logistics", 1), ("Evaluation", 1)))
    first, second = (
        make.application(role, cast.other_organisation, cast.other) for role in make.roles(initiative)
    )
    lead = door(cast.member)
    press(lead, initiative, second, "accept")
    assert states(app) == ["withdrawn", "accepted"]
    assert "already answered" in press(lead, initiative, first, "accept").text
    assert "already answered" in press(lead, initiative, second, "decline").text


def test_who_waits_is_answered_also_while_it_runs(app: Flask, make: Make, cast: Cast, door: Enter) -> None:
    initiative = make.initiative(cast.organisation, state=InitiativeState.RUNNING)
    waiting = make.application(make.roles(initiative)[0], cast.other_organisation, cast.other)
    press(door(cast.member), initiative, waiting, "accept")
    assert states(app) == ["accepted"]


def test_a_full_role_takes_nobody_more(app: Flask, make: Make, cast: Cast, door: Enter) -> None:
    initiative = make.initiative(cast.organisation)
    role = make.roles(initiative)[0]
    waiting = make.application(role, cast.other_organisation, cast.other)
    make.partner(initiative, make.organisation("Zaadgoed"), role)
    lead = door(cast.member)
    assert "Every seat is taken: add one" in lead.get(address_of(initiative)).text
    assert "The last seat of this role is taken." in press(lead, initiative, waiting, "accept").text
    assert states(app) == ["sent"]
    third = make.person("Joos")
    make.organisation("Roule Petit", editor=third)
    answer = apply(door(third), initiative, role)
    assert (answer.status, "Every seat of this role is taken." in answer.text) == (409, True)


@both_databases
def test_the_last_seat_is_taken_once_when_two_reach_for_it_at_once(
    app: Flask, make: Make, cast: Cast, door: Enter
) -> None:
    initiative = make.initiative(cast.organisation)
    role = make.roles(initiative)[0]
    joos = make.person("Joos")
    zaadgoed = make.organisation("Zaadgoed", country="BE", editor=joos)
    waiting = [
        make.application(role, cast.other_organisation, cast.other),
        make.application(role, zaadgoed, joos),
    ]
    doors = [door(cast.member), door(cast.representative)]
    answers: list[Seen] = []

    def reach(person: Door, application: Application) -> None:
        answers.append(press(person, initiative, application, "accept"))

    threads = [threading.Thread(target=reach, args=pair) for pair in zip(doors, waiting, strict=True)]
    with app.app_context(), db.engine.connect().execution_options(writer=True) as held, held.begin():
        # Both wait before the same initiative until it is let go: neither can have read what the other will write.
        held.execute(select(Initiative.id).where(Initiative.id == initiative.id).with_for_update())
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(0.4)
        assert all(thread.is_alive() for thread in threads)
    for thread in threads:
        thread.join(30)
    refused = [each for each in answers if "The last seat of this role is taken." in each.text]
    assert len(answers) == 2
    assert len(refused) == 1
    assert sorted(states(app)) == ["accepted", "sent"]
    assert len(active(app, initiative)) == 2


@both_databases
def test_the_same_application_sent_twice_at_once_is_kept_once(
    app: Flask, make: Make, cast: Cast, door: Enter
) -> None:
    initiative = make.initiative(cast.organisation)
    role = make.roles(initiative)[0]
    doors = [door(cast.other), door(cast.other)]
    answers: list[int] = []

    def send(person: Door) -> None:
        answers.append(apply(person, initiative, role).status)

    threads = [threading.Thread(target=send, args=(person,)) for person in doors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers) == [303, 409]
    assert states(app) == ["sent"]


def test_a_partner_leaves_and_its_seat_is_free_again(app: Flask, make: Make, cast: Cast, door: Enter) -> None:
    initiative = make.initiative(cast.organisation)
    make.partner(initiative, cast.other_organisation, make.roles(initiative)[0])
    other = door(cast.other)
    assert "Leave this initiative" in other.get(address_of(initiative)).text
    left = other.post(f"{address_of(initiative)}/leave", follow=True)
    assert "does not take part any more" in left.text
    assert "0 of 1 seat filled" in left.text
    assert "Apply for a seat" in left.text
    assert active(app, initiative) == {cast.organisation.id}
    with app.app_context():
        assert cast.other_organisation.id in db.session.scalars(select(Revocation.org_id)).all()
    assert other.post(f"{address_of(initiative)}/leave").status == 403


def test_the_lead_lets_a_partner_go_but_stays_itself(app: Flask, make: Make, cast: Cast, door: Enter) -> None:
    initiative = make.initiative(cast.organisation)
    part = make.partner(initiative, cast.other_organisation, make.roles(initiative)[0])
    lead = door(cast.member)
    path = f"{address_of(initiative)}/partners/{part.id}/remove"
    for person in (cast.other, cast.manager, cast.facilitator, cast.newcomer):
        assert door(person).post(path).status == 403
    assert "Its seat is free again." in lead.post(path, follow=True).text
    assert "has left the initiative already" in lead.post(path, follow=True).text
    with app.app_context():
        own = db.session.scalars(
            select(Partner.id).where(Partner.organisation_id == cast.organisation.id)
        ).one()
        revoked = db.session.scalars(select(Revocation.org_id)).all()
    assert cast.other_organisation.id in revoked
    for away in (f"/partners/{own}/remove", "/leave"):
        answer = lead.post(f"{address_of(initiative)}{away}", follow=True)
        assert "The organisation that leads stays to the end" in answer.text
    assert active(app, initiative) == {cast.organisation.id}


def test_a_suspended_applicant_is_not_accepted(app: Flask, make: Make, cast: Cast, door: Enter) -> None:
    initiative = make.initiative(cast.organisation)
    waiting = make.application(make.roles(initiative)[0], cast.other_organisation, cast.other)
    with app.app_context(), write_transaction():
        db.session.get_one(Organisation, cast.other_organisation.id).state = OrganisationState.SUSPENDED
    answer = press(door(cast.member), initiative, waiting, "accept")
    assert "This organisation is not in the cluster at the moment." in answer.text
    assert states(app) == [ApplicationState.SENT.value]
