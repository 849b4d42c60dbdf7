"""Accounts against those who want another's."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.database import db
from app.core.jobs import Job
from app.core.limits import attempts
from app.features.accounts.models import Person
from tests.support.door import Door
from tests.support.factories import Cast, Make
from tests.support.notices import Outbox

Doors = Callable[..., Door]
THEIRS, HERS = "what the thief chose", "what Anna chose"


@pytest.fixture(autouse=True)
def no_attempts_yet(app: Flask) -> None:
    """Every test begins with all its attempts."""
    with app.app_context():
        attempts().reset()


def mails(app: Flask) -> list[dict[str, str]]:
    """All mails that were written, the oldest first."""
    with app.app_context():
        return [
            job.payload for job in db.session.scalars(select(Job).where(Job.kind == "mail").order_by(Job.id))
        ]


def join(browser: Door, password: str, email: str = "anna@example.org") -> None:
    """Ask for an account."""
    assert browser.fill("/en/join", name="Anna", email=email, password=password).status == 303


def test_whoever_joined_first_with_anothers_address_does_not_get_it_verified(app: Flask, door: Doors) -> None:
    thief, anna = door(), door()
    join(thief, THEIRS)
    join(anna, HERS)
    link = re.search(r"/en/verify/\S+", mails(app)[0]["body"])
    assert link is not None
    seen = anna.fill(link[0])
    assert seen.location.startswith("/en/sign-in")
    with app.app_context():
        person = db.session.scalars(select(Person)).one()
        assert person.verified_at is None
    with anna.client.session_transaction() as cookie:
        assert "_user_id" not in cookie


def test_a_link_pressed_in_anothers_browser_leads_to_ones_own_password(
    app: Flask, door: Doors, cast: Cast
) -> None:
    join(door(), HERS)
    link = re.search(r"/en/verify/\S+", mails(app)[-1]["body"])
    assert link is not None
    browser = door(cast.member)
    assert "Good to have you back" in browser.fill(link[0], follow=True).text
    with app.app_context():
        assert db.session.scalars(select(Person.verified_at).where(Person.name == "Anna")).one() is None


def test_a_mail_goes_to_the_domain_that_was_written(app: Flask, door: Doors) -> None:
    join(door(), HERS, "Anna@straße.example")
    assert mails(app)[-1]["address"] == "anna@straße.example"


def test_an_invitation_goes_to_the_domain_that_was_written(app: Flask, door: Doors, cast: Cast) -> None:
    path = f"/en/organisations/{cast.organisation.slug}/members"
    sent = door(cast.member).fill(path, "form:has([name=email])", email="anna@straße.example")
    assert sent.status == 303
    assert mails(app)[-1]["address"] == "anna@straße.example"


def test_whoever_has_no_verified_address_writes_to_no_strangers(app: Flask, door: Doors, make: Make) -> None:
    eve = make.person("Eve", verified=False)
    organisation = make.organisation("Win a prize at https://evil.example", editor=eve)
    seen = door(eve).fill(
        f"/en/organisations/{organisation.slug}/members",
        "form:has([name=email])",
        email="stranger@example.org",
    )
    assert seen.status == 409 and "Verify your address" in seen.text
    assert mails(app) == []


def test_an_application_is_mailed_to_nobody_who_has_not_shown_her_address(
    app: Flask, door: Doors, cast: Cast, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.member(make.person("Eve", verified=False, email="stranger@example.org"), cast.organisation)
    initiative = make.initiative(cast.organisation)
    role = make.roles(initiative)[0]
    path = f"/en/initiatives/{initiative.slug}/roles/{role.id}/apply"
    assert door(cast.other).post(path, {"message": "Our secret plans.", "lang": "en"}).status == 303
    addresses = {mail["To"] for mail in Outbox(app, monkeypatch.setattr).after(minutes=11)}
    assert cast.member.email in addresses and "stranger@example.org" not in addresses
