"""Editing an initiative by the form as it stands on the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.core.audit import Audit
from app.core.database import db
from app.features.initiatives.models import (
    InitiativeState,
    WantedRole,
    WantKind,
)
from tests.features.initiatives.form import FORM, WORDS, error_at, the_initiative, wants
from tests.support.app import both_databases
from tests.support.door import Door, filled_in
from tests.support.factories import Cast, Make

Enter = Callable[..., Door]


@both_databases
def test_editing_changes_what_was_changed_and_keeps_the_rest(
    app: Flask, make: Make, cast: Cast, door: Enter
) -> None:
    initiative = make.initiative(
        cast.organisation, roles=(("Logistics", 1), ("Evaluation", 2)), wants=["skill:logistics"], lang="it"
    )
    kept_id = make.roles(initiative)[0].id
    path = f"/en/initiatives/{initiative.slug}/edit"
    form = filled_in(door(cast.member).get(path).soup.select_one(FORM))
    data = {name: value for name, value in form.items() if not name.startswith("roles-1-")}
    member = door(cast.member)
    data |= {
        "csrf_token": member.page_token(),
        "title": "Semi",
        "other_lang": "en",
        "other_title": "Seeds",
        "other_summary": "In short.",
        "roles-0-seats": "3",
        "roles-2-title": "Translation",
        "roles-2-seats": "1",
    }
    assert member.post(path, data).status == 303
    edited = the_initiative(app)
    assert edited.slug == initiative.slug
    assert {text.lang: text.title for text in edited.texts} == {"it": "Semi", "en": "Seeds"}
    assert [(role.title, role.seats) for role in edited.roles] == [("Logistics", 3), ("Translation", 1)]
    assert edited.roles[0].id == kept_id
    assert wants(edited.roles[0], WantKind.CONCEPT) == {"skill:logistics"}
    with app.app_context():
        noted = db.session.scalars(select(Audit).where(Audit.action == "initiative.edit")).one()
    assert set(noted.after) == {"titles", "roles"}


def test_the_two_languages_can_change_places(app: Flask, make: Make, cast: Cast, door: Enter) -> None:
    initiative = make.initiative(cast.organisation, "Seeds", lang="en")
    path = f"/en/initiatives/{initiative.slug}/edit"
    other = {"other_lang": "it", "other_title": "Semi", "other_summary": "In breve."}
    assert door(cast.member).fill(path, FORM, **other).status == 303
    swapped = {"lang": "it", "title": "Semi", "other_lang": "en", "other_title": "Seeds"}
    assert door(cast.member).fill(path, FORM, **swapped).status == 303
    edited = the_initiative(app)
    assert edited.lang == "it"
    assert {text.lang: text.title for text in edited.texts} == {"it": "Semi", "en": "Seeds"}
    same = door(cast.member).fill(path, FORM, other_lang="it")
    assert error_at(same, "other_lang") == "This is the language above. Choose another one."


def test_there_are_never_fewer_seats_than_are_taken(app: Flask, make: Make, cast: Cast, door: Enter) -> None:
    initiative = make.initiative(cast.organisation, roles=(("Logistics", 3), ("Evaluation", 1)))
    first, second = make.roles(initiative)
    make.partner(initiative, cast.other_organisation, first)
    make.partner(initiative, make.organisation("Zaadgoed"), first)
    make.application(second, make.organisation("Roule Petit"), cast.other)
    path = f"/en/initiatives/{initiative.slug}/edit"
    answer = door(cast.member).fill(path, FORM, **{"roles-0-seats": "1"})
    assert answer.status == 422
    assert error_at(answer, "roles-0-seats") == "2 seats are taken: there cannot be fewer."
    assert door(cast.member).fill(path, FORM, **{"roles-0-seats": "2"}).status == 303
    form = filled_in(door(cast.member).get(path).soup.select_one(FORM))
    for gone, title in (("roles-0-", "Logistics"), ("roles-1-", "Evaluation")):
        member = door(cast.member)
        data = {name: value for name, value in form.items() if not name.startswith(gone)}
        refused = member.post(path, {**data, "csrf_token": member.page_token()})
        assert refused.status == 422
        assert f"“{title}” cannot go" in refused.text
    assert [role.seats for role in the_initiative(app).roles] == [2, 1]


def test_a_role_of_another_initiative_cannot_be_taken_over(
    app: Flask, make: Make, cast: Cast, door: Enter
) -> None:
    initiative = make.initiative(cast.organisation, roles=())
    foreign = make.roles(make.initiative(cast.other_organisation, "Theirs"))[0]
    data = {
        **WORDS,
        "lang": "en",
        "roles-0-id": str(foreign.id),
        "roles-0-title": "Mine",
        "roles-0-seats": "1",
    }
    answer = door(cast.member).post(f"/en/initiatives/{initiative.slug}/edit", data)
    assert answer.status == 422
    assert "This role is not there any more." in error_at(answer, "roles-0-title")
    assert [role.title for role in make.roles(make_ref(foreign))] == ["Logistics"]


def make_ref(role: WantedRole) -> Any:
    """Whatever has the id of a role's initiative."""
    return type("Reference", (), {"id": role.initiative_id})()


def test_only_the_lead_edits(make: Make, cast: Cast, door: Enter) -> None:
    path = f"/en/initiatives/{make.initiative(cast.organisation).slug}/edit"
    for person in (cast.other, cast.newcomer, cast.facilitator, cast.manager):
        assert door(person).get(path).status == 403
        assert door(person).post(path, {**WORDS, "lang": "en"}).status == 403
    assert door().get(path).status == 303
    assert door(cast.representative).get(path).status == 200
    draft = make.initiative(cast.organisation, "Draft", state=InitiativeState.DRAFT)
    assert door(cast.other).get(f"/en/initiatives/{draft.slug}/edit").status == 404
    assert door(cast.manager).get(f"/en/initiatives/{draft.slug}/edit").status == 403


def test_what_is_written_in_a_form_says_its_language(make: Make, cast: Cast, door: Enter) -> None:
    """So that a screen reader reads it in the right voice, whatever the language of the page."""
    initiative = make.initiative(cast.organisation, roles=(("Logistica", 1),), lang="it")
    page = door(cast.member).get(f"/en/initiatives/{initiative.slug}/edit").soup
    for name in ("title", "summary", "challenge", "roles-0-title"):
        field = page.select_one(f'{FORM} [name="{name}"]')
        assert field is not None and field["lang"] == "it", name
    removal = page.select_one('[name="remove_role"] [lang]')
    assert removal is not None and (removal["lang"], removal.text) == ("it", "Logistica")
