"""What is hidden stays hidden: a text is searched for in everything that others can reach."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from sqlalchemy import select

from app.core.database import db
from app.core.transactions import write_transaction
from app.features.design.models.board import Card
from app.features.design.services import drafts
from tests.features.design.conftest import CLUSTER, OPEN_WRITING, REVEAL, WRITING, Refused, Table
from tests.features.design.searching import BETTER, CANARY, payloads, places_of, tables
from tests.support.app import sign_in
from tests.support.door import Door


def test_hidden_text_is_nowhere_but_with_its_author(table: Table, caplog: Any) -> None:
    """Not in data, events, pages, logs or tables, until it is revealed; and then in no event any more once it is gone."""
    caplog.set_level(logging.DEBUG)
    table.start(WRITING, REVEAL, OPEN_WRITING)
    giulia, marek, _ = table.people
    own = table.write(giulia, CANARY)
    others = [table.facilitator, marek]
    with pytest.raises(Refused):
        table.do(giulia, "card_edit", card=own, text=CANARY * 100, lang="en")
    for reader in others:
        assert places_of(CANARY, payloads(table, reader)) == []
        assert CANARY not in json.dumps(table.mine(reader))
    own_places = {f"/api/v1/design-sessions/{table.id}/mine", f"/en/design-sessions/{table.id}/board"}
    assert set(places_of(CANARY, payloads(table, giulia))) == own_places
    assert places_of(CANARY, tables(table.app)) == ["design_card"]
    for key in (own, table.mine(giulia)["cards"][own]["key"]):
        for command in ("card_move", "card_edit", "card_open"):
            more = {"card_move": {"after": None}, "card_edit": {"text": "x", "lang": "en"}}.get(command, {})
            with pytest.raises(Refused) as refused:
                table.do(marek, command, card=key, **more)
            assert refused.value.code in ("not_found", "conflict")
    table.desk("go", to="next")
    assert "events" in places_of(CANARY, payloads(table, marek))
    table.desk("go", to="next")
    table.do(giulia, "card_edit", card=own, text=BETTER, lang="en")
    assert places_of(CANARY, tables(table.app)) == []
    table.desk("card_veil", card=table.key(BETTER), on=True)
    assert places_of(BETTER, tables(table.app)) == ["design_card"]
    assert places_of(BETTER, payloads(table, marek)) == []
    (key,) = table.state()["cards"]
    table.desk("card_veil", card=key, on=False)
    assert "events" in places_of(BETTER, payloads(table, marek))
    table.do(giulia, "card_remove", card=own)
    assert places_of(BETTER, tables(table.app)) == []
    assert CANARY not in caplog.text and BETTER not in caplog.text


def test_a_planted_leak_is_seen(table: Table) -> None:
    """The search is not blind: a card that forgets to be hidden is found."""
    table.start(WRITING)
    table.write(table.people[0], CANARY)
    with table.app.app_context(), write_transaction():
        db.session.scalars(select(Card)).one().unrevealed = False
    table.desk("freeze", on=True)
    assert places_of(CANARY, payloads(table, table.people[1])) != []


def test_cards_that_were_never_revealed_stay_with_their_authors(table: Table) -> None:
    """The end of a session opens nothing that nobody opened before."""
    table.start(WRITING)
    own = table.write(table.people[0], CANARY)
    table.desk("close")
    assert places_of(CANARY, payloads(table, table.people[1])) == []
    door = Door(table.app)
    door.carry(sign_in(table.app, table.people[0]))
    mine = door.get(f"/api/v1/design-sessions/{table.id}/mine").json
    assert mine["cards"][own]["text"] == CANARY and mine["may"] == []


def test_open_for_cards_keeps_the_same_secrets(table: Table) -> None:
    """What is written before the session begins is as hidden as it will be in its first phase."""
    table.prepare(WRITING, CLUSTER)
    giulia, marek, _ = table.people
    with pytest.raises(Refused):
        table.do(giulia, "join")
    with table.acting(table.facilitator) as actor:
        drafts.open_for_cards(actor, table.id)
    for person in (giulia, marek):
        table.do(person, "join")
    table.write(giulia, CANARY)
    with pytest.raises(Refused, match="not begun"):
        table.do(giulia, "ready", ready=True)
    assert places_of(CANARY, payloads(table, marek)) == []
    table.desk("start")
    table.desk("reveal")
    (card,) = table.state()["cards"].values()
    assert card["text"] == CANARY and card["anonymous"] and "author" not in card
