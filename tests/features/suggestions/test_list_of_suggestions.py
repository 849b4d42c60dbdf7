"""The list of suggestions, through the door: who is proposed, why, and what changes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import Tag
from flask import Flask
from flask_babel import force_locale

from app import create_app
from app.core.actors import Actor
from app.core.announcements import announce
from app.core.database import db
from app.core.doors.transaction import writing
from app.features.accounts.models import Person
from app.features.organisations.announcements import OrganisationChanged
from app.features.organisations.models import (
    Organisation,
    OrganisationConcept,
    OrganisationState,
    Relation,
)
from app.features.suggestions.presenters import rows
from app.features.suggestions.queries import suggestions_for
from app.features.taxonomy.models import Concept
from config import Settings
from tests.support.app import both_databases
from tests.support.door import Door, Seen
from tests.support.factories import Cast, Make

PLACE = "/en/suggestions"


@pytest.fixture
def cluster(make: Make, cast: Cast) -> dict[str, Organisation]:
    """Six organisations around Giulia's, which gardens, offers gardening and seeks e-commerce."""
    give(make.app, cast.organisation, Relation.SECTOR, "sector:agriculture")
    give(make.app, cast.organisation, Relation.OFFERS, "skill:gardening")
    give(make.app, cast.organisation, Relation.SEEKS, "skill:e-commerce")
    give(make.app, cast.organisation, Relation.LANGUAGE, "language:en")
    return {
        "gardeners": make.organisation(
            "Zielone Ogrody",
            country="PL",
            sectors=["sector:agriculture"],
            seeks=["skill:gardening"],
            languages=["language:en"],
            story="Ogrody w czterech dzielnicach.",
            lang="pl",
        ),
        "shop": make.organisation("Boutique du Canal", country="FR", offers=["skill:e-commerce"]),
        "here": make.organisation("Orti di Torino", country="IT", sectors=["sector:agriculture"]),
        "pending": make.organisation(
            "Noch nicht da", country="DE", sectors=["sector:agriculture"], state=OrganisationState.PENDING
        ),
    }


def give(app: Flask, organisation: Organisation, relation: Relation, code: str) -> None:
    """Add a concept to a profile, as a service of the organisations does."""
    with app.app_context(), writing():
        concept = db.session.query(Concept).filter_by(code=code).one()
        link = OrganisationConcept(organisation_id=organisation.id, concept_id=concept.id, relation=relation)
        db.session.add(link)
        announce(OrganisationChanged(organisation.id))


def names(seen: Seen) -> list[str]:
    """The organisations in the list, in order."""
    return [title.get_text() for title in seen.soup.select(".rows .row-title")]


def entry(seen: Seen, name: str) -> Tag:
    """The row of one organisation."""
    found = [row for row in seen.soup.select(".rows .row") if name in row.get_text()]
    assert found, f"{name} is not in the list: {names(seen)}"
    return found[0]


def words(tag: Tag) -> str:
    """The words of a part of the page."""
    return " ".join(tag.get_text().split())


@pytest.fixture
def giulia(door: Callable[..., Door], cast: Cast, cluster: dict[str, Organisation]) -> Door:
    """Giulia's browser."""
    return door(cast.member)


@both_databases
def test_partners_abroad_are_listed_with_their_reasons(giulia: Door) -> None:
    """Who seeks what we offer and does what we do comes first; nobody of our country, nobody not yet admitted."""
    seen = giulia.get(PLACE)
    assert names(seen)[:2] == ["Zielone Ogrody", "Boutique du Canal"]
    assert "Orti di Torino" not in seen.text and "Noch nicht da" not in seen.text
    reasons = words(entry(seen, "Zielone Ogrody"))
    assert "They seek gardening, which you offer" in reasons
    assert "You both work in agriculture" in reasons
    assert "You seek e-commerce, which they offer" in words(entry(seen, "Boutique du Canal"))


def test_a_story_is_marked_with_its_language(giulia: Door) -> None:
    """A screen reader changes its voice for the Polish story."""
    story = entry(giulia.get(PLACE), "Zielone Ogrody").select_one(".row-text")
    assert story is not None and story["lang"] == "pl"


def test_what_both_do_stands_out_and_what_they_seek_is_told(giulia: Door) -> None:
    """Shared concepts are chips of their own kind, sought ones are said in words."""
    row = entry(giulia.get(PLACE), "Zielone Ogrody")
    assert "Agriculture" in " ".join(chip.get_text() for chip in row.select(".chip-shared"))
    assert "seeks gardening" in [chip.get_text() for chip in row.select(".chip-seeks")]


def test_the_lines_of_every_suggestion_add_up_to_its_score(giulia: Door) -> None:
    """The shown shares are the shown score, to the last digit."""
    for table in giulia.get(PLACE).soup.select(".rows table"):
        shares = [round(float(cell.get_text().strip()) * 100) for cell in table.select("tbody .number")]
        total = table.select_one("tfoot .number")
        assert total is not None and shares
        assert sum(shares) == round(float(total.get_text().strip()) * 100)


