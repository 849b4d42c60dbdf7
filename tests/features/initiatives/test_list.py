"""The list of initiatives: its words, facets and pages, and what it costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from app.features.initiatives.models import InitiativeState
from tests.features.initiatives.words import LIST, tell
from tests.support.door import Door, Seen
from tests.support.factories import Cast, Make

Enter = Callable[..., Door]


def listed(page: Seen) -> list[str]:
    """The titles in a list, in its order."""
    return [title.get_text(strip=True) for title in page.soup.select(".rows .row-title")]


def test_the_list_is_found_by_words_in_any_language(app: Flask, make: Make, cast: Cast, door: Enter) -> None:
    seeds = make.initiative(cast.organisation, wants=["skill:catering"])
    tell(app, seeds, "pl", "Nasiona bez granic")
    make.initiative(cast.other_organisation, "Zupa", lang="pl", sectors=["sector:green-gardening"])
    make.initiative(cast.organisation, "100% wool_")
    for words, found in (
        ("SEEDS", ["Seeds across borders"]),
        ("granic", ["Seeds across borders"]),
        ("ristorazione", ["Seeds across borders"]),
        ("giardinaggio", ["Zupa"]),
        ("zielona spoldzielnia", ["Zupa"]),
        ("100%", ["100% wool_"]),
        ("_", []),
        ("borders seeds", ["Seeds across borders"]),
        ("cross", []),
        ("nothing like it", []),
    ):
        assert listed(door().get(f"{LIST}?q={words.replace('%', '%25')}")) == found, words
    assert "Look a little wider" in door().get(f"{LIST}?q=nothing").text


def test_facets_narrow_the_list_and_count_what_choosing_them_gives(
    make: Make, cast: Cast, door: Enter
) -> None:
    first = make.initiative(cast.organisation, "First", sectors=["sector:green-gardening"])
    make.partner(first, cast.other_organisation)
    make.initiative(cast.other_organisation, "Second", state=InitiativeState.RUNNING)
    make.initiative(cast.organisation, "Third", state=InitiativeState.CLOSED)
    assert listed(door().get(LIST)) == ["First", "Second", "Third"]
    assert listed(door().get(f"{LIST}?state=running&state=closed")) == ["Second", "Third"]
    assert listed(door().get(f"{LIST}?country=PL")) == ["First", "Second"]
    assert listed(door().get(f"{LIST}?country=PL&state=running")) == ["Second"]
    assert listed(door().get(f"{LIST}?sector=sector:green-spaces")) == ["First"]
    assert listed(door().get(f"{LIST}?sector=sector:none&country=%07&state=nonsense")) == []
    page = door().get(f"{LIST}?country=PL").soup
    counts = {
        box["value"]: box.find_next(class_="filter-count").get_text()
        for box in page.select('input[name="country"], input[name="state"]')
    }
    assert counts == {"IT": "2", "PL": "2", "open": "1", "running": "1"}
    assert page.select_one('input[value="PL"]').has_attr("checked")


def test_a_long_list_goes_on_page_by_page(make: Make, cast: Cast, door: Enter) -> None:
    for number in range(26):
        state = InitiativeState.OPEN if number % 2 else InitiativeState.CLOSED
        make.initiative(cast.organisation, f"Number {number:02}", state=state)
    first = door().get(LIST)
    assert len(listed(first)) == 24
    more = first.soup.select_one('a[rel="next"]')["href"]
    second = door().get(more)
    together = listed(first) + listed(second)
    newest = [f"Number {number:02}" for number in range(25, -1, -1)]
    assert together == newest[::2] + newest[1::2]
    assert "26 initiatives across borders" in second.text
    assert not second.soup.select('a[rel="next"]')
    assert door().get(f"{LIST}?after=nonsense").status == 400


def test_an_empty_list_says_what_to_do(door: Enter, cast: Cast) -> None:
    page = door(cast.member).get(LIST)
    assert "The first initiative could be yours" in page.text
    assert page.soup.select_one('.empty a[href="/en/initiatives/new"]')
    assert not page.soup.select("#filters"), "there is nothing to filter by"


def test_the_list_costs_the_same_however_long(
    make: Make, cast: Cast, door: Enter, count_queries: Any
) -> None:
    reader = door(cast.member)

    def cost() -> int:
        reader.get(LIST)
        with count_queries() as statements:
            assert reader.get(LIST).status == 200
        return len(statements)

    grow(make, cast, 2)
    few = cost()
    grow(make, cast, 10)
    assert cost() == few


def grow(make: Make, cast: Cast, many: int) -> None:
    """Make initiatives with partners of their own."""
    for number in range(many):
        initiative = make.initiative(
            cast.organisation,
            f"Number {number}",
            sectors=["sector:green-gardening"],
            wants=["skill:catering"],
        )
        make.partner(initiative, make.organisation(f"Partner {number}", offers=["skill:catering"]))
