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
from app.features.taxonomy.models import Concept
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
def in_days(days: int) -> str:
    return (now().date() + timedelta(days=days)).isoformat()


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
    assert data["address"] == {
        "@type": "PostalAddress",
        "addressCountry": "IT",
        "addressLocality": "Torino",
        "addressRegion": "Piedmont",
    }
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
    editor = door(cast.member)
    parts: dict[str, dict[str, str]] = {
        "who": {"name": "Il Filo Rosso", "registry_scheme": "it.iva", "registry_number": "IT 00743110157"},
        "where": {"city": "Cuneo", "access_notes": "No steps."},
        "what": {"sectors_text": "orticoltura", "goals_text": "Sconfiggere la fame"},
        "together": {"cooperation": "cooperation:joint-bid", "cooperation_until": in_days(60)},
        "numbers": {"founded": "2009", "employed": "8", "disadvantaged": "5", "volunteers": "3"},
        "contact": {
            "website": "filorosso.example.org",
            "contact": "ciao@example.org",
            "phone": "+39 011 123456",
            "phone_public": "y",
            "social_links": "https://www.facebook.com/filorosso\n",
        },
    }
    for part, fields in parts.items():
        seen = editor.fill(f"{path}/edit/{part}", "main form.form", **fields)
        assert seen.location == f"{path}/edit", seen.text
    page = door().get(path)
    words = [
        "Il Filo Rosso",
        "Cuneo, Italy",
        "2009",
        "Market gardening",
        "Piedmont",
        "Zero hunger",
        "No steps.",
    ]
    for each in (
        *words,
        "Bidding or applying together",
        "Volunteers 3",
        "+39 011 123456",
        "facebook.com/filorosso",
        "Partita IVA 00743110157",
    ):
        assert each in page.text
    assert page.soup.select_one("a[rel~=ugc]")["href"] == "https://filorosso.example.org"
    assert "ciao@example.org" not in page.html
    assert "Il Filo Rosso" in door().get("/en/organisations?q=rosso").text
    assert heard == [OrganisationChanged(cast.organisation.id)] * 6
    with app.app_context():
        who, _, what, *_ = db.session.scalars(
            select(Audit).where(Audit.action == "organisation.edit").order_by(Audit.id)
        )
        assert who.before["name"] == "Il Filo Verde"
        assert what.after["sector"] == ["sector:agriculture-vegetables"]
        assert "type" not in who.after
        kept = db.session.get_one(Organisation, cast.organisation.id)
        assert (kept.version, kept.lat, kept.lon, kept.place_id) == (7, 44.391, 7.548, 3177700)


@pytest.mark.parametrize(
    ("part", "field", "value", "told"),
    [
        ("contact", "website", "javascript:alert(1)", "Write the address of the website"),
        ("contact", "website", "http://[", "Write the address of the website"),
        ("contact", "website", "https://bank.example@evil.example", "Write the address of the website"),
        ("contact", "website", "https://p\u0430ypal.com", "Write the address of the website"),
        ("contact", "contact", "nobody", "It has the form name@example.org"),
        ("contact", "phone", "call me", "Write the number with its country"),
        ("contact", "social_links", "https://example.org/us", "is not an address of a social network"),
        (
            "contact",
            "social_links",
            "\n".join(f"https://x.com/{n}" for n in range(6)),
            "At most 5 addresses.",
        ),
        ("numbers", "founded", "about 1990", "Write a number in digits."),
        ("numbers", "founded", "12", "Write the year with four digits"),
        ("numbers", "employed", "-3", "Write a number in digits."),
        ("numbers", "employed", "9" * 400, "Write a number in digits."),
        ("numbers", "employed", "99999999", "Write a number of people."),
        ("numbers", "disadvantaged", "3", "These are more people than you employ."),
        ("where", "region_text", "Île-de-France", "This region is in another country."),
        ("together", "cooperation", "skill:gardening", "is not in this list"),
        ("together", "cooperation_until", in_days(-1), "Choose a day from today on"),
        ("together", "cooperation_until", in_days(900), "Choose a day from today on"),
        ("together", "cooperation_until", "soon", "Write the day as year-month-day"),
        ("where", "country", "XX", "Choose a country."),
        ("who", "registry_number", "123", "Look for a digit that is missing or wrong."),
    ],
)
def test_a_mistake_in_the_profile_is_told_at_its_field(
    cast: Cast, door: Enter, part: str, field: str, value: str, told: str
) -> None:
    given = {"registry_scheme": "it.iva"} if part == "who" else {"employed": "2"} if part == "numbers" else {}
    seen = door(cast.member).fill(
        f"/en/organisations/{cast.organisation.slug}/edit/{part}", "main form.form", **{**given, field: value}
    )
    assert seen.status == 422
    assert told in seen.soup.select_one(f"#{field.removesuffix('_text')}-error").get_text()


