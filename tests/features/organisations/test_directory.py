"""The directory: search, facets that count rightly, pages, and what it costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import event, select

from app.core.clock import now
from app.core.database import db
from app.core.transactions import write_transaction
from app.features.organisations.models import Organisation, OrganisationState
from app.features.organisations.queries import directory, facets
from app.features.taxonomy.models import Concept
from app.features.taxonomy.vocabulary import country_codes
from tests.support.app import both_databases
from tests.support.door import Door, Seen
from tests.support.factories import Make

Enter = Callable[..., Door]
ASKED: tuple[dict[str, Any], ...] = (
    {},
    {"q": "o"},
    {"q": "nova"},
    {"q": "zielona"},
    {"q": "catering", "concept": "sector:food"},
    {"country": "DE", "sector": "sector:food"},
)


@pytest.fixture
def cluster(app: Flask, make: Make) -> None:
    """Five organisations of three countries."""

    def region(code: str) -> int:
        with app.app_context():
            return db.session.scalars(select(Concept.id).where(Concept.code == code)).one()

    make.organisation(
        "Kuchnia Łąka",
        country="PL",
        city="Kraków",
        sectors=["sector:food-catering"],
        offers=["skill:catering"],
    )
    make.organisation("Zielona", country="PL", sectors=["sector:green-spaces"], offers=["skill:gardening"])
    make.organisation(
        "La Mensa",
        country="IT",
        city="Torino",
        region_id=region("region:it-piemonte"),
        sectors=["sector:food-catering", "sector:care"],
    )
    make.organisation(
        "Orto Mio",
        country="IT",
        sectors=["sector:agriculture"],
        seeks=["skill:catering"],
        languages=["language:it"],
        paused_until=now() + timedelta(days=9),
    )
    make.organisation("Atelier", country="FR", sectors=["sector:crafts"], unclaimed=True, lat=48.9, lon=2.4)
    make.organisation("Not Yet", country="FR", sectors=["sector:food"], state=OrganisationState.PENDING)
    make.organisation("No More", country="FR", sectors=["sector:food"], state=OrganisationState.SUSPENDED)


def _names(seen: Seen) -> list[str]:
    return [title.get_text(strip=True) for title in seen.soup.select(".rows .row-title")]


def _facets(seen: Seen, name: str) -> dict[str, int]:
    return {
        str(option.select_one("input")["value"]): int(option.select_one(".filter-count").get_text())
        for option in seen.soup.select(".filter-option")
        if option.select_one("input")["name"] == name
    }


def _shown(seen: Seen) -> tuple[list[str], dict[str, int], dict[str, int]]:
    return _names(seen), _facets(seen, "country"), _facets(seen, "sector")


def _all_read() -> facets.Seen:
    concepts = facets.read_concepts()
    return facets.Seen(concepts, (facets.read_columns(concepts),))


def _keep_columns(app: Flask, **limits: int) -> None:
    """Let the application keep its columns as if the cluster were large."""
    app.extensions[facets.EXTENSION] = facets.FacetCache(
        min_kept_organisations=1, change_lookback=-timedelta(microseconds=1), **limits
    )


def _look(door: Enter, **asked: Any) -> Seen:
    return door().get(f"/en/organisations?{urlencode(asked, doseq=True)}")


@both_databases
@pytest.mark.usefixtures("cluster")
@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("laka", ["Kuchnia Łąka"]),
        ("ŁĄK", ["Kuchnia Łąka"]),
        ("mensa la", ["Kuchnia Łąka", "La Mensa"]),
        ("ensa la", []),
        ("mensa torino", ["La Mensa"]),
        ("Torino, Italia: mensa", ["La Mensa"]),
        ("rto", []),
        ("ristorazione", ["Kuchnia Łąka", "La Mensa", "Orto Mio"]),
        ("catering", ["Kuchnia Łąka", "La Mensa", "Orto Mio"]),
        ("giardinaggio", ["Zielona"]),
        ("Polonia giardinaggio", ["Zielona"]),
        ("catering cracovia krak", []),
        ("catering krak", ["Kuchnia Łąka"]),
        ("mio catering", ["Orto Mio"]),
        ("catering giardinaggio", []),
        ("torino", ["La Mensa"]),
        ("Polonia", ["Kuchnia Łąka", "Zielona"]),
        ("%", []),
        ("nobody at all", []),
    ],
)
def test_search_finds_by_name_town_country_and_concept_in_any_language(
    app: Flask, door: Enter, text: str, names: list[str]
) -> None:
    """In a small cluster the database looks at all names, in a large one they are kept."""
    assert _names(_look(door, q=text)) == names
    _keep_columns(app)
    assert _names(_look(door, q=text)) == _names(_look(door, q=text)) == names


@both_databases
@pytest.mark.usefixtures("cluster")
def test_values_of_a_facet_are_alternatives_and_facets_combine(door: Enter) -> None:
    assert _names(_look(door, country=["IT", "FR"])) == ["Atelier", "La Mensa", "Orto Mio"]
    assert _names(_look(door, country=["IT", "PL"], sector="sector:food")) == ["Kuchnia Łąka", "La Mensa"]
    assert _names(_look(door, sector=["sector:food", "sector:crafts"])) == [
        "Atelier",
        "Kuchnia Łąka",
        "La Mensa",
    ]
    assert _names(_look(door, concept="skill:catering")) == ["Kuchnia Łąka", "Orto Mio"]


@both_databases
@pytest.mark.usefixtures("cluster")
def test_counts_of_a_facet_ignore_its_own_choice_and_follow_the_others(door: Enter) -> None:
    seen = _look(door, country="IT")
    assert _facets(seen, "country") == {"FR": 1, "IT": 2, "PL": 2}
    assert _facets(seen, "sector") == {"sector:agriculture": 1, "sector:food": 1, "sector:care": 1}
    seen = _look(door, sector="sector:food")
    assert _facets(seen, "country") == {"IT": 1, "PL": 1}
    assert _facets(seen, "sector")["sector:crafts"] == 1
    seen = _look(door, country="FR", sector="sector:food")
    assert _names(seen) == []
    assert _facets(seen, "country")["FR"] == 0
    assert "Nobody does exactly that yet" in seen.text


@pytest.mark.usefixtures("cluster")
def test_every_count_is_what_choosing_it_gives(door: Enter) -> None:
    base = _look(door)
    for name in (*facets.FACETS[:1], *facets.FACETS[2:]):
        found = _facets(base, name)
        assert found, name
        for value, count in found.items():
            assert len(_names(_look(door, **{name: value}))) == count, value
    assert not _facets(base, "region")
    of_italy = _look(door, country="IT")
    assert _facets(of_italy, "region") == {"region:it-piemonte": 1}
    assert _names(_look(door, country="IT", region="region:it-piemonte")) == ["La Mensa"]


@pytest.mark.usefixtures("cluster")
def test_what_is_no_filter_is_left_out_and_named(door: Enter) -> None:
    """Also a number of 400 digits and Greek."""
    for asked in (
        {"colour": "red"},
        {"country": ["IT", "ZZ", "9" * 400]},
        {"country": "IT", "sector": "skill:catering"},
        {"country": "IT", "region": "region:nowhere"},
        {"country": "IT", "sort": "κήπος", "type": "κήπος"},
        {"country": "IT", "bbox": "1,2,nan,4"},
        {"country": "IT", "bbox": "200,2,1,4"},
    ):
        seen = _look(door, **asked)
        assert seen.status == 200
        assert "Left out, because there is no such filter here" in seen.text, asked
        assert len(_names(seen)) == (5 if "colour" in asked else 2)
    assert "Left out" not in _look(door, country="IT", sort="newest", view="").text


def test_more_than_fifty_values_of_one_filter_are_refused_with_a_sentence(door: Enter) -> None:
    codes = country_codes()
    assert _look(door, country=codes[:50]).status == 200
    refused = _look(door, country=codes[:51])
    assert refused.status == 400
    assert "Choose at most 50 values of one filter; this address has 51." in refused.text


@both_databases
@pytest.mark.usefixtures("cluster")
def test_the_newest_and_the_nearest_stand_first_where_that_is_asked_for(door: Enter, make: Make) -> None:
    anna = make.person("Anna")
    make.organisation("Turin", editor=anna, lat=45.07, lon=7.69)
    newest = _names(_look(door, sort="newest"))
    assert newest[:2] == ["Turin", "Atelier"] and newest[-1] == "Kuchnia Łąka"
    assert _names(_look(door, sort="nearest")) == sorted(newest, key=str.casefold), "a visitor has no town"
    nearest = door(anna).get("/en/organisations?sort=nearest")
    assert _names(nearest)[:3] == ["Turin", "La Mensa", "Atelier"], "of La Mensa the region is known"
    assert {str(option["value"]) for option in nearest.soup.select("#sort option")} == {
        "name",
        "newest",
        "best",
        "nearest",
    }
    assert len(_look(door).soup.select("#sort option")) == 2


@both_databases
def test_those_who_fit_best_stand_first_where_that_is_asked_for(door: Enter, make: Make) -> None:
    anna = make.person("Anna")
    make.organisation("Asks", editor=anna, seeks=["skill:catering"], sectors=["sector:food"])
    make.organisation("Alpha", country="FR", offers=["skill:gardening"])
    make.organisation("Zeta", country="FR", offers=["skill:catering"], sectors=["sector:food"])
    assert _names(_look(door, sort="best"))[0] == "Alpha", "a visitor has nobody to compare with"
    names = _names(door(anna).get("/en/organisations?sort=best"))
    assert names.index("Zeta") < names.index("Alpha") and set(names) == {"Asks", "Alpha", "Zeta"}


@both_databases
@pytest.mark.parametrize("sort", ["name", "newest", "nearest", "best"])
def test_pages_of_a_large_match_hold_every_organisation_once(
    door: Enter, make: Make, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    """Where very many match, the next ones are looked for a stride at a time."""
    monkeypatch.setattr(directory, "MAX_MATCHES_BY_NUMBER", 5 if sort in ("name", "newest") else 2000)
    monkeypatch.setattr(directory, "MIN_WALK_ROWS", 3)
    anna = make.person("Anna")
    make.organisation("Mine", editor=anna, lat=45.0, lon=7.0)
    for number in range(60):
        make.organisation(f"Name {number // 3:02}", country="IT" if number % 2 else "FR")
    path, slugs, browser = f"/en/organisations?country=FR&sort={sort}", list[str](), door(anna)
    while path:
        seen = browser.get(path)
        slugs += [str(link["href"]) for link in seen.soup.select(".rows .row-title a")]
        link = seen.soup.select_one("a[rel=next]")
        path = str(link["href"]) if link else ""
    assert len(slugs) == len(set(slugs)) == 30
    assert browser.get(f"/en/organisations?sort={sort}&after=999999999999").status == 400


@pytest.mark.usefixtures("cluster")
def test_in_a_large_cluster_what_is_written_counts_at_once(
    app: Flask, make: Make, door: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kept columns and rows written since give what reading everything gives; with many of them all is read again."""
    for most in (500, 1):
        _keep_columns(app, max_written=most)
        assert _facets(_look(door), "country")["IT"] == 2
        make.organisation("Newcomer", country="DE", sectors=["sector:food-catering", "sector:food"])
        with app.app_context(), write_transaction():
            gone = db.session.scalars(select(Organisation).where(Organisation.country == "FR")).first()
            gone.state = OrganisationState.SUSPENDED
            moved = db.session.scalars(select(Organisation).where(Organisation.name == "Zielona")).one()
            moved.country, moved.folded_name = "DE", "nova"
        assert _facets(_look(door), "country")["DE"] == 2 + (most == 1)
        kept = [_shown(_look(door, **asked)) for asked in ASKED]
        with monkeypatch.context() as read:
            read.setattr(facets.FacetCache, "look", lambda cache: _all_read())
            plain = [_shown(_look(door, **asked)) for asked in ASKED]
        assert kept == plain


