"""Creating an organisation and saying what it is: from the form to the public page."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.announcements import listen
from app.core.audit import Audit
from app.core.clock import now
from app.core.database import db
from app.core.transactions import write_transaction
from app.features.organisations.announcements import OrganisationChanged
from app.features.organisations.models import LONGEST_NAME, LONGEST_STORY, Membership, Organisation
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Cast, Make

Enter = Callable[..., Door]
NEW = "/en/organisations/new"
FORM = {
    "name": "  L’Orto   di Łucja ",
    "type": "wise",
    "country": "IT",
    "city": "Torino",
    "sectors": ["sector:agriculture", "sector:food-catering"],
    "offers": ["skill:gardening"],
    "seeks_text": "commercio elettronico",
    "languages_text": "Italian, polacco",
    "story_lang": "it",
    "story": "Coltiviamo **orti** in città.",
}


@both_databases
def test_a_newcomer_creates_an_organisation_and_acts_for_it(cast: Cast, door: Enter) -> None:
    browser = door(cast.newcomer)
    assert browser.post(NEW, FORM).location == "/en/suggestions"
    seen = door().get("/en/organisations/l-orto-di-lucja")
    assert seen.soup.h1.get_text() == "L’Orto di Łucja"
    for words in (
        "Work-integration social enterprise",
        "Torino, Italy",
        "Catering and canteens",
        "E-commerce",
    ):
        assert words in seen.text
    assert "Italian, Polish" in seen.text
    story = seen.soup.select_one(".story")
    assert story["lang"] == "it"
    assert story.strong.get_text() == "orti"
    assert "L’Orto di Łucja" in browser.get("/en/organisations").soup.select_one(".who").get_text()


def test_search_engines_read_what_people_read(cast: Cast, door: Enter) -> None:
    door(cast.newcomer).post(NEW, FORM)
    soup = door().get("/en/organisations/l-orto-di-lucja").soup
    data = json.loads(soup.select_one("script[type='application/ld+json']").get_text())
    assert data["@type"] == "Organization"
    assert data["name"] == "L’Orto di Łucja"
    assert data["address"] == {"@type": "PostalAddress", "addressCountry": "IT", "addressLocality": "Torino"}
    assert "Gardening" in [term["name"] for term in data["knowsAbout"]]
    assert soup.select_one("link[rel=canonical]")["href"].endswith("/en/organisations/l-orto-di-lucja")


def test_a_name_with_a_script_in_it_stays_a_name(cast: Cast, door: Enter) -> None:
    name = "</script><script>alert(1)</script>"
    door(cast.newcomer).post(NEW, {**FORM, "name": name})
    seen = door().get("/en/organisations/script-script-alert-1-script")
    assert seen.soup.h1.get_text() == name
    assert "<script>alert" not in seen.html


@pytest.mark.parametrize(
    ("wrong", "field", "told"),
    [
        ({"name": " \u200b "}, "name", "Enter the name of your organisation."),
        ({"name": "x" * (LONGEST_NAME + 1)}, "name", "Too long: shorten it. Characters over: 1"),
        ({"type": "bank"}, "type", "Choose what kind of organisation it is."),
        ({"type": ""}, "type", "Choose what kind of organisation you are."),
        ({"country": "XX"}, "country", "Choose a country."),
        ({"story": "x" * (LONGEST_STORY + 1)}, "story", "Too long: shorten it. Characters over: 1"),
        ({"story_lang": "xx"}, "story_lang", "Choose the language that it is written in."),
    ],
)
def test_bad_input_is_told_at_its_field_and_what_was_typed_stays(
    app: Flask, cast: Cast, door: Enter, wrong: dict[str, str], field: str, told: str
) -> None:
    seen = door(cast.newcomer).post(NEW, {**FORM, **wrong})
    assert seen.status == 422
    assert told in seen.soup.select_one(f"#{field}-error").get_text()
    if field != "story":
        assert "Coltiviamo **orti** in città." in seen.soup.select_one("#story").get_text()
    boxes = {str(box["value"]) for box in seen.soup.select("input[type=checkbox][checked]")}
    assert {"sector:agriculture", "skill:gardening", "skill:e-commerce", "language:pl"} <= boxes
    with app.app_context():
        assert db.session.scalar(select(func.count(Organisation.id))) == 2


def test_the_same_form_sent_twice_makes_one_organisation(app: Flask, cast: Cast, door: Enter) -> None:
    browser = door(cast.newcomer)
    browser.post(NEW, FORM)
    seen = browser.post(NEW, FORM)
    assert seen.status == 422
    assert "You already act for an organisation of this name." in seen.text


def test_two_organisations_of_one_name_have_two_addresses(cast: Cast, door: Enter) -> None:
    door(cast.newcomer).post(NEW, FORM)
    door(cast.facilitator).post(NEW, {**FORM, "country": "FR"})
    for slug in ("l-orto-di-lucja", "l-orto-di-lucja-2"):
        assert door().get(f"/en/organisations/{slug}").status == 200


@pytest.mark.parametrize("name", ["New", "Acting", "Invitations"])
def test_no_organisation_takes_the_address_of_a_page(cast: Cast, door: Enter, name: str) -> None:
    door(cast.newcomer).post(NEW, {**FORM, "name": name})
    assert door().get(f"/en/organisations/{name.lower()}-2").status == 200


def test_a_name_in_greek_letters_has_a_speaking_address(cast: Cast, door: Enter) -> None:
    door(cast.newcomer).post(NEW, {**FORM, "name": "Πράσινη Γειτονιά"})
    assert door().get("/en/organisations/prasini-geitonia").status == 200


@both_databases
def test_an_editor_edits_the_whole_profile(app: Flask, cast: Cast, door: Enter) -> None:
    heard: list[object] = []
    listen(app, OrganisationChanged, heard.append)
    path = f"/en/organisations/{cast.organisation.slug}"
    seen = door(cast.member).fill(
        f"{path}/edit",
        "main form.form",
        name="Il Filo Rosso",
        city="Cuneo",
        website="filorosso.example.org",
        contact="ciao@example.org",
        founded="2009",
        sectors_text="orticoltura",
        region_text="Piemonte",
        goals_text="Sconfiggere la fame",
    )
    assert seen.location == path, seen.text
    page = door().get(path)
    for words in ("Il Filo Rosso", "Cuneo, Italy", "2009", "Market gardening", "Piedmont", "Zero hunger"):
        assert words in page.text
    assert page.soup.select_one("a[rel~=ugc]")["href"] == "https://filorosso.example.org"
    assert "ciao@example.org" not in page.html
    assert "Il Filo Rosso" in door().get("/en/organisations?q=rosso").text
    assert heard == [OrganisationChanged(cast.organisation.id)]
    with app.app_context():
        line = db.session.scalars(select(Audit).where(Audit.action == "organisation.edit")).one()
        assert line.before["name"] == "Il Filo Verde"
        assert line.after["sector"] == ["sector:agriculture-vegetables"]
        assert "country" not in line.after


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("website", "javascript:alert(1)", "Write the address of the website"),
        ("website", "http://[", "Write the address of the website"),
        ("contact", "nobody", "It has the form name@example.org"),
        ("founded", "about 1990", "Write a number in digits."),
        ("founded", "12", "Write the year with four digits"),
        ("employed", "-3", "Write a number in digits."),
        ("region_text", "Île-de-France", "This region is in another country."),
    ],
)
def test_a_mistake_in_the_profile_is_told_at_its_field(
    cast: Cast, door: Enter, field: str, value: str, told: str
) -> None:
    seen = door(cast.member).fill(
        f"/en/organisations/{cast.organisation.slug}/edit",
        "main form.form",
        **{"sectors_text": "orticoltura", field: value},
    )
    assert seen.status == 422
    assert told in seen.soup.select_one(f"#{field.removesuffix('_text')}-error").get_text()


@pytest.mark.parametrize("page", ["edit", "pause", "story"])
def test_who_may_not_edit_does_not_get_the_form(cast: Cast, door: Enter, make: Make, page: str) -> None:
    path = f"/en/organisations/{cast.organisation.slug}/{page}"
    for person in (cast.other, cast.representative, cast.facilitator, cast.newcomer):
        assert door(person).get(path).status == 403
        assert door(person).post(path, {"name": "Mine", "body": "Mine"}).status == 403
    assert door().get(path).status == 303
    for person in (cast.member, cast.manager):
        assert door(person).get(path).status == 200


@both_databases
def test_a_story_is_told_in_each_language_and_read_in_the_readers(cast: Cast, door: Enter) -> None:
    path = f"/en/organisations/{cast.organisation.slug}"
    editor = door(cast.member)
    assert editor.fill(f"{path}/story?in=fr", "main form.form", body="Nous cultivons.").status == 303
    seen = door().get(path)
    assert seen.soup.select_one(".story")["lang"] == "fr"
    editor.fill(f"{path}/story?in=en", "main form.form", body="We grow.")
    seen = door().get(path)
    assert seen.soup.select_one(".story").get_text(strip=True) == "We grow."
    assert not seen.soup.select_one(".story").has_attr("lang")
    assert seen.soup.select_one("details .story")["lang"] == "fr"
    assert (
        editor.get(f"{path}/story?in=fr").soup.select_one("#body").get_text(strip=True) == "Nous cultivons."
    )
    editor.fill(f"{path}/story?in=en", "main form.form", body="")
    assert "We grow." not in door().get(path).text


def test_a_pause_is_told_on_the_page_and_ends_by_itself(
    app: Flask, cast: Cast, door: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/en/organisations/{cast.organisation.slug}"
    until = (now() + timedelta(days=20)).date()
    assert door(cast.member).fill(f"{path}/pause", "main form.form", until=until.isoformat()).status == 303
    assert "Not taking partners until" in door().get(path).text
    with app.app_context(), write_transaction():
        organisation = db.session.get_one(Organisation, cast.organisation.id)
        organisation.paused_until = now() - timedelta(seconds=1)
    assert "Not taking partners until" not in door().get(path).text


@pytest.mark.parametrize(("until", "told"), [("2001-01-01", "from today on"), ("soon", "year-month-day")])
def test_a_pause_needs_a_day_to_come(cast: Cast, door: Enter, until: str, told: str) -> None:
    seen = door(cast.member).fill(
        f"/en/organisations/{cast.organisation.slug}/pause", "main form.form", until=until
    )
    assert seen.status == 422
    assert told in seen.soup.select_one("#until-error").get_text()


def test_the_track_record_names_partners_that_one_may_know(cast: Cast, door: Enter, make: Make) -> None:
    secret = make.organisation("Hidden One", state="pending")
    make.collaboration("Seeds", cast.organisation, cast.other_organisation, secret)
    text = door().get(f"/en/organisations/{cast.organisation.slug}").text
    assert "1 joint project completed Seeds Zielona Spółdzielnia" in text
    assert "Hidden One" not in text


def test_a_page_costs_the_same_whatever_is_on_it(
    cast: Cast, door: Enter, make: Make, count_queries: Callable[[], Any]
) -> None:
    small = make.organisation("Small", sectors=["sector:food"], offers=["skill:catering"], story="One.")
    large = make.organisation(
        "Large",
        sectors=["sector:food", "sector:care", "sector:waste"],
        offers=["skill:catering", "skill:gardening", "skill:cleaning"],
        seeks=["skill:marketing"],
        story="Two.",
    )
    for number in range(4):
        make.collaboration(f"P{number}", large, cast.organisation, cast.other_organisation)
    make.collaboration("P", small, cast.organisation)
    visitor = door()
    visitor.get(f"/en/organisations/{small.slug}")
    with count_queries() as few:
        visitor.get(f"/en/organisations/{small.slug}")
    with count_queries() as many:
        visitor.get(f"/en/organisations/{large.slug}")
    assert len(many) == len(few) <= 12


def test_a_creator_is_the_editor_of_what_she_made(app: Flask, cast: Cast, door: Enter) -> None:
    door(cast.newcomer).post(NEW, FORM)
    with app.app_context():
        membership = db.session.scalars(
            select(Membership).where(Membership.person_id == cast.newcomer.id)
        ).one()
        assert membership.role == "editor"


def test_the_clusters_countries_stand_first_in_the_list_of_countries(door: Enter, cast: Cast) -> None:
    """Then the others, each part by name; the first line asks to choose."""
    options = door(cast.newcomer).get(NEW).soup.select("select[name=country] option")
    codes = [str(option["value"]) for option in options]
    assert codes[:6] == ["", "BE", "CY", "FR", "IT", "PL"]
    assert codes[6] == "AF" and len(codes) == len(set(codes)) > 200
