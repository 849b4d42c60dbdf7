"""Posting an initiative by the form as it stands on the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.database import db
from app.features.initiatives.models import (
    MOST_ROLES,
    Initiative,
    InitiativeState,
    WantKind,
)
from app.features.organisations.models import OrganisationState
from tests.features.initiatives.form import FORM, WORDS, error_at, the_initiative, wants
from tests.support.app import both_databases
from tests.support.door import Door, Seen, filled_in
from tests.support.factories import Cast, Make

Enter = Callable[..., Door]
NEW = "/en/initiatives/new"
ROLE = {"roles-0-title": "Logistics", "roles-0-seats": "2", "roles-0-skills_text": "ristorazione, Composting"}


def round_trip(door: Door, path: str, button: tuple[str, str], **typed: Any) -> Seen:
    """Fill in the form and press a button that brings it back."""
    form = door.get(path).soup.select_one(FORM)
    return send(door, path, {**filled_in(form), **typed, button[0]: button[1]})


def send(door: Door, path: str, data: dict[str, Any]) -> Seen:
    """Send what a form holds."""
    return Seen(door.client.post(path, data=data))


def titles(page: Seen) -> list[str]:
    """What stands in the rows of the roles, from above."""
    return [field["value"] for field in page.soup.select("input[id$=-title][name^=roles-]")]


@both_databases
def test_a_member_posts_a_draft_with_the_seats_it_lacks(app: Flask, cast: Cast, door: Enter) -> None:
    answer = door(cast.representative).fill(
        NEW,
        FORM,
        **WORDS,
        **ROLE,
        **{
            "lang": "en",
            "other_lang": "it",
            "other_title": "Semi oltre confine",
            "other_summary": "Cinque città.",
            "roles-0-countries_text": "Belgio, FR",
            "roles-0-types": ["university", "foundation"],
            "sectors_text": "Gardening",
            "starts": "2027-03-01",
            "ends": "2028-10-31",
        },
    )
    assert (answer.status, answer.location) == (303, "/en/initiatives/seeds-across-borders")
    kept = the_initiative(app)
    assert (kept.state, kept.lang, kept.lead_id) == (InitiativeState.DRAFT, "en", cast.organisation.id)
    assert (kept.starts, kept.ends) == (date(2027, 3, 1), date(2028, 10, 31))
    assert {text.lang: text.title for text in kept.texts} == {
        "en": WORDS["title"],
        "it": "Semi oltre confine",
    }
    assert [partner.organisation_id for partner in kept.partners] == [cast.organisation.id]
    (role,) = kept.roles
    assert (role.title, role.seats) == ("Logistics", 2)
    assert wants(role, WantKind.CONCEPT) == {"skill:catering", "skill:composting"}
    assert wants(role, WantKind.COUNTRY) == {"BE", "FR"}
    assert wants(role, WantKind.TYPE) == {"university", "foundation"}
    assert "sector:green-gardening" in {link.concept.code for link in kept.concepts}


def test_only_organisations_in_the_cluster_post(app: Flask, make: Make, cast: Cast, door: Enter) -> None:
    nora = make.person("Nora")
    make.organisation("Not yet", editor=nora, state=OrganisationState.PENDING)
    for person, told in (
        (cast.newcomer, "Create your organisation first"),
        (cast.manager, "Create your organisation first"),
        (nora, "as soon as it is admitted"),
    ):
        page = door(person).get(NEW)
        assert page.status == 403
        assert told in page.text
        assert door(person).post(NEW, {**WORDS, "lang": "en"}).status == 403
    assert door().get(NEW).status == 303
    with app.app_context():
        assert db.session.scalars(select(Initiative.id)).all() == []


def test_what_lacks_is_told_at_its_field_and_what_was_typed_stays(
    app: Flask, cast: Cast, door: Enter
) -> None:
    answer = door(cast.member).fill(
        NEW,
        FORM,
        title=" \u200b",
        summary="x" * 401,
        challenge="Kept as it was.",
        starts="2028-01-01",
        ends="2027-01-01",
        **{"roles-0-title": "", "roles-0-seats": "21", "roles-0-skills_text": "catering, zzzz"},
    )
    assert answer.status == 422
    assert error_at(answer, "title") == "Give the initiative a title."
    assert error_at(answer, "summary") == "Too long: shorten it. Characters over: 1"
    assert "We do not know “zzzz”" in error_at(answer, "roles-0-skills")
    assert "Kept as it was." in answer.html
    assert answer.soup.select_one('input[name="roles-0-skills"][value="skill:catering"]').has_attr("checked")
    assert answer.soup.select_one("#roles-0-skills")["value"] == "zzzz"
    links = {link["href"] for link in answer.soup.select(".notice-problem a")}
    assert error_at(answer, "roles-0-seats") == "Write a number of seats from 1 to 20."
    assert "Role 1, Seats: Write a number of seats" in answer.text
    assert links == {"#title", "#summary", "#roles-0-seats", "#roles-0-skills"}
    assert all(answer.soup.select_one(link) for link in links)


def test_what_the_service_refuses_stands_at_its_field_too(cast: Cast, door: Enter) -> None:
    answer = door(cast.member).fill(
        NEW,
        FORM,
        **WORDS,
        **{
            "starts": "2028-01-01",
            "ends": "2027-01-01",
            "lang": "xx",
            "other_title": "Only a title",
            "roles-0-title": "",
            "roles-0-seats": "2",
            "roles-0-skills_text": "catering",
        },
    )
    assert answer.status == 422
    assert error_at(answer, "ends") == "It cannot end before it starts."
    assert error_at(answer, "lang") == "Choose the language that it is written in."
    assert error_at(answer, "other_lang") == "Choose the language that it is written in."
    assert error_at(answer, "other_summary") == "Say in a sentence or two what it is about."
    assert error_at(answer, "roles-0-title") == "Say in a few words what this role does."


@pytest.mark.parametrize("seats", ["0", "21", "-1", "two", "", "1.5", "٣", "9" * 30])
def test_a_role_has_one_to_twenty_seats(seats: str, app: Flask, cast: Cast, door: Enter) -> None:
    answer = door(cast.member).fill(NEW, FORM, **WORDS, **{**ROLE, "roles-0-seats": seats})
    assert answer.status == 422
    assert error_at(answer, "roles-0-seats") == "Write a number of seats from 1 to 20."
    assert answer.soup.select_one("#roles-0-seats")["value"] == seats


def test_a_day_that_is_none_is_told(cast: Cast, door: Enter) -> None:
    answer = door(cast.member).fill(NEW, FORM, **WORDS, starts="31/02/2027")
    assert "Write the day as year-month-day" in error_at(answer, "starts")
    assert answer.soup.select_one("#starts")["value"] == "31/02/2027"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sectors", "skill:catering"),
        ("sectors", "sector:none"),
        ("roles-0-skills", "sector:food"),
        ("roles-0-types", "kingdom"),
        ("roles-0-countries", "country:XX"),
    ],
)
def test_a_concept_that_is_none_is_refused(
    field: str, value: str, app: Flask, cast: Cast, door: Enter
) -> None:
    data = {**WORDS, "lang": "en", "roles-0-title": "Logistics", "roles-0-seats": "1", field: value}
    answer = door(cast.member).post(NEW, data)
    assert answer.status == 422
    assert answer.soup.select_one(f"#{field}-error"), field
    with app.app_context():
        assert db.session.scalars(select(Initiative.id)).all() == []


def test_rows_of_roles_come_and_go_without_a_script_and_keep_everything(cast: Cast, door: Enter) -> None:
    member = door(cast.member)
    page = round_trip(
        member,
        NEW,
        ("add_role", "1"),
        title="Half a",
        **{**ROLE, "roles-0-seats": "many", "sectors_text": "food, zz"},
    )
    assert page.status == 200
    names = {field["name"] for field in page.soup.select("[name^=roles-]")}
    assert {"roles-0-title", "roles-1-title", "roles-1-seats"} <= names
    assert page.soup.select_one("#roles-1-title").has_attr("autofocus")
    assert page.soup.select_one("#title")["value"] == "Half a"
    assert page.soup.select_one("#roles-0-title")["value"] == "Logistics"
    assert page.soup.select_one("#roles-0-seats")["value"] == "many"
    assert len(page.soup.select('input[name="roles-0-skills"][checked]')) == 2
    assert "zz" in page.soup.select_one("#sectors")["value"]
    assert not page.soup.select(".notice-problem")

    typed = {**filled_in(page.soup.select_one(FORM)), "roles-1-title": "Evaluation", "remove_role": "0"}
    fewer = send(member, NEW, typed)
    assert titles(fewer) == ["Evaluation"]
    more = send(member, NEW, {**filled_in(fewer.soup.select_one(FORM)), "add_role": "1"})
    assert titles(more) == ["Evaluation", ""]
    last = more.soup.select('button[name="remove_role"]')[0]["value"]
    none = send(member, NEW, {**filled_in(more.soup.select_one(FORM)), "remove_role": last})
    assert titles(none) == [""]
    assert titles(send(member, NEW, {**filled_in(none.soup.select_one(FORM)), "remove_role": "x"})) == [""]


def test_the_form_offers_no_more_roles_than_one_initiative_can_have(
    app: Flask, cast: Cast, door: Enter
) -> None:
    member = door(cast.member)
    rows = {f"roles-{place}-title": f"Role {place}" for place in range(MOST_ROLES)}
    rows |= {f"roles-{place}-seats": "1" for place in range(MOST_ROLES)}
    page = member.post(NEW, {**WORDS, "lang": "en", **rows, "add_role": "1"})
    assert len(page.soup.select("input[id$=-title][name^=roles-]")) == MOST_ROLES
    assert not page.soup.select('button[name="add_role"]')
    assert "An initiative can have no more roles than this" in page.text
    kept = member.post(
        NEW, {**WORDS, "lang": "en", **rows, "roles-99-title": "One more", "roles-99-seats": "1"}
    )
    assert kept.status == 303
    assert len(the_initiative(app).roles) == MOST_ROLES


def test_enter_saves_and_does_not_remove_a_role(cast: Cast, door: Enter) -> None:
    first = door(cast.member).get(NEW).soup.select_one(f"{FORM} button")
    assert first.get("name") is None
    assert first.get("type", "submit") == "submit"


def test_an_empty_row_does_not_count(app: Flask, cast: Cast, door: Enter) -> None:
    assert door(cast.member).fill(NEW, FORM, **WORDS).status == 303
    assert the_initiative(app).roles == []


def test_the_same_title_twice_gets_an_address_of_its_own(cast: Cast, door: Enter) -> None:
    member = door(cast.member)
    found = [member.fill(NEW, FORM, **{**WORDS, "title": title}).location for title in ("New", "Νέο", "New")]
    assert found == ["/en/initiatives/new-2", "/en/initiatives/neo", "/en/initiatives/new-3"]


def test_an_expired_page_keeps_what_was_typed(app: Flask, cast: Cast, door: Enter) -> None:
    member = door(cast.member)
    answer = send(member, NEW, {**WORDS, **ROLE, "lang": "en", "csrf_token": "old"})
    assert answer.status == 400
    again = member.post(
        answer.soup.select_one("main form")["action"], filled_in(answer.soup.select_one("main form"))
    )
    assert again.status == 303
    assert the_initiative(app).roles[0].title == "Logistics"