def test_what_another_editor_saved_meanwhile_is_shown_and_nothing_is_lost(
    app: Flask, cast: Cast, door: Enter
) -> None:
    path = f"/en/organisations/{cast.organisation.slug}/edit/contact"
    late = door(cast.member)
    opened = late.get(path).soup.select_one("#version")["value"]
    door(cast.manager).fill(path, "main form.form", website="https://first.example.org")
    form = {"version": opened, "website": "https://second.example.org", "contact": "us@example.org"}
    seen = late.post(path, form)
    assert seen.status == 409
    assert "Somebody else changed the profile" in seen.text
    assert "Website https://first.example.org" in seen.text
    assert seen.soup.select_one("#website")["value"] == "https://second.example.org"
    now_open = seen.soup.select_one("#version")["value"]
    assert late.post(path, {**form, "version": str(now_open)}).status == 303
    assert "https://second.example.org" in door().get(f"/en/organisations/{cast.organisation.slug}").html


def test_a_town_gives_region_and_coordinates_and_its_namesakes_are_told_apart(
    app: Flask, cast: Cast, door: Enter, make: Make
) -> None:
    organisation = make.organisation("Rio", country="FR", editor=cast.newcomer)
    editor, path = door(cast.newcomer), f"/en/organisations/{organisation.slug}/edit/where"
    seen = editor.fill(path, "main form.form", city="Saint-Denis")
    assert "Several towns have this name. Choose yours." in seen.soup.select_one("#place-error").get_text()
    towns = {label.get_text(strip=True): label.input["value"] for label in seen.soup.select("#place label")}
    chosen = towns["Saint-Denis, Île-de-France, France"]
    fields = {"version": "1", "country": "FR", "city": "Saint-Denis", "place": str(chosen)}
    assert editor.post(path, fields).status == 303
    with app.app_context():
        kept = db.session.get_one(Organisation, organisation.id)
        assert (kept.lat, kept.lon, str(kept.place_id)) == (48.936, 2.354, chosen)
    editor.post(path, {"version": "2", "country": "FR", "city": "No Such Town"})
    with app.app_context():
        kept = db.session.get_one(Organisation, organisation.id)
        assert (kept.city, kept.lat, kept.place_id) == ("No Such Town", None, None)


def test_a_province_that_was_chosen_stays_where_the_gazetteer_knows_the_region_alone(
    app: Flask, cast: Cast, door: Enter, make: Make
) -> None:
    organisation = make.organisation("La Meuse", country="BE", editor=cast.newcomer)
    path = f"/en/organisations/{organisation.slug}/edit/where"

    def region_after(version: str, region: str) -> str | None:
        fields = {"version": version, "country": "BE", "city": "Namur", "region": region}
        assert door(cast.newcomer).post(path, fields).status == 303
        with app.app_context():
            kept = db.session.get_one(Organisation, organisation.id)
            return db.session.get_one(Concept, kept.region_id).code

    assert region_after("1", "region:be-namur") == "region:be-namur"
    assert region_after("2", "region:be-antwerpen") == "region:be-wallonie"


def test_a_greek_name_has_a_latin_form_that_its_editors_may_change(cast: Cast, door: Enter) -> None:
    path = f"/en/organisations/{cast.organisation.slug}"
    editor = door(cast.member)
    editor.fill(f"{path}/edit/who", "main form.form", name="Πράσινη Γειτονιά του Παύλου")
    assert "Prasini Geitonia tou Pavlou" in door().get(path).text
    editor.fill(f"{path}/edit/who", "main form.form", latin_name="Green Neighbourhood")
    assert "Green Neighbourhood" in door().get(path).text
    editor.fill(f"{path}/edit/who", "main form.form", name="Il Filo")
    assert "Green Neighbourhood" not in door().get(path).text


@pytest.mark.parametrize("page", ["edit/who", "logo", "pause", "story"])
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


def test_town_whose_name_several_have_is_asked_for_when_an_organisation_is_created(
    app: Flask, cast: Cast, door: Enter
) -> None:
    """Instead of standing in the largest one on the map, unasked."""
    browser = door(cast.newcomer)
    asked = browser.post(NEW, {**FORM, "city": "San Giovanni"})
    assert asked.status == 422 and "Several towns have this name. Choose yours." in asked.text
    towns = [int(choice["value"]) for choice in asked.soup.select("input[name=place]")]
    assert len(towns) > 1
    chosen = towns[-1]
    assert browser.post(NEW, {**FORM, "city": "San Giovanni", "place": str(chosen)}).status == 303
    with app.app_context():
        assert (
            db.session.scalars(select(Organisation.place_id).order_by(Organisation.id.desc())).first()
            == chosen
        )


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