PUBLIC_PAGES = (
    "",
    "organisations",
    "organisations?country=IT&country=FR&sector=sector:food&offers=skill:catering",
    "organisations?sort=newest",
    "organisations?q=orto",
    "organisations?q=κήπος",
    "organisations?view=map",
    "organisations/map.json?bbox=-25,33,46,72&zoom=4",
    "{first}",
)


@pytest.mark.usefixtures("cluster")
@pytest.mark.parametrize("path", PUBLIC_PAGES)
def test_pages_of_a_large_cluster_take_few_queries_that_name_their_organisations_or_follow_an_index(
    app: Flask, door: Enter, count_queries: Callable[[], Any], path: str
) -> None:
    """SQLite would look through everybody who is admitted, or sort them, if it were told that there is an index for that."""
    _keep_columns(app)
    browser = door()
    first = browser.get("/en/organisations").soup.select_one(".rows .row-title a")["href"]
    path = path.format(first=first.removeprefix("/en/"))
    assert browser.get(f"/en/{path}").status == 200
    with app.app_context():
        engine, asked = db.engine, list[tuple[str, Any]]()

    def note(*told: Any) -> None:
        asked.append((told[2], told[3]))

    event.listen(engine, "before_cursor_execute", note)
    with count_queries() as counted:
        browser.get(f"/en/{path}")
    event.remove(engine, "before_cursor_execute", note)
    assert len(counted) <= 12
    with engine.connect() as connection:
        driver = connection.connection.cursor()
        for statement, values in asked:
            if "FROM organisation " in statement:
                steps = driver.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
                plan = "; ".join(step[3] for step in steps)
                reads_all = "SCAN organisation" in plan and (
                    "TEMP B-TREE" in plan or "LIMIT" not in statement
                )
                assert "(state=?" not in plan and not reads_all, (statement, plan)