def test_the_reasons_name_concepts_as_the_reader_does(
    app: Flask, cast: Cast, cluster: dict[str, Organisation]
) -> None:
    """In Italian the same pair has the same reasons, with the concepts' Italian names."""
    with app.test_request_context("/en/"), force_locale("it"):
        organisation = db.session.get_one(Organisation, cast.organisation.id)
        listed = suggestions_for(Actor(cast.member, organisation, "editor", (organisation,)))
        assert listed is not None
        first = rows(listed)[0]
    assert first.organisation.name == "Zielone Ogrody"
    assert any("<b>giardinaggio</b>" in reason["text"] for reason in first.reasons)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("country=FR", ["Boutique du Canal"]),
        ("country=IT", ["Orti di Torino"]),
        ("skill=skill:e-commerce", ["Boutique du Canal"]),
        ("country=PL&skill=skill:e-commerce", []),
        ("country=XX", []),
        ("skill=no-such'skill%22", []),
    ],
)
def test_the_list_is_narrowed_by_its_address(giulia: Door, question: str, expected: list[str]) -> None:
    """Country and sought skill are part of the address; one's own country can be asked for."""
    seen = giulia.get(f"{PLACE}?{question}")
    assert seen.status == 200
    assert names(seen) == expected
    if not expected:
        assert "Look a little wider" in seen.text


def test_not_now_changes_the_list_and_can_be_undone(giulia: Door, cluster: dict[str, Organisation]) -> None:
    """A button with its reason takes the organisation out; the page says so and offers the way back."""
    action = f"{PLACE}/{cluster['shop'].slug}/not-now"
    assert action in giulia.get(PLACE).html
    seen = giulia.post(action, {"reason": "already_know"}, follow=True)
    assert "Boutique du Canal" not in names(seen)
    assert "Boutique du Canal is set aside" in seen.text
    seen = giulia.fill(seen.response.request.full_path, "form[action*='/back']", follow=True)
    assert "Boutique du Canal" in names(seen)


def test_a_wrong_field_lowers_what_does_the_same(
    giulia: Door, make: Make, cluster: dict[str, Organisation]
) -> None:
    """“Their field is not what we look for” costs others in that field, and the table says so."""
    make.organisation("Ferme du Nord", country="FR", sectors=["sector:agriculture"])
    giulia.post(f"{PLACE}/{cluster['gardeners'].slug}/not-now", {"reason": "other_sector"})
    row = words(entry(giulia.get(PLACE), "Ferme du Nord"))
    assert "They do agriculture, like Zielone Ogrody, which you set aside" in row


def test_a_reason_that_is_none_is_refused(giulia: Door, cluster: dict[str, Organisation]) -> None:
    """A made-up reason is a bad request, and nothing changes."""
    seen = giulia.post(f"{PLACE}/{cluster['shop'].slug}/not-now", {"reason": "because"})
    assert seen.status == 400
    assert "Boutique du Canal" in names(giulia.get(PLACE))


@both_databases
def test_an_edit_counts_at_the_next_request(
    app: Flask, giulia: Door, cluster: dict[str, Organisation]
) -> None:
    """Whatever changes in the rows, by whichever process, is seen by the very next list."""
    assert "marketing" not in words(entry(giulia.get(PLACE), "Boutique du Canal")).lower()
    give(app, cluster["shop"], Relation.OFFERS, "skill:marketing")
    assert "marketing" in words(entry(giulia.get(PLACE), "Boutique du Canal")).lower()
    with app.app_context(), writing():
        db.session.get_one(Organisation, cluster["shop"].id).state = OrganisationState.SUSPENDED
    assert "Boutique du Canal" not in names(giulia.get(PLACE))
    with app.app_context(), writing():
        db.session.get_one(Organisation, cluster["shop"].id).state = OrganisationState.ADMITTED
        db.session.get_one(Organisation, cluster["pending"].id).state = OrganisationState.ADMITTED
    assert {"Boutique du Canal", "Noch nicht da"} <= set(names(giulia.get(PLACE)))


@both_databases
def test_what_another_process_writes_counts_too(
    app: Flask, settings: Settings, giulia: Door, cluster: dict[str, Organisation]
) -> None:
    """A second application on the same database edits a profile; the first has not been told, and sees it."""
    giulia.get(PLACE)
    elsewhere = create_app(settings)
    give(elsewhere, cluster["shop"], Relation.SECTOR, "sector:agriculture")
    with elsewhere.app_context():
        db.session.remove()
        db.engine.dispose()
    assert "You both work in agriculture" in words(entry(giulia.get(PLACE), "Boutique du Canal"))


