"""How often whom the suggestions show: counted without saying to whom, read by the manager, evened out by a dial."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from sqlalchemy import delete, select

from app.core.database import db
from app.core.transactions import write_transaction
from app.features.organisations.models import Organisation
from app.features.suggestions.models import Exposure
from app.features.suggestions.queries.exposure import EngineDials, dials
from app.features.suggestions.services.exposure import flush_exposure
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Cast, Make

Enter = Callable[..., Door]


@both_databases
def test_what_is_shown_is_counted_by_organisation_and_day(
    app: Flask, make: Make, cast: Cast, door: Enter
) -> None:
    """Twice on the list is two; who has gone meanwhile is counted no more; the manager reads how even it is."""
    filo = make.organisation("Orto", seeks=["skill:catering"], editor=make.person("Ada"))
    baker = make.organisation("Forno", country="FR", offers=["skill:catering"], employed=12, founded=2020)
    gone = make.organisation("Gone", country="BE", offers=["skill:catering"])
    ada = make.person("Bea")
    make.member(ada, filo)
    for _visit in range(2):
        assert "Forno" in door(ada).get("/en/suggestions").text
    with app.app_context():
        with write_transaction():
            db.session.execute(delete(Organisation).where(Organisation.id == gone.id))
        flush_exposure()
        flush_exposure()
        db.session.remove()
        assert dict(db.session.execute(select(Exposure.organisation_id, Exposure.shown)).all()) == {
            baker.id: 2
        }
    door(ada).get("/en/suggestions")
    with app.app_context():
        flush_exposure()
        db.session.remove()
        assert db.session.scalar(select(Exposure.shown)) == 3
    page = door(cast.manager).get("/en/exposure")
    assert "Gini coefficient" in page.text and "10–49" in page.text
    assert page.soup.select_one("#by-country + .table-scroll").text.count("100%") == 1


def test_the_dial_costs_those_whom_many_know_and_nobody_else(make: Make, cast: Cast, door: Enter) -> None:
    """Two fit alike; what the dial takes from the one with many partners stands among its lines, the other's stay."""
    ada = make.person("Ada")
    make.organisation("Orto", seeks=["skill:catering"], editor=ada)
    known = make.organisation("Known", country="FR", offers=["skill:catering"])
    make.organisation("Unknown", country="FR", offers=["skill:catering"])
    for number in range(12):
        make.collaboration(f"Fair {number}", known, make.organisation(f"Guest {number}", country="BE"))

    def listed() -> dict[str, str]:
        return {row.a.text: row.text for row in door(ada).get("/en/suggestions").soup.select("li.row")}

    before = listed()
    door(cast.manager).post("/en/exposure", {"toll": "0.2", "needs": "1.0"})
    after = listed()
    assert {"Known", "Unknown"} <= set(before) and set(before) == set(after)
    assert before["Known"] != after["Known"] and before["Unknown"] == after["Unknown"]


def test_the_manager_sets_the_dials(app: Flask, cast: Cast, door: Enter) -> None:
    """One of the steps of each; anything else is said at the field."""
    manager = door(cast.manager)
    steps = {"toll": "0.1", "needs": "0.2"}
    assert "The dials are set" in manager.post("/en/exposure", steps, follow=True).text
    with app.app_context():
        assert dials() == EngineDials(popularity_penalty=0.1, needs_first=0.2)
    page = manager.get("/en/exposure").soup
    for name, value in steps.items():
        assert page.select_one(f"input[name={name}][checked]")["value"] == value
        for nonsense in ("", "7", "x", "nan"):
            assert manager.post("/en/exposure", {**steps, name: nonsense}).status == 422


def test_the_dial_of_needs_takes_the_lines_away_that_put_a_need_met_first(
    cast: Cast, door: Enter, make: Make
) -> None:
    """Who meets a need stands first, and the table says so, until a manager lets the points alone decide."""
    ada = make.person("Ada")
    make.organisation("Orto", seeks=["skill:catering"], editor=ada)
    make.organisation("Meets", country="FR", offers=["skill:catering"])

    def row() -> str:
        return door(ada).get("/en/suggestions").soup.select_one("li.row").text

    assert "They meet a need of yours" in row() and "Nobody above them in the list" in row()
    door(cast.manager).post("/en/exposure", {"toll": "0.0", "needs": "0.0"})
    assert "which they offer" in row()
    assert "They meet a need of yours" not in row() and "Nobody above them in the list" not in row()
