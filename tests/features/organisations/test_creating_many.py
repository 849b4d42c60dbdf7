"""How many organisations one person can make, and what becomes of a name that another one has."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.core.actors import Actor
from app.core.clock import now
from app.core.database import db
from app.core.errors import AppError
from app.core.jobs import Job
from app.core.transactions import write_transaction
from app.features.accounts.announcements import AddressVerified
from app.features.accounts.models import Person
from app.features.organisations.models import Organisation, OrganisationState, ReviewReason
from app.features.organisations.services import admission, profile
from tests.support.app import both_databases
from tests.support.door import Door, Seen, filled_in
from tests.support.factories import Cast, Make

NEW = "/en/organisations/new"
FORM = {"name": "La Bottega", "type": "cooperative", "country": "IT", "sectors": "sector:food"}
DRAFT, PENDING, ADMITTED, SUSPENDED = OrganisationState
Enter = Callable[..., Door]


def _create(browser: Door, name: str, **fields: str) -> Seen:
    return browser.post(NEW, {**FORM, "name": name, **fields})


def _save(browser: Door, organisation: Organisation, part: str, **fields: str) -> Seen:
    """Save a part of a profile's form with some fields changed, also those that it shows after a question only."""
    page = f"/en/organisations/{organisation.slug}/edit/{part}"
    form = browser.get(page).soup.select_one("main form.form")
    assert form is not None
    return browser.post(page, {**filled_in(form), **fields})


def _states(app: Flask) -> dict[str, OrganisationState]:
    with app.app_context():
        rows = db.session.execute(select(Organisation.name, Organisation.state).order_by(Organisation.id))
        return {row.name: row.state for row in rows}


@both_databases
def test_second_organisation_of_person_within_30_days_waits_for_manager(
    app: Flask, cast: Cast, door: Enter
) -> None:
    browser = door(cast.newcomer)
    assert _create(browser, "La Prima").status == 303
    seen = browser.post(NEW, {**FORM, "name": "La Seconda"}, follow=True)
    assert _states(app)["La Prima"] is ADMITTED
    assert _states(app)["La Seconda"] is PENDING
    assert "the second one that its creator makes within 30 days" in seen.text
    assert "La Seconda" not in door().get("/en/organisations").text
    queue = door(cast.manager).get("/en/organisations").text
    assert "the second one that its creator makes within 30 days" in queue
    door(cast.manager).fill("/en/organisations", selector=".rows form")
    assert _states(app)["La Seconda"] is ADMITTED


def test_second_organisation_after_30_days_is_admitted_at_once(app: Flask, cast: Cast, door: Enter) -> None:
    browser = door(cast.newcomer)
    _create(browser, "La Prima")
    with app.app_context(), write_transaction():
        earlier = now() - timedelta(days=31)
        db.session.execute(
            update(Organisation).where(Organisation.name == "La Prima").values(created_at=earlier)
        )
    _create(browser, "La Seconda")
    assert _states(app)["La Seconda"] is ADMITTED


@both_databases
def test_twenty_seven_organisations_of_one_account_end_at_three_that_wait(
    app: Flask, cast: Cast, door: Enter
) -> None:
    browser = door(cast.newcomer)
    answers = [_create(browser, f"Una di tante {number}") for number in range(27)]
    mine = [state for name, state in _states(app).items() if name.startswith("Una di tante")]
    assert mine == [ADMITTED, PENDING, PENDING, PENDING]
    assert {each.status for each in answers[4:]} == {409}
    assert "Three organisations that you created wait for a manager." in answers[4].text
    assert "Una di tante 4" in str(answers[4].soup.select_one("#name")), "what was typed is kept"


def test_drafts_of_unverified_person_count_and_only_first_is_admitted(
    app: Flask, make: Make, door: Enter
) -> None:
    nora = make.person("Nora", verified=False)
    browser = door(nora)
    assert [_create(browser, f"Bozza {number}").status for number in range(4)] == [303, 303, 303, 409]
    with app.app_context(), write_transaction():
        person = db.session.get_one(Person, nora.id)
        person.verified_at = now()
        admission.advance_verified(AddressVerified(nora.id))
    assert [state for name, state in _states(app).items() if name.startswith("Bozza")] == [
        ADMITTED,
        PENDING,
        PENDING,
    ]


@both_databases
@pytest.mark.parametrize(
    "name",
    [
        "Il Filo Verde",
        "il  filo-verde",
        "IL FILO VÈRDE.",
        "Il F\u0456l\u043e V\u0435rd\u0435",
        "\u0399l Fil\u03bf Verde",
    ],
    ids=["same", "hyphen", "accent", "Cyrillic letters", "Greek letters"],
)
def test_name_of_another_in_same_country_is_asked_about(
    app: Flask, cast: Cast, door: Enter, name: str
) -> None:
    browser = door(cast.newcomer)
    seen = _create(browser, name)
    assert seen.status == 422
    assert "There is already “Il Filo Verde” in Italy. Is it yours?" in seen.text
    ways = {link.get("href") for link in seen.soup.select("main a")}
    assert f"/en/organisations/{cast.organisation.slug}/join" in ways
    assert list(_states(app)) == ["Il Filo Verde", "Zielona Spółdzielnia"]
    assert _create(browser, name, another_one="y").status == 303
    created = [kept for kept in _states(app) if kept == " ".join(name.split())]
    with app.app_context():
        newest = db.session.scalars(select(Organisation).order_by(Organisation.id.desc()).limit(1)).one()
        assert (newest.state, newest.review) == (PENDING, ReviewReason.NAMESAKE)
    assert created
    assert "has the name of another organisation" in door(cast.manager).get("/en/organisations").text