@pytest.mark.usefixtures("cluster")
def test_a_chosen_filter_can_be_taken_away_by_a_link(door: Enter) -> None:
    seen = _look(door, q="mensa", country="IT", sector="sector:food")
    links = {
        link.get_text(" ", strip=True).split(" Take")[0]: link["href"]
        for link in seen.soup.select(".chosen a.chip")
    }
    assert set(links) == {"“mensa”", "Italy", "Food and catering"}
    assert links["Italy"] == "/en/organisations?q=mensa&sector=sector:food"


def test_an_empty_directory_says_what_to_do(door: Enter) -> None:
    seen = _look(door)
    assert "The first organisation could be yours" in seen.text
    assert seen.soup.select_one(".empty a.button")["href"] == "/en/organisations/new"
    assert not seen.soup.select("#filters"), "there is nothing to filter by"


def test_pages_hold_every_organisation_once(door: Enter, make: Make) -> None:
    for number in range(50):
        make.organisation(f"Same Name {number // 3:02}")
    path, names = "/en/organisations", []
    while path:
        seen = door().get(path)
        names += [link["href"] for link in seen.soup.select(".rows .row-title a")]
        link = seen.soup.select_one("a[rel=next]")
        path = str(link["href"]) if link else ""
    assert len(names) == len(set(names)) == 50


