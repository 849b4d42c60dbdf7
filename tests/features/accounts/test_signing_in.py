"""Signing in and out, through the pages."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.clock import now
from app.core.database import db
from app.core.streams.models import Revocation
from app.features.accounts.models import Login, Person, digest
from tests.features.accounts.conftest import PASSWORD, secret_of
from tests.support.door import Door
from tests.support.factories import Make

Doors = Callable[..., Door]
WRONG = "This address and this password do not belong together."


def test_a_person_signs_in_however_she_writes_her_address(door: Doors, giulia: Person) -> None:
    seen = door().fill("/en/sign-in", email=" Giulia@Example.ORG ", password=PASSWORD, follow=True)
    assert seen.status == 200 and "Giulia Rossi" in seen.text


@pytest.mark.parametrize(
    ("email", "password"), [("giulia@example.org", "not this one"), ("nobody@example.org", PASSWORD)]
)
def test_a_wrong_password_and_an_unknown_address_are_answered_alike(
    door: Doors, giulia: Person, email: str, password: str
) -> None:
    seen = door().fill("/en/sign-in", email=email, password=password)
    assert seen.status == 422 and WRONG in seen.text
    assert email in seen.html and password not in seen.html


def test_an_unknown_address_takes_as_long_as_a_known_one(door: Doors, giulia: Person) -> None:
    def seconds(email: str) -> float:
        visitor = door()
        begun = time.process_time()
        visitor.post("/en/sign-in", {"email": email, "password": "not this one"})
        return time.process_time() - begun

    seconds("giulia@example.org")
    known = min(seconds("giulia@example.org") for _ in range(3))
    unknown = min(seconds("nobody@example.org") for _ in range(3))
    assert unknown > known / 2


def test_every_sign_in_has_a_secret_of_its_own_and_forgets_what_the_cookie_held(
    app: Flask, door: Doors, giulia: Person
) -> None:
    browser = door(giulia)
    before = secret_of(browser)
    with browser.client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
    browser.post("/en/sign-in", {"email": giulia.email, "password": PASSWORD})
    after = secret_of(browser)
    with browser.client.session_transaction() as cookie:
        assert "planted" not in cookie
    assert before and after and before != after
    with app.app_context():
        hashes = db.session.scalars(select(Login.token_hash)).all()
        assert digest(after) in hashes and after not in hashes
        old = db.session.scalars(select(Login).where(Login.token_hash == digest(before))).one()
        assert old.revoked_at is not None


@pytest.mark.parametrize(
    "hostile",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)"],
)
def test_signing_in_never_leads_to_another_host(door: Doors, giulia: Person, hostile: str) -> None:
    seen = door().post("/en/sign-in", {"email": giulia.email, "password": PASSWORD, "next": hostile})
    assert (seen.status, seen.location) == (303, "/en/")


def test_signing_in_leads_to_the_page_that_was_wanted(door: Doors, giulia: Person) -> None:
    browser = door()
    asked = browser.get("/en/account")
    assert asked.status == 303 and asked.location == "/en/sign-in?next=/en/account"
    seen = browser.fill(asked.location, email=giulia.email, password=PASSWORD)
    assert seen.location == "/en/account"


def test_after_five_attempts_on_one_address_a_strange_browser_is_offered_a_link(
    door: Doors, giulia: Person
) -> None:
    attempts = [door().post("/en/sign-in", {"email": giulia.email, "password": "wrong"}) for _ in range(6)]
    assert [seen.status for seen in attempts] == [422] * 5 + [429]
    assert "A link by email lets you in." in attempts[-1].text and giulia.email in attempts[-1].html


def test_a_network_from_which_nobody_gets_in_has_to_wait(door: Doors, giulia: Person) -> None:
    for number in range(10):
        door().post("/en/sign-in", {"email": f"nobody{number}@example.org", "password": "wrong"})
    refused = door().post("/en/sign-in", {"email": giulia.email, "password": PASSWORD})
    assert refused.status == 429 and "Wait a minute" in refused.text
    elsewhere = door().post(
        "/en/sign-in",
        {"email": giulia.email, "password": PASSWORD},
        environ_base={"REMOTE_ADDR": "192.0.2.7"},
    )
    assert elsewhere.status == 303


def test_twelve_people_of_one_workshop_sign_in_in_the_same_minute(
    door: Doors, make: Make, giulia: Person
) -> None:
    people = [make.person(f"Person {number}", password_hash=giulia.password_hash) for number in range(12)]
    answers = [door().post("/en/sign-in", {"email": each.email, "password": PASSWORD}) for each in people]
    assert {seen.status for seen in answers} == {303}


def test_signing_out_ends_the_sign_in_for_good_and_marks_open_sockets(
    app: Flask, door: Doors, giulia: Person
) -> None:
    browser = door(giulia)
    secret = secret_of(browser)
    seen = browser.post("/en/sign-out", follow=True)
    assert "You are signed out." in seen.text and secret_of(browser) is None
    thief = door()
    thief.carry(str(secret))
    assert thief.get("/en/account").status == 303
    with app.app_context():
        assert db.session.scalars(select(Revocation.person_id)).all() == [giulia.id]


def test_signing_out_twice_is_as_once(door: Doors, giulia: Person) -> None:
    assert door().post("/en/sign-out").location == "/en/"


def test_a_suspended_person_is_told_so_only_with_the_right_password(
    door: Doors, make: Make, giulia: Person
) -> None:
    make.person("Sam", email="sam@example.org", password_hash=giulia.password_hash, suspended_at=now())
    right = door().post("/en/sign-in", {"email": "sam@example.org", "password": PASSWORD})
    assert right.status == 422 and "suspended" in right.text
    wrong = door().post("/en/sign-in", {"email": "sam@example.org", "password": "not this one"})
    assert WRONG in wrong.text and "suspended" not in wrong.text


def test_a_sign_in_ends_after_thirty_days(
    door: Doors, giulia: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = door()
    browser.post("/en/sign-in", {"email": giulia.email, "password": PASSWORD})
    for days, status in ((29, 200), (31, 303)):
        later = now() + timedelta(days=days)
        with monkeypatch.context() as patch:
            patch.setattr("app.features.accounts.queries.now", lambda later=later: later)
            assert browser.get("/en/account").status == status


def test_somebody_signed_in_is_led_on_from_the_sign_in_page(door: Doors, giulia: Person) -> None:
    assert door(giulia).get("/en/sign-in?next=/en/account").location == "/en/account"


def test_outside_a_demo_there_are_no_invented_people_to_be(door: Doors, make: Make) -> None:
    make.person("Ioana", email="facilitator@demo.example", is_demo=True)
    assert door().get("/en/sign-in").soup.select_one("[name=demo]") is None
    assert door().post("/en/sign-in/demo", {"demo": "facilitator"}).status == 404
