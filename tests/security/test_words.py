"""What a stranger may write: names that deceive, texts of nothing, letters that become many."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.database import db
from app.features.accounts.models import Person
from app.features.initiatives.models import Initiative
from app.features.organisations.models import Organisation
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Cast, Make

Doors = Callable[..., Door]
ORGANISATION = {"name": "La Bottega", "type": "cooperative", "country": "IT", "sectors_text": "catering"}


def test_a_name_turns_no_letters_round_and_stays_on_its_line(app: Flask, door: Doors, cast: Cast) -> None:
    name = "Anna\u202egpj \u2066\n\nYour account is locked: https://evil.example"
    door(cast.member).fill("/en/account", name=name)
    with app.app_context():
        kept = db.session.get_one(Person, cast.member.id).name
    assert kept == "Annagpj Your account is locked: https://evil.example"


@pytest.mark.parametrize("nothing", ["\u200d", "\u00ad", "\u3164", "\u2800", "\u115f \u200c"])
def test_a_message_that_nobody_can_see_is_an_empty_one(
    door: Doors, cast: Cast, make: Make, nothing: str
) -> None:
    room = make.room(make.initiative(cast.organisation))
    seen = door(cast.member).fill(f"/en/rooms/{room.id}", "form:has([name=body])", body=nothing)
    assert seen.status == 422


@both_databases
def test_letters_that_fold_to_many_fit_into_what_is_searched(app: Flask, door: Doors, cast: Cast) -> None:
    many = "ﷺ"
    browser = door(cast.member)
    sent = browser.fill("/en/organisations/new", **{**ORGANISATION, "name": many * 160, "city": many * 80})
    assert sent.status == 303
    browser = door(cast.other)
    wanted = {"title": many * 120, "summary": "In short.", "lang": "en"}
    assert browser.post("/en/initiatives/new", wanted).status == 303
    with app.app_context():
        assert db.session.scalar(select(Organisation.folded_city).order_by(Organisation.id.desc()))
        assert db.session.scalar(select(Initiative.id))


@pytest.mark.parametrize("name", ["roles-²-title", f"roles-{'9' * 5000}-title"])
def test_a_row_of_a_form_with_a_strange_number_is_left_out(door: Doors, cast: Cast, name: str) -> None:
    wanted = {"title": "Seeds", "summary": "In short.", "lang": "en", name: "Logistics"}
    assert door(cast.member).post("/en/initiatives/new", wanted).status == 303


def test_a_role_with_an_endless_id_is_a_new_one(door: Doors, cast: Cast) -> None:
    role = {"roles-0-id": "9" * 5000, "roles-0-title": "Logistics", "roles-0-seats": "1"}
    wanted = {"title": "Seeds", "summary": "In short.", "lang": "en", **role}
    assert door(cast.member).post("/en/initiatives/new", wanted).status == 303


def test_a_thousand_names_cost_no_more_searches_than_ten(
    door: Doors, cast: Cast, count_queries: Callable[[], object]
) -> None:
    def queries(names: int) -> int:
        typed = ",".join(f"q{number:03}" for number in range(names))
        with count_queries() as statements:  # type: ignore[attr-defined]
            seen = browser.post("/en/organisations/new", {**ORGANISATION, "offers_text": typed})
        assert seen.status == 422
        return len(statements)

    browser = door(cast.member)
    queries(1)
    assert queries(190) == queries(10)