def test_same_name_in_another_country_is_not_asked_about(app: Flask, cast: Cast, door: Enter) -> None:
    assert _create(door(cast.newcomer), "Il Filo Verde", country="FR").status == 303
    with app.app_context():
        states = db.session.scalars(select(Organisation.state).where(Organisation.name == "Il Filo Verde"))
        assert set(states) == {ADMITTED}


def test_name_of_one_that_is_not_public_waits_without_giving_it_away(
    app: Flask, make: Make, cast: Cast, door: Enter
) -> None:
    make.organisation("La Bottega", state=PENDING, slug="bottega-hidden")
    seen = door(cast.newcomer).post(NEW, FORM, follow=True)
    assert "bottega-hidden" not in seen.html and "Is it yours" not in seen.text
    with app.app_context():
        newest = db.session.scalars(select(Organisation).order_by(Organisation.id.desc()).limit(1)).one()
        assert (newest.state, newest.review) == (PENDING, ReviewReason.NAMESAKE)


@both_databases
def test_renaming_to_name_of_another_is_refused_to_editor_and_left_to_manager(
    app: Flask, cast: Cast, make: Make, door: Enter
) -> None:
    mine = make.organisation("Bottega Nuova", country="IT", editor=cast.newcomer, sectors=("sector:food",))
    seen = _save(door(cast.newcomer), mine, "who", name="Il Filo Verde.")
    assert seen.status == 422
    assert "Only a manager can give a second organisation this name." in seen.text
    seen = _save(door(cast.newcomer), mine, "who", name="Il Filo Verde", another_one="y")
    assert seen.status == 422
    assert "Bottega Nuova" in _states(app)
    manager = door(cast.manager)
    assert "Is it yours?" in _save(manager, mine, "who", name="Il Filo Verde").text
    assert _save(manager, mine, "who", name="Il Filo Verde", another_one="y").status == 303
    assert "Bottega Nuova" not in _states(app)


def test_moving_namesake_into_same_country_is_the_same_door(cast: Cast, make: Make, door: Enter) -> None:
    mine = make.organisation("Il Filo Verde", country="FR", editor=cast.newcomer, sectors=("sector:food",))
    seen = _save(door(cast.newcomer), mine, "where", country="IT")
    assert seen.status == 422
    assert "Only a manager can give a second organisation this name." in seen.text


def test_renaming_one_that_waits_asks_and_marks_it_for_the_manager(
    app: Flask, cast: Cast, make: Make, door: Enter
) -> None:
    mine = make.organisation(
        "Bottega", country="IT", state=PENDING, editor=cast.newcomer, sectors=("sector:food",)
    )
    browser = door(cast.newcomer)
    assert "Is it yours?" in _save(browser, mine, "who", name="Il Filo Verde").text
    assert _save(browser, mine, "who", name="Il Filo Verde", another_one="y").status == 303
    with app.app_context():
        kept = db.session.get_one(Organisation, mine.id)
        assert (kept.name, kept.state, kept.review) == ("Il Filo Verde", PENDING, ReviewReason.NAMESAKE)


def test_saving_without_renaming_asks_nothing_about_an_old_namesake(
    cast: Cast, make: Make, door: Enter
) -> None:
    make.organisation("Il Filo Verde", country="IT")
    seen = _save(door(cast.member), cast.organisation, "who", legal_name="Il Filo Verde s.c.s.")
    assert seen.status == 303


@both_databases
def test_two_creating_same_name_at_once_leave_one_public(app: Flask, make: Make) -> None:
    people = [make.person(name) for name in ("Ada", "Bea")]
    barrier, outcomes = threading.Barrier(2), []

    def create(person: Person) -> None:
        with app.test_request_context("/en/"):
            barrier.wait(10)
            try:
                with write_transaction():
                    fields: Any = {**FORM, "sectors": ["sector:food"]}
                    outcomes.append(
                        profile.create(Actor(db.session.get_one(Person, person.id)), **fields).state
                    )
            except AppError as error:
                outcomes.append(error.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=create, args=(each,)) for each in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(map(str, outcomes)) == ["admitted", "invalid"]
    assert list(_states(app).values()) == [ADMITTED]


@both_databases
def test_two_organisations_of_one_person_at_once_leave_one_public(app: Flask, make: Make) -> None:
    ada = make.person("Ada")
    barrier, outcomes = threading.Barrier(2), []

    def create(name: str) -> None:
        with app.test_request_context("/en/"):
            barrier.wait(10)
            try:
                with write_transaction():
                    fields: Any = {**FORM, "name": name, "sectors": ["sector:food"]}
                    outcomes.append(
                        profile.create(Actor(db.session.get_one(Person, ada.id)), **fields).state.value
                    )
            finally:
                db.session.remove()

    threads = [threading.Thread(target=create, args=(each,)) for each in ("Prima", "Seconda")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["admitted", "pending"]


@both_databases
def test_editors_of_namesake_are_asked_and_let_the_person_in(app: Flask, cast: Cast, door: Enter) -> None:
    browser, page = door(cast.newcomer), f"/en/organisations/{cast.organisation.slug}/join"
    assert "Ask the editors of Il Filo Verde" in browser.get(page).text
    assert browser.fill(page, "main form").status == 303
    assert "You have asked already." in browser.fill(page, "main form", follow=True).text
    with app.app_context():
        mail = db.session.scalars(select(Job.payload).where(Job.kind == "mail")).one()
        assert mail["address"] == cast.member.email
        assert "Nora Newcomer" in mail["body"] and "/members" in mail["body"]
    members = f"/en/organisations/{cast.organisation.slug}/members"
    giulia = door(cast.member)
    assert "Nora Newcomer" in giulia.get(members).text
    assert giulia.fill(members, "form[action$='/let-in']").status == 303
    assert "Il Filo Verde" in browser.get("/en/organisations").soup.select_one(".who").get_text()
