"""How often whom the suggestions show: counted without saying to whom, read by the manager, evened out by a dial."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from sqlalchemy import delete, select

from app.core.database import db
from app.core.transactions import write_transaction
from app.features.organisations.models import Organisation
from app.features.suggestions.models import Exposure
from app.features.suggestions.queries.exposure import fame_toll
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
    door(cast.manager).post("/en/exposure", {"toll": "0.2"})
    after = listed()
    assert {"Known", "Unknown"} <= set(before) and set(before) == set(after)
    assert before["Known"] != after["Known"] and before["Unknown"] == after["Unknown"]


def test_the_manager_sets_the_dial(app: Flask, cast: Cast, door: Enter) -> None:
    """One of four steps; anything else is said at the field."""
    manager = door(cast.manager)
    assert "The dial is set" in manager.post("/en/exposure", {"toll": "0.1"}, follow=True).text
    with app.app_context():
        assert fame_toll() == 0.1
    assert manager.get("/en/exposure").soup.select_one("input[name=toll][checked]")["value"] == "0.1"
    for nonsense in ("", "7", "x"):
        assert manager.post("/en/exposure", {"toll": nonsense}).status == 422
