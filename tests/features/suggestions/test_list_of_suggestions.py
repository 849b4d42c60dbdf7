"""The list of suggestions, through the door: who is proposed, why, and to whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from app.core.actors import Actor
from app.core.database import db
from app.features.accounts.models import Person
from app.features.organisations.models import Organisation, Relation
from app.features.suggestions.presenters.rows import rows
from app.features.suggestions.queries.list_query import suggestions_for
from tests.features.suggestions.listing import PLACE, entry, give, names, words
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Cast, Make


@both_databases
def test_partners_abroad_are_listed_with_their_reasons(reader: Door) -> None:
    """Who meets our need comes first, then who has a need that we meet; nobody of our country, nobody not yet admitted."""
    seen = reader.get(PLACE)
    assert names(seen)[:2] == ["Boutique du Canal", "Zielone Ogrody"]
    assert "Orti di Torino" not in seen.text and "Noch nicht da" not in seen.text
    reasons = words(entry(seen, "Zielone Ogrody"))
    assert "They seek gardening, which you offer" in reasons
    assert "You both work in agriculture" in reasons
    assert "You seek e-commerce, which they offer" in words(entry(seen, "Boutique du Canal"))


def test_a_skill_is_close_by_a_reviewed_link_and_not_by_its_group(reader: Door, make: Make) -> None:
    """We seek e-commerce: sales are close to it, campaigns are only in the same group."""
    make.organisation("Verkoop Samen", country="NL", offers=["skill:sales"], sectors=["sector:agriculture"])
    make.organisation("Kampania", country="PL", offers=["skill:campaigning"], sectors=["sector:agriculture"])
    seen = reader.get(PLACE)
    assert "which is close to it" in words(entry(seen, "Verkoop Samen"))
    assert "which is close to it" not in words(entry(seen, "Kampania"))


def test_reasons_come_before_the_story_and_what_few_need_is_folded(reader: Door) -> None:
    """Name and place, at most three reasons, one line of the story; the first row alone has a primary button."""
    seen = reader.get(PLACE)
    for row in seen.soup.select(".rows .row"):
        order = [
            part["class"][0]
            for part in row.select(".row-title, .row-meta, .reasons, .row-line, .row-actions")
        ]
        assert order == [
            name for name in ("row-title", "row-meta", "reasons", "row-line", "row-actions") if name in order
        ]
        assert 1 <= len(row.select(".reason")) <= 3
        assert all(part.find_parent("details") for part in row.select("table, .chips"))
    buttons = seen.soup.select(".rows a.button")
    assert ["button-secondary" in button["class"] for button in buttons] == [False] + [True] * (
        len(buttons) - 1
    )


def test_a_story_is_marked_with_its_language(reader: Door) -> None:
    """A screen reader changes its voice for the Polish story."""
    story = entry(reader.get(PLACE), "Zielone Ogrody").select_one(".row-text")
    assert story is not None and story["lang"] == "pl"


def test_what_both_do_stands_out_and_what_they_seek_is_told(reader: Door) -> None:
    """Shared concepts are chips of their own kind, sought ones are said in words."""
    row = entry(reader.get(PLACE), "Zielone Ogrody")
    assert "Agriculture" in " ".join(chip.get_text() for chip in row.select(".chip-shared"))
    assert "seeks gardening" in [chip.get_text() for chip in row.select(".chip-seeks")]


def test_the_lines_of_every_suggestion_add_up_to_its_score(reader: Door) -> None:
    """The shown shares are the shown score, to the last digit."""
    for table in reader.get(PLACE).soup.select(".rows table"):
        shares = [
            round(float(cell.get_text().strip().replace("\N{MINUS SIGN}", "-")) * 100)
            for cell in table.select("tbody .number")
        ]
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
        second = rows(listed)[1]
    assert second.organisation.name == "Zielone Ogrody"
    assert any("<b>giardinaggio</b>" in reason["text"] for reason in second.reasons)


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
def test_the_list_is_narrowed_by_its_address(reader: Door, question: str, expected: list[str]) -> None:
    """Country and sought skill are part of the address; one's own country can be asked for."""
    seen = reader.get(f"{PLACE}?{question}")
    assert seen.status == 200
    assert names(seen) == expected
    if not expected:
        assert "Look a little wider" in seen.text


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


def test_the_heading_says_how_many_want_what_we_do(reader: Door, make: Make, cast: Cast) -> None:
    """What matters now, not what the page is called; whoever has worked with us or was asked is no news."""
    partner, asked = (
        make.organisation(name, country="FR", seeks=["skill:gardening"]) for name in ("Partner", "Asked")
    )
    make.collaboration("Old beds", cast.organisation, partner)
    make.introduction(cast.organisation, asked, cast.member)
    heading = reader.get(PLACE).soup.select_one("h1")
    assert heading is not None and heading.get_text() == "1 organisation abroad wants what you do"


def test_who_meets_a_need_is_not_said_to_nearly_meet_it_too(reader: Door, make: Make, cast: Cast) -> None:
    """A need counts once, in the table and in the reasons above it."""
    for code in ("skill:finance-fundraising", "skill:business-planning"):
        give(make.app, cast.organisation, Relation.OFFERS, code)
    make.organisation("Prasini", country="CY", seeks=["skill:finance-fundraising"])
    row = entry(reader.get(PLACE), "Prasini")
    for part in (".reasons", "table"):
        told = words(row.select_one(part))
        assert "which you offer" in told and "which is close to it" not in told


@pytest.mark.parametrize("number", [0, 30])
def test_the_number_of_queries_does_not_grow(
    reader: Door, make: Make, count_queries: Callable[[], Any], number: int
) -> None:
    """Thirty organisations more ask the database nothing more."""
    for at in range(number):
        make.organisation(f"Garten {at}", country="AT", sectors=["sector:agriculture"], story="Wir gärtnern.")
    reader.get(PLACE)
    with count_queries() as statements:
        reader.get(PLACE)
    assert len(statements) <= 28, "\n".join(statements)


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
