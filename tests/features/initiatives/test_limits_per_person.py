"""One person with several organisations or initiatives writes to others no more than a person with one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.database import db
from app.features.initiatives.models import (
    MAX_OPEN_APPLICATIONS_PER_PERSON,
    MAX_OPEN_OFFERS_PER_PERSON,
    Application,
    SeatOffer,
)
from app.features.initiatives.services import posting
from app.features.organisations.models import Organisation
from tests.features.initiatives.test_offers import invite
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Cast, Make

Enter = Callable[..., Door]


def _act_for(browser: Door, organisation: Organisation) -> None:
    assert browser.post("/en/organisations/acting", {"organisation": organisation.slug}).status == 303


def _count(app: Flask, model: type) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


@both_databases
def test_two_organisations_of_one_person_apply_to_one_role_once(
    app: Flask, cast: Cast, make: Make, door: Enter
) -> None:
    initiative = make.initiative(cast.organisation, roles=(("Logistics", 3),))
    path = f"/en/initiatives/{initiative.slug}/roles/{make.roles(initiative)[0].id}/apply"
    browser, answers = door(cast.newcomer), []
    for name in ("Mine", "Mine too"):
        _act_for(browser, make.organisation(name, editor=cast.newcomer))
        answers.append(browser.post(path, {"message": "We have a lorry.", "lang": "en"}))
    assert [each.status for each in answers] == [303, 409]
    assert "for another organisation of yours" in answers[1].text
    assert _count(app, Application) == 1


def test_applications_of_one_person_that_wait_are_bounded(
    app: Flask, cast: Cast, make: Make, door: Enter
) -> None:
    first, second = (make.organisation(name, editor=cast.newcomer) for name in ("Mine", "Mine too"))
    most = MAX_OPEN_APPLICATIONS_PER_PERSON
    roles = tuple((f"Role {number}", 1) for number in range(most + 1))
    initiative = make.initiative(cast.organisation, roles=roles)
    last, *others = make.roles(initiative)
    for role in others:
        make.application(role, first, cast.newcomer)
    browser = door(cast.newcomer)
    _act_for(browser, second)
    path = f"/en/initiatives/{initiative.slug}/roles/{last.id}/apply"
    seen = browser.post(path, {"message": "We have a lorry.", "lang": "en"})
    assert seen.status == 409 and f"You are waiting for {most} answers already" in seen.text
    assert _count(app, Application) == most


@pytest.mark.parametrize("where", ["one organisation", "many organisations"])
def test_offers_of_one_person_are_bounded_over_her_initiatives(
    app: Flask, cast: Cast, make: Make, door: Enter, where: str
) -> None:
    """Three at one organisation, forty-eight in all; each of them is a mail."""
    number = 3 if where == "one organisation" else MAX_OPEN_OFFERS_PER_PERSON
    other = cast.other_organisation
    for each in range(number):
        held = make.initiative(cast.organisation, f"Held {each}")
        whom = other if where == "one organisation" else make.organisation(f"Other {each}")
        make.offer(make.roles(held)[0], whom, cast.member)
    initiative = make.initiative(cast.organisation, "One more")
    role = make.roles(initiative)[0]
    seen = invite(door(cast.member), initiative.slug, f"{role.id}:{other.slug}")
    told = "has 3 invitations of yours" if where == "one organisation" else "of your invitations can wait"
    assert seen.status == 409 and told in seen.text
    assert _count(app, SeatOffer) == number


def test_posting_initiatives_without_end_is_refused(
    cast: Cast, door: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "INITIATIVES", "2 per hour")
    fields = {"title": "Seeds", "summary": "Five cities swap seeds.", "lang": "en"}
    statuses = [door(cast.member).post("/en/initiatives/new", fields).status for _ in range(3)]
    assert statuses == [303, 303, 429]
