"""Searches that people keep: what they hold, whose they are, and the line of newcomers in the digest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.actors import Actor
from app.core.clock import now
from app.core.database import db
from app.core.transactions import write_transaction
from app.features.accounts.models import ClusterRole
from app.features.organisations.announcements import OrganisationAdmitted
from app.features.organisations.models import Organisation, OrganisationState
from app.features.saved_searches.feature import look_for_newcomers
from app.features.saved_searches.models import MAX_SEARCHES, SavedSearch
from app.features.saved_searches.queries import count_newcomers
from app.features.saved_searches.services import note_admission
from app.features.taxonomy.services.merging import merge_concepts
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Make
from tests.support.factories.rows import concept_id

Enter = Callable[..., Door]
NEW = "/en/account/searches/new"
LIST = "/en/account/searches"
ITALY = {"query": "country=IT&colour=red", "name": "Italy", "mail": "daily"}


def _make_due(app: Flask) -> None:
    with app.app_context(), write_transaction():
        for search in db.session.scalars(select(SavedSearch)):
            search.due_at = now() - timedelta(minutes=1)


def _look(app: Flask) -> None:
    with app.app_context():
        look_for_newcomers()


@both_databases
def test_newcomers_of_a_saved_search_are_one_line_of_the_news_and_said_once(
    app: Flask, door: Enter, make: Make
) -> None:
    make.organisation("Here before", country="IT")
    waiting = make.organisation("Waits", country="IT", state=OrganisationState.PENDING)
    browser = door(make.person("Anna"))
    link = browser.get("/en/organisations?country=IT").soup.select_one(
        ".chosen a[href*='/account/searches/new']"
    )
    assert browser.get(str(link["href"])).status == 200
    browser.post(NEW, data=ITALY)
    _make_due(app)
    _look(app)
    assert "new in Italy" not in browser.get("/en/notifications").text
    for name in ("Newcomer", "Another"):
        make.organisation(name, country="IT")
    make.organisation("Elsewhere", country="FR")
    with app.app_context(), write_transaction():
        db.session.get_one(Organisation, waiting.id).state = OrganisationState.ADMITTED
        note_admission(OrganisationAdmitted(waiting.id))
    _look(app)
    assert "new in" not in browser.get("/en/notifications").text, "it is not due"
    _make_due(app)
    _look(app)
    told = " ".join(browser.get("/en/notifications").soup.get_text(" ").split())
    assert "3 new in Italy" in told
    with app.app_context():
        search = db.session.scalars(select(SavedSearch)).one()
        assert search.due_at is not None and search.due_at > now()
        assert search.query == "country=IT", "what is no filter is not kept"


def test_a_search_is_changed_and_deleted_by_its_owner_alone(door: Enter, make: Make) -> None:
    anna, other = door(make.person("Anna")), door(make.person("Bo"))
    anna.post(NEW, data=ITALY)
    edit = str(anna.get(LIST).soup.select_one(".row-actions a")["href"])
    assert other.get(edit).status == 404
    assert other.post(f"{edit}/delete").status == 404
    anna.post(edit, data={"name": "La Penisola", "mail": "never"})
    assert "La Penisola" in anna.get(LIST).text and "Never" in anna.get(LIST).text
    anna.post(f"{edit}/delete")
    assert "You keep no search yet" in anna.get(LIST).text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({**ITALY, "query": ""}, "choose a filter first"),
        ({**ITALY, "query": "after=x"}, "choose a filter first"),
        ({**ITALY, "name": " "}, "Write something here."),
        ({**ITALY, "name": "x" * 400}, "long"),
        ({**ITALY, "mail": "hourly"}, "Choose one of these."),
    ],
)
def test_what_cannot_be_kept_is_told_at_its_field(
    door: Enter, make: Make, data: dict[str, str], sentence: str
) -> None:
    answer = door(make.person("Anna")).post(NEW, data=data)
    assert answer.status == 422 and sentence in answer.text


def test_one_keeps_twenty_searches_at_most(door: Enter, make: Make) -> None:
    anna = door(make.person("Anna"))
    for _ in range(MAX_SEARCHES):
        assert anna.post(NEW, data=ITALY).status == 303
    refused = anna.post(NEW, data=ITALY)
    assert refused.status == 409 and "You keep 20 searches already." in refused.text


def test_saved_search_finds_what_its_concept_became(app: Flask, make: Make) -> None:
    """Without it the search would have lost its only filter, and count everybody."""
    make.organisation("Mensa", sectors=["sector:waste-recycling"])
    make.organisation("Elsewhere", sectors=["sector:care-disability"])
    manager = Actor(person=make.person("Marta", role=ClusterRole.MANAGER))
    with app.app_context(), write_transaction():
        merge_concepts(manager, concept_id("sector:food-catering"), concept_id("sector:waste-recycling"))
    with app.app_context():
        since = now() - timedelta(days=1)
        assert count_newcomers("sector=sector%3Afood-catering", 0, since) == 1