def test_an_exchange_of_concepts_counts_although_their_number_stays(
    app: Flask, giulia: Door, cluster: dict[str, Organisation]
) -> None:
    """One concept for another: nothing is counted more or less, and yet the list knows."""
    giulia.get(PLACE)
    with app.app_context(), writing():
        link = db.session.query(OrganisationConcept).filter_by(organisation_id=cluster["shop"].id).one()
        link.concept_id = db.session.query(Concept).filter_by(code="skill:catering").one().id
        announce(OrganisationChanged(cluster["shop"].id))
    assert "Boutique du Canal" not in names(giulia.get(PLACE))


def test_joint_work_counts_at_the_next_request(
    giulia: Door, make: Make, cast: Cast, cluster: dict[str, Organisation]
) -> None:
    """A partner in common is named with the joint work; whoever has worked with us is not new and not suggested."""
    lin = make.organisation("Atelier du Lin", country="BE", seeks=["skill:gardening"])
    assert "Atelier du Lin" in names(giulia.get(PLACE))
    make.collaboration("Seeds across borders", cast.organisation, lin)
    assert "Atelier du Lin" not in names(giulia.get(PLACE))
    make.collaboration("Flax for all", lin, cluster["shop"])
    assert "Partner in common: Atelier du Lin, in “Flax for all”" in words(
        entry(giulia.get(PLACE), "Boutique du Canal")
    )


def test_one_not_admitted_sees_suggestions_and_is_seen_by_nobody(
    make: Make, door: Callable[..., Door], cast: Cast, cluster: dict[str, Organisation]
) -> None:
    """Her list is there from the first minute, without the button that she may not use yet."""
    anna = make.person("Anna Neu")
    make.member(anna, cluster["pending"])
    seen = door(anna).get(PLACE)
    assert "Zielone Ogrody" in names(seen) and "You both work in agriculture" in seen.text
    assert (
        "not in the cluster yet" in seen.text
        and "Ask for an introduction" not in seen.text.split("say why not")[1]
    )
    assert "Noch nicht da" not in door(cast.member).get(PLACE).text


def test_the_heading_says_how_many_want_what_we_do(giulia: Door, make: Make, cast: Cast) -> None:
    """What matters now, not what the page is called; whoever has worked with us or was asked is no news."""
    partner, asked = (
        make.organisation(name, country="FR", seeks=["skill:gardening"]) for name in ("Partner", "Asked")
    )
    make.collaboration("Old beds", cast.organisation, partner)
    make.introduction(cast.organisation, asked, cast.member)
    heading = giulia.get(PLACE).soup.select_one("h1")
    assert heading is not None and heading.get_text() == "1 organisation abroad wants what you do"


def test_who_meets_a_need_is_not_said_to_nearly_meet_it_too(giulia: Door, make: Make, cast: Cast) -> None:
    """The table tells that line; the reasons above it say only what is news."""
    for code in ("skill:finance-fundraising", "skill:business-planning"):
        give(make.app, cast.organisation, Relation.OFFERS, code)
    make.organisation("Prasini", country="CY", seeks=["skill:finance-fundraising"])
    row = entry(giulia.get(PLACE), "Prasini")
    assert "which is close to it" in words(row.select_one("table"))
    reasons = words(row.select_one(".reasons"))
    assert "which you offer" in reasons and "which is close to it" not in reasons


def test_whoever_was_asked_or_has_met_is_not_suggested_again(
    giulia: Door, make: Make, cast: Cast, cluster: dict[str, Organisation]
) -> None:
    """The list is for those whom one has not asked."""
    make.introduction(cast.organisation, cluster["shop"], cast.member)
    assert "Boutique du Canal" not in names(giulia.get(PLACE))


@pytest.mark.parametrize("number", [0, 30])
def test_the_number_of_queries_does_not_grow(
    giulia: Door, make: Make, count_queries: Callable[[], Any], number: int
) -> None:
    """Thirty organisations more ask the database nothing more."""
    for at in range(number):
        make.organisation(f"Garten {at}", country="AT", sectors=["sector:agriculture"], story="Wir gärtnern.")
    giulia.get(PLACE)
    with count_queries() as statements:
        giulia.get(PLACE)
    assert len(statements) <= 26, "\n".join(statements)


def test_a_person_without_organisation_is_told_what_to_do(door: Callable[..., Door], cast: Cast) -> None:
    """No dead end: create an organisation."""
    seen = door(cast.newcomer).get(PLACE)
    assert seen.status == 200 and seen.soup.select_one("main a[href='/en/organisations/new']")


def test_a_visitor_is_asked_to_sign_in(door: Callable[..., Door], cast: Cast) -> None:
    """The list is not public."""
    seen = door().get(PLACE)
    assert seen.status == 303 and "/en/sign-in" in seen.location


def test_nothing_to_suggest_says_what_would_help(door: Callable[..., Door], make: Make) -> None:
    """Alone in the cluster, one is told how to be found."""
    person: Person = make.person("Sola Donna")
    make.organisation("Sola", editor=person)
    seen = door(person).get(PLACE)
    assert "The more you say, the more we find" in seen.text
