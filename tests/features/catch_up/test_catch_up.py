"""Who comes back after some days reads what is asked of her, what was decided, what changed and who wrote."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.core.clock import now, standing_at
from app.core.database import db
from app.core.transactions import write_transaction
from app.features.notifications.models import Visit
from app.features.notifications.services.mailing import claim_due_mails
from tests.features.design.conftest import COMMITMENTS, Table
from tests.features.introductions.introducing import ASK, PLACE, place_of
from tests.support.app import both_databases
from tests.support.door import Door, Seen
from tests.support.factories import Cast, Make

PAGE = "/en/catch-up"


@pytest.fixture
def giulia(door: Callable[..., Door], cast: Cast) -> Door:
    """Giulia, of Il Filo Verde."""
    return door(cast.member)


@pytest.fixture
def marek(door: Callable[..., Door], cast: Cast) -> Door:
    """Marek, of Zielona Spółdzielnia."""
    return door(cast.other)


def part(seen: Seen, name: str) -> str:
    """The words of a part of the page; "" where it has none."""
    heading = seen.soup.select_one(f"section[aria-labelledby={name}]")
    return heading.get_text(" ", strip=True) if heading else ""


@both_databases
def test_words_and_answers_of_others_stand_there_with_their_source_and_ones_own_do_not(
    cast: Cast, giulia: Door, marek: Door
) -> None:
    giulia.fill(place_of(cast.other_organisation), ASK, message="Buongiorno!", lang="it")
    assert "Il Filo Verde would like to meet you" in part(marek.get(PAGE), "asked")
    marek.fill(PLACE, "form[action$='/accept']", message="Gladly, Giulia.", lang="en")
    seen = giulia.get(PAGE)
    assert "Zielona Spółdzielnia would like to meet you too" in part(seen, "asked")
    assert "Gladly, Giulia." in part(seen, "talk")
    source = seen.soup.select_one("section[aria-labelledby=talk] a")
    assert source is not None
    address, place = str(source["href"]).split("#")
    assert giulia.get(address).status == 200 and place == "unread"
    giulia.fill("/en/notifications", "form[action$='/read']")
    assert "Zielona Spółdzielnia would like to meet you too" in part(giulia.get(PAGE), "changed")
    assert part(marek.get(PAGE), "talk") == ""


@both_databases
def test_what_a_session_agreed_on_and_what_was_promised_there_is_told_to_those_who_may_read_it(
    app: Flask, make: Make, door: Callable[..., Door]
) -> None:
    table = Table(app, make)
    table.start({"kind": "consent", "title": "Consent", "minutes": 20}, COMMITMENTS)
    number = table.desk("proposal", act="new", text="A market in May", lang="en")["proposal"]
    for stage in ("react", "object", "agreed"):
        table.desk("proposal", act="stage", proposal=number, stage=stage)
    giulia, marek, _eleni = table.people
    table.desk("go", to="next")
    for what, days in (("Ask the municipality", 3), ("Long after that", 60)):
        promise = {"what": what, "by_when": f"{now() + timedelta(days=days):%Y-%m-%d}", "lang": "en"}
        table.do(giulia, "commit", organisation=table.organisations[0].id, owner=giulia.id, **promise)
    assert "A market in May" not in door(marek).get(PAGE).text
    table.desk("close")
    hers, his, others = (door(each).get(PAGE) for each in (giulia, marek, make.person("Nobody")))
    assert "A market in May" in part(hers, "decided") and "A market in May" in part(his, "decided")
    assert "Ask the municipality" in part(hers, "asked") and "Long after that" not in hers.text
    assert "Ask the municipality" not in his.text
    assert "A market in May" not in others.text


@both_databases
def test_it_begins_where_the_visit_before_this_one_ended(app: Flask, cast: Cast, giulia: Door) -> None:
    monday = now() - timedelta(days=5)
    for moment in (monday, monday + timedelta(minutes=5), now()):
        with standing_at(moment):
            giulia.get("/en/")
            with app.app_context():
                claim_due_mails()
    with app.app_context():
        visit = db.session.scalars(select(Visit).where(Visit.person_id == cast.member.id)).one()
        assert visit.before_at == monday + timedelta(minutes=5)
    with app.app_context(), write_transaction():
        db.session.execute(update(Visit).values(before_at=None))
    assert giulia.get(PAGE).status == 200


@both_databases
@pytest.mark.parametrize("days", ["0", "91", "9" * 400, "-1", "x"])
def test_days_that_are_none_are_refused(giulia: Door, days: str) -> None:
    assert giulia.get(f"{PAGE}?days={days}").status == 400


def test_a_visitor_is_asked_to_sign_in(door: Callable[..., Door]) -> None:
    assert door().get(PAGE).status in (302, 303)
