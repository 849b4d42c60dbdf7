"""The map of organisations: circles of cells, sections in addresses, and the table that says the same."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from flask import Flask

from app.core.payloads import check
from app.features.organisations.map_presenter import MapCircles
from app.features.organisations.queries.facets import Columns, Matching, Postings, Seen
from app.features.organisations.queries.map_cells import MAX_ACROSS, MAX_LEVEL, Section, read_section
from app.features.organisations.queries.map_circles import find_circles
from app.features.organisations.queries.mercator import mercator
from app.features.organisations.queries.names import Names
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.door import Seen as Answer
from tests.support.factories import Make
from tests.support.factories.rows import concept_id

Enter = Callable[..., Door]
EUROPE = "-25,33,46,72"
CIRCLES = f"/en/organisations/map.json?bbox={EUROPE}&zoom="


@pytest.fixture
def cluster(app: Flask, make: Make) -> None:
    """Three in Turin, one in Limassol, one somewhere in Małopolska, one on La Réunion, one nobody knows where."""
    for name in ("Uno", "Due", "Tre"):
        make.organisation(name, lat=45.07, lon=7.69, region_id=_id(app, "region:it-piemonte"))
    make.organisation("Πράσινη Γειτονιά", country="CY", lat=34.68, lon=33.04)
    make.organisation("Kuchnia", country="PL", region_id=_id(app, "region:pl-malopolskie"))
    make.organisation("Kaz Vert", country="FR", region_id=_id(app, "region:fr-la-reunion"))
    make.organisation("Nowhere", country="DE")


def _id(app: Flask, code: str) -> int:
    with app.app_context():
        return concept_id(code)


def _circles(answer: Answer) -> list[Any]:
    found = json.loads(answer.text)
    check(MapCircles, answer.text)
    circles: list[Any] = found["circles"]
    return circles


@both_databases
@pytest.mark.usefixtures("cluster")
def test_circles_say_how_many_are_where_and_lead_there(door: Enter) -> None:
    circles = {circle["said"]: circle for circle in _circles(door().get(CIRCLES + "6"))}
    assert set(circles) == {"Piedmont, 3 organisations", "Πράσινη Γειτονιά", "Kuchnia"}
    turin = circles["Piedmont, 3 organisations"]
    assert (turin["count"], turin["lat"], turin["lon"]) == (3, 45.07, 7.69)
    listed = door().get(turin["url"])
    assert [title.get_text(strip=True) for title in listed.soup.select(".rows .row-title")] == [
        "Due",
        "Tre",
        "Uno",
    ]
    assert circles["Kuchnia"]["url"].startswith("/en/organisations/kuchnia")
    narrowed = _circles(door().get(CIRCLES + "6&country=PL&country=CY"))
    assert [circle["count"] for circle in narrowed] == [1, 1]
    assert _circles(door().get("/en/organisations/map.json?bbox=-20,60,-18,62&zoom=5")) == [], "the open sea"
    assert "Piemonte, 3 organizzazioni" in door().get(CIRCLES.replace("/en/", "/it/") + "6").text


@pytest.mark.usefixtures("cluster")
def test_the_table_has_every_country_and_region_and_what_is_elsewhere(door: Enter) -> None:
    seen = door().get("/en/organisations?view=map")
    rows = {
        row.select_one("a").get_text(): (row.select_one("td.number").get_text(), row.select_one("a")["href"])
        for row in seen.soup.select("[data-map-table] tr")
        if row.select_one("a")
    }
    assert rows["Piedmont"] == ("3", "/en/organisations?view=map&country=IT&region=region:it-piemonte")
    assert rows["Poland"][0] == rows["Germany"][0] == "1"
    assert "Elsewhere, or at a place that is not known" in seen.text
    elsewhere = [
        row.get_text(" ", strip=True)
        for row in seen.soup.select("[data-map-table] tbody")[-1].select("tr")[1:]
    ]
    assert elsewhere == ["Réunion, France 1", "Germany 1"]
    for _count, address in rows.values():
        assert door().get(address).status == 200
    assert not door().get("/en/organisations").soup.select("trama-map")


@pytest.mark.parametrize(
    "bbox",
    [
        "",
        "1,2,3",
        "a,b,c,d",
        "nan,nan,nan,nan",
        "10,40,5,50",
        "0,50,10,40",
        "0,0,999,9",
        "0,-89,9,89",
        "9" * 400 + ",1,2,3",
    ],
)
def test_what_is_no_section_is_refused_with_a_sentence(door: Enter, bbox: str) -> None:
    answer = door().get(f"/en/organisations/map.json?bbox={bbox}&zoom=5")
    assert answer.status == 400


@pytest.mark.parametrize("zoom", ["x", "99", "-1", "9" * 400])
def test_a_size_that_is_none_is_refused(door: Enter, zoom: str) -> None:
    assert door().get(CIRCLES + zoom).status == 400


def test_a_section_is_rounded_to_cells_once_and_has_few() -> None:
    chance = np.random.default_rng(5)
    for west, south, width, height in zip(
        chance.uniform(-30, 40, 400),
        chance.uniform(30, 70, 400),
        10 ** chance.uniform(-3, 1.5, 400),
        10 ** chance.uniform(-3, 1, 400),
        strict=True,
    ):
        asked = f"{west},{south},{min(west + width, 180)},{min(south + height, 84)}"
        section = read_section(asked)
        assert section is not None and section.is_small
        assert read_section(str(section)) == section
        bounds = section.bounds
        near = 0.03 * (bounds[2] - bounds[0])
        assert bounds[0] <= west + near and bounds[1] <= south + near and bounds[2] >= west + width - near


def test_at_most_400_circles_of_at_most_12_kilobytes_come_for_any_section(
    app: Flask, door: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cluster of a hundred thousand that lies everywhere."""
    size, chance = 100_000, np.random.default_rng(1)
    nobody = Postings.of(np.arange(size), np.zeros(size, np.int64), {0: "IT"})
    lat, lon = chance.uniform(34, 70, size), chance.uniform(-24, 45, size)
    nothing, italy = np.zeros(size, np.int64), np.full(size, 256 * ord("I") + ord("T"))
    ids = np.arange(1, size + 1)
    x, y = mercator(lat, lon)
    columns = Columns(
        ids=ids,
        facets={"country": nobody},
        holders=Postings((), nothing[:0], nothing[:1]),
        names=Names.of(()),
        paused_until=nothing,
        lat=lat,
        lon=lon,
        x=x,
        y=y,
        regions=nothing,
        countries=italy,
    )
    everybody = Matching({}, (columns,), (np.ones(size, bool),))
    monkeypatch.setattr(
        "app.features.organisations.views.find", lambda filters: (Seen({}, (columns,)), everybody)
    )
    for bbox in (EUROPE, "-180,-80,180,80", "0,40,10,50", "7,45,8,46"):
        for level in range(0, MAX_LEVEL + 1, 2):
            answer = door().get(f"/it/organisations/map.json?bbox={bbox}&zoom={level}")
            assert len(_circles(answer)) <= 400
            assert len(gzip.compress(answer.text.encode())) <= 12 * 1024
    assert MAX_ACROSS**2 <= 400
    whole = read_section(EUROPE)
    assert isinstance(whole, Section)
    with app.app_context():
        assert sum(circle.count for circle in find_circles(Seen({}, (columns,)), everybody, whole)) == size
