"""Joining and verifying the address, through the pages and the mails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.clock import now
from app.core.database import db
from app.features.accounts.models import Login, Person
from tests.features.accounts.conftest import PASSWORD, Post
from tests.support.app import both_databases
from tests.support.door import Door, Seen, filled_in
from tests.support.factories import Make

Doors = Callable[..., Door]
ANNA = {"name": "Anna Bianchi", "email": "Anna@Example.org", "password": PASSWORD}


def join(browser: Door, path: str = "/en/join", **changes: str) -> Seen:
    """Fill in the page and go on to what follows."""
    return browser.fill(path, follow=True, **{**ANNA, **changes})


def people(app: Flask) -> list[Person]:
    """Everybody with an account."""
    with app.app_context():
        return list(db.session.scalars(select(Person).order_by(Person.id)))


@both_databases
def test_whoever_joins_verifies_her_address_with_one_button_and_is_in(
    app: Flask, door: Doors, post: Post
) -> None:
    browser = door()
    assert "We have written to anna@example.org" in join(browser, timezone="Europe/Rome").text
    link = post.link("/en/verify/")
    assert "anna@example.org" in browser.get(link).text
    seen = browser.fill(link, follow=True)
    assert "Your address is verified." in seen.text and "Anna Bianchi" in seen.text
    [anna] = people(app)
    assert (anna.email, anna.timezone, anna.locale) == ("anna@example.org", "Europe/Rome", "en")
    assert anna.verified_at is not None and anna.cluster_role == "member"


def test_a_program_that_opens_every_link_of_a_mail_verifies_nothing(
    app: Flask, door: Doors, post: Post
) -> None:
    join(door())
    link = post.link("/en/verify/")
    assert door().get(link).status == door().get(link).status == 200
    assert people(app)[0].verified_at is None


def test_on_another_device_the_link_asks_for_the_password_before_it_verifies(
    app: Flask, door: Doors, post: Post
) -> None:
    join(door())
    browser, link = door(), post.link("/en/verify/")
    seen = browser.fill(link)
    assert people(app)[0].verified_at is None
    with app.app_context():
        assert db.session.scalars(select(Login)).all() == []
    assert browser.fill(seen.location, email=ANNA["email"], password=PASSWORD).location == link
    assert "Your address is verified." in browser.fill(link, follow=True).text
    assert people(app)[0].verified_at is not None


def test_a_known_address_gets_the_same_answer_and_another_mail(
    app: Flask, door: Doors, post: Post, giulia: Person
) -> None:
    unknown = join(door())
    known = join(door(), email=giulia.email, name="Somebody else")
    assert unknown.status == known.status
    assert unknown.text.replace("anna@example.org", "…") == known.text.replace(giulia.email, "…")
    assert post.all()[-1]["address"] == giulia.email
    assert post.all()[-1]["subject"] == "You already have an account"
    assert [person.name for person in people(app)] == ["Giulia Rossi", "Anna Bianchi"]


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", " \u200b ", "Enter your name."),
        ("name", "x" * 121, "Too long: shorten it. Characters over: 1"),
        ("email", "anna at example.org", "This does not look like an email address."),
        ("password", "short", "At least 10 characters."),
        ("password", "aaaaaaaaaaaa", "Use more different characters."),
        ("password", "anna@example.org", "Choose something other than your email address."),
        ("password", "x1y2z3" * 50, "Too long: shorten it. Characters over: 44"),
    ],
)
def test_a_mistake_is_said_at_its_field_and_nothing_is_lost(
    app: Flask, door: Doors, field: str, value: str, says: str
) -> None:
    seen = door().fill("/en/join", **{**ANNA, field: value})
    assert seen.status == 422
    sentence = seen.soup.select_one(f"#{field}-error")
    assert sentence is not None and says in sentence.get_text()
    kept = {
        name: seen.soup.select_one(f"[name={name}]")["value"] for name in ("name", "email") if name != field
    }
    assert kept == {name: ANNA[name] for name in kept}
    assert people(app) == []


def test_a_time_zone_that_we_do_not_know_is_no_reason_to_stay_out(app: Flask, door: Doors) -> None:
    join(door(), timezone="Mars/Olympus")
    assert people(app)[0].timezone == "UTC"


def test_a_link_works_once(door: Doors, post: Post) -> None:
    browser = door()
    join(browser)
    link = post.link("/en/verify/")
    browser.fill(link)
    seen = door().get(link)
    assert seen.status == 410 and "opens nothing any more" in seen.text


def test_a_link_is_good_for_seven_days(door: Doors, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    join(door())
    later = now() + timedelta(days=8)
    monkeypatch.setattr("app.features.accounts.queries.now", lambda: later)
    assert door().get(post.link("/en/verify/")).status == 410


def test_a_new_mail_takes_the_place_of_the_first(app: Flask, door: Doors, post: Post) -> None:
    join(door())
    first = post.link("/en/verify/")
    browser = door(people(app)[0])
    assert "An email is on its way to you." in browser.post("/en/verify", follow=True).text
    assert door().get(first).status == 410
    assert browser.fill(post.link("/en/verify/")).status == 303
    assert "verified already" in browser.post("/en/verify", follow=True).text
    for _ in range(2):
        again = browser.post("/en/verify", follow=True)
    assert "We wrote to you already." in again.text


def test_joining_leads_back_to_the_page_that_was_wanted(door: Doors, post: Post) -> None:
    browser = door()
    join(browser, "/en/join?next=/en/account")
    assert browser.fill(post.link("/en/verify/")).location == "/en/account"


def test_one_address_gets_no_more_than_three_mails_an_hour(door: Doors, post: Post) -> None:
    answers = [join(door()) for _ in range(4)]
    assert [seen.status for seen in answers] == [200, 200, 200, 200]
    assert len(post.all()) == 3


def test_mails_speak_the_language_of_their_reader(app: Flask, door: Doors, make: Make, post: Post) -> None:
    make.person("Marek", email="marek@example.org", locale="it")
    join(door(), email="marek@example.org")
    assert post.all()[-1]["lang"] == "it"


def test_form_sent_to_another_host_is_refused_and_mails_nothing(door: Doors, post: Post) -> None:
    client, forged = door().client, "http://evil.example"
    form = Seen(client.get("/en/join")).soup.select_one("main form")
    assert form is not None
    assert client.get("/en/join", base_url=forged).status_code == 421
    sent = client.post("/en/join", base_url=forged, data={**filled_in(form), **ANNA})
    assert sent.status_code == 421
    assert not post.all()


def test_mails_lead_to_the_public_address(door: Doors, post: Post) -> None:
    join(door())
    assert "http://127.0.0.1:5000/en/verify/" in post.all()[-1]["body"]


def test_somebody_signed_in_is_led_on_from_the_joining_page(door: Doors, giulia: Person) -> None:
    assert door(giulia).get("/en/join").location == "/en/"
