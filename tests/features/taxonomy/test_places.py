"""Towns: found by the beginning of any of their names, with their region."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.core.text import fold
from app.features.taxonomy.places.gazetteer import find_places, place_at, places_named
from tests.support.door import Door


@pytest.mark.parametrize(
    ("typed", "country", "name", "region"),
    [
        ("torino", "IT", "Torino", "region:it-piemonte"),
        ("lodz", "PL", "Łódź", "region:pl-lodzkie"),
        ("Λεμ", "", "Λεμεσός", "region:cy-kypros"),
        ("brussel", "BE", "Brussel", "region:be-bruxelles-brussel"),
        ("Bruxelles", "", "Bruxelles", "region:be-bruxelles-brussel"),
        ("nova gor", "", "Nova Gorica", "region:si-goriska"),
        ("ZAGREB", "HR", "Zagreb", "region:hr-grad-zagreb"),
        ("köln", "", "Köln", "region:de-nordrhein-westfalen"),
        ("Ajaccio", "FR", "Ajaccio", "region:fr-corse"),
    ],
)
def test_a_town_is_found_by_the_beginning_of_a_name(typed: str, country: str, name: str, region: str) -> None:
    found = find_places(typed, country)[0]
    assert (found.name, found.region) == (name, region)


@pytest.mark.parametrize("typed", ["", "a", "\0", "🙂🙂", "x" * 10_000, "%", "Torino\tIT", "\ud800x"])
def test_what_is_no_town_finds_none(typed: str) -> None:
    assert find_places(typed) == []


def test_towns_of_one_name_are_all_there_and_have_their_ids() -> None:
    found = places_named("Saint-Denis", "FR")
    assert {"region:fr-la-reunion", "region:fr-ile-de-france"} <= {each.region for each in found}
    kept = place_at(found[0].id)
    assert kept is not None and (kept.lat, kept.lon) == (found[0].lat, found[0].lon)
    assert place_at(1) is None


def test_the_names_in_the_file_are_folded_as_search_folds_them() -> None:
    """The file was written by an earlier `fold` if this fails: write it again."""
    for name in ("Łódź", "Αθήνα", "Saint-Denis", "’s-Hertogenbosch"):
        assert fold(find_places(name)[0].name) == fold(name)


def test_the_list_under_the_field_says_where_a_town_is(door: Callable[..., Door]) -> None:
    items = door().get("/en/places?country=IT&q=torino").json["items"]
    assert items[0] == {"name": "Torino", "where": "Piedmont, Italy"}