@pytest.mark.parametrize("token", ["x", "W10", "bnVsbA", "WyJhIiwgImIiXQ"])
def test_a_page_that_was_never_offered_is_refused(door: Enter, token: str) -> None:
    assert door().get(f"/en/organisations?after={token}").status == 400


def test_the_number_of_queries_does_not_grow_with_the_rows(
    door: Enter, make: Make, count_queries: Callable[[], Any]
) -> None:
    concepts = {"sectors": ["sector:food", "sector:care"], "offers": ["skill:catering", "skill:gardening"]}
    make.organisation("One", story="A story.", **concepts)
    person = make.person("Anna")
    for _ in range(2):
        make.organisation("Mine", editor=person)
    browser = door(person)
    browser.get("/en/organisations?q=food")
    with count_queries() as few:
        browser.get("/en/organisations?country=IT&sector=sector:food&q=food")
    for number in range(12):
        make.organisation(f"More {number}", story="A story.", **concepts)
    with count_queries() as many:
        seen = browser.get("/en/organisations?country=IT&sector=sector:food&q=food")
    assert len(_names(seen)) == 13
    assert len(many) == len(few) <= 17
    with count_queries() as of_a_visitor:
        door().get("/en/organisations?country=IT&sector=sector:food&q=food")
    assert len(of_a_visitor) <= 12


@pytest.mark.usefixtures("cluster")
def test_the_title_of_a_search_says_its_words_and_what_was_found(door: Enter) -> None:
    title = door().get("/en/organisations?q=zielona").soup.title
    assert title is not None and title.get_text().startswith(
        "“zielona” · 1 organisation does what you look for · "
    )
