"""What is hidden stays hidden, and nobody can tell who wrote an anonymous card.

A canary text is searched for in everything that others can reach. For the author two worlds are compared that differ
only in who wrote: whatever others can reach must be the same in both.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from app import create_app
from app.core.database import db
from app.core.permissions import ROLES, rules
from app.features.accounts.models import Person
from app.features.design import services
from app.features.design.models import Card, DesignSession, Phase, SealedAuthor
from config import Settings
from tests.features.design.conftest import CLUSTER, LAST, OPEN_WRITING, REVEAL, WRITING, Refused, Table
from tests.support.app import SECRET, sign_in, sqlite_copy
from tests.support.door import Door
from tests.support.factories import Make
from tests.support.shared import Shared

CANARY = "zinfandel 7731"
BETTER = "riesling 4242"


def payloads(table: Table, reader: Person, *, pages: bool = True) -> Iterator[tuple[str, str]]:
    """Everything of a design session that a reader can fetch: its events, its data, and every page about it."""
    door = Door(table.app)
    door.carry(sign_in(table.app, reader))
    with table.app.app_context():
        stream = db.session.get_one(DesignSession, table.id).stream_id
    yield "events", door.get(f"/api/v1/streams/{stream}/events").html
    for rule in sorted(table.app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if "design_id" in rule.arguments and "GET" in (rule.methods or ()):
            address = rule.rule.replace("<lang:lang>", "en").replace("<int:design_id>", str(table.id))
            is_page = not address.startswith("/api/")
            if "<" not in address and not address.endswith(".pdf") and (pages or not is_page):
                # The PDF is set from what the Markdown tells.
                yield address, door.get(address).html


def tables(app: Flask) -> Iterator[tuple[str, str]]:
    """Every table's rows as text."""
    with app.app_context():
        for name in sorted(db.metadata.tables):
            rows = db.session.execute(text(f'SELECT * FROM "{name}"')).mappings()
            yield name, json.dumps([dict(row) for row in rows], default=str, ensure_ascii=False)


def places_of(words: str, found: Iterator[tuple[str, str]]) -> list[str]:
    """Where some words stand."""
    return [place for place, content in found if words in content]


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
    with table.app.app_context():
        db.session.scalars(select(Card)).one().hidden = False
        db.session.commit()
    table.desk("freeze", on=True)
    assert places_of(CANARY, payloads(table, table.people[1])) != []


# --- Two worlds -------------------------------------------------------------------------------------------------

SCATTERED = re.compile(r"\b[0-9a-f]{16}\b|\b\d{15,19}\b")
SECRETS = re.compile(r'"(token_hash|cid|digest|email|epoch|stream_id|id)": "[^"]*"')
TOKENS = re.compile(r'(csrf[-_]token"[^>]*? (?:content|value)=)"[^"]*"')
MOMENTS = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.\d]*(Z|[+]00:00)?")
UNREACHED = {"sealed_author", "command", "login"}
"""Tables that no door leads to: the seal itself, what came from whom, sign-ins."""


def plain(content: str) -> str:
    """The content without what is drawn by lot, and without moments but where they must not be told at all."""
    found: dict[str, str] = {}
    content = TOKENS.sub(r'\1""', SECRETS.sub(r'"\1": ""', content.replace("&#34;", '"')))
    content = SCATTERED.sub(lambda match: found.setdefault(match[0], f"<{len(found)}>"), content)
    return MOMENTS.sub("<moment>", re.sub(r"[\w-]{16}(?=/|\")", "", content))


class World:
    """One of two worlds that differ only in which of two people writes."""

    def __init__(self, shared: Shared, folder: Path, writer: int) -> None:
        folder.mkdir()
        self.app = create_app(
            Settings(
                secret_key=SECRET, database_url=sqlite_copy(shared, folder), instance=folder, testing=True
            )
        )
        self.table = Table(self.app, Make(self.app))
        self.writer = writer

    @property
    def author(self) -> Person:
        """Whoever writes in this world."""
        return self.table.people[self.writer]

    def reached(self, *, pages: bool = True) -> dict[str, str]:
        """Everything that the third person, the facilitator and a reader of the tables find, perhaps without pages."""
        found: dict[str, str] = {}
        for reader in (self.table.people[2], self.table.facilitator):
            for place, content in payloads(self.table, reader, pages=pages):
                found[f"{place} for {reader.name}"] = content
        return found | {name: content for name, content in tables(self.app) if name not in UNREACHED}

    def end(self) -> None:
        """Let the database go."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def worlds(shared: Shared, tmp_path: Path) -> Iterator[tuple[World, World]]:
    """Giulia writes in the one, Marek in the other."""
    both = World(shared, tmp_path / "giulia", 0), World(shared, tmp_path / "marek", 1)
    yield both
    for world in both:
        world.end()


def same(worlds: tuple[World, World], *, pages: bool = True) -> None:
    """Whatever others can reach is the same in both worlds."""
    one, other = (world.reached(pages=pages) for world in worlds)
    assert one.keys() == other.keys()
    assert differing(one, other) == []


def differing(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """Where two worlds are not alike, whatever is drawn by lot."""
    unequal = [place for place in one if one[place] != other[place]]
    return [place for place in unequal if plain(one[place]) != plain(other[place])]


@pytest.mark.slow
def test_nobody_can_tell_who_wrote_an_anonymous_card(worlds: tuple[World, World]) -> None:
    """Written hidden, moved, worded anew, revealed, worded anew in a named phase, moved, voted on, taken back, closed.

    Rows and data are compared after every step; the pages, which are drawn from them, before and after the reveal, when
    something of it was changed, and at the end.
    """
    own: dict[World, str] = {}

    def step(act: Callable[[World], object], *, pages: bool = False) -> None:
        for world in worlds:
            act(world)
        same(worlds, pages=pages)

    def write(world: World) -> None:
        own[world] = world.table.write(world.author, CANARY)

    def send(command: str, **content: Any) -> Callable[[World], object]:
        return lambda world: world.table.do(world.author, command, card=own[world], **content)

    def desk(command: str, **content: Any) -> Callable[[World], object]:
        return lambda world: world.table.desk(command, **content)

    step(lambda world: world.table.start(WRITING, REVEAL, {**OPEN_WRITING, "policy": {"vote": 2}}, LAST))
    step(desk("column", act="add", title="Other"))
    step(write)
    step(send("card_move", column=worlds[0].table.column("Other")))
    step(send("card_edit", text=BETTER, lang="it"), pages=True)
    step(desk("go", to="next"), pages=True)
    step(desk("go", to="next"))
    step(send("card_edit", text=CANARY, lang="en"))
    step(send("card_move", column=worlds[0].table.column("Ideas")))
    step(send("card_open"))
    step(desk("undo"))
    step(lambda world: world.table.desk("card_veil", card=next(iter(world.table.state()["cards"])), on=True))
    step(desk("undo"))
    step(send("card_edit", text=BETTER, lang="en"), pages=True)
    step(desk("close"), pages=True)
    with worlds[0].app.app_context():
        assert db.session.scalars(select(SealedAuthor)).all() == []
    one, other = (
        {name: content for name, content in tables(world.app) if name != "login"} for world in worlds
    )
    assert differing(one, other) == []


def test_the_comparison_sees_a_named_card(worlds: tuple[World, World]) -> None:
    """The two worlds are not blind: a card under a name makes them differ."""
    for world in worlds:
        world.table.start(OPEN_WRITING)
        world.table.write(world.author, CANARY)
    one, other = (world.reached() for world in worlds)
    assert {"events", "design_card", "event"} <= {place.split(" for ")[0] for place in differing(one, other)}


# --- Order, time, rules -----------------------------------------------------------------------------------------


def test_the_reveal_is_shuffled_under_fresh_keys_and_tells_no_moment(table: Table) -> None:
    """Neither keys, ranks, places in the payload, rows nor moments tell in which order cards were written."""
    table.start(WRITING, REVEAL)
    own = [table.write(table.people[number % 3], f"Card {number:02}") for number in range(12)]
    hidden = {
        key: card["key"] for person in table.people for key, card in table.mine(person)["cards"].items()
    }
    with table.app.app_context():
        began = db.session.scalars(select(Phase.started_at).where(Phase.started_at.is_not(None))).one()
        assert {card.created_at for card in db.session.scalars(select(Card))} == {began}
    table.desk("go", to="next")
    cards = table.state()["cards"]
    written = [f"Card {number:02}" for number in range(12)]
    assert [card["text"] for card in sorted(cards.values(), key=lambda card: card["rank"])] != written
    assert [card["text"] for card in cards.values()] != written
    assert not set(cards) & {*hidden.values(), *own}
    with table.app.app_context():
        rows = db.session.scalars(select(Card.text).order_by(Card.id)).all()
        assert list(rows) != written
        stream = db.session.get_one(DesignSession, table.id).stream_id
    door = Door(table.app)
    door.carry(sign_in(table.app, table.people[0]))
    events = door.get(f"/api/v1/streams/{stream}/events").json["events"]
    added = [event for event in events if event["kind"] == "card_added"]
    assert len(added) == 12
    assert all(event["at"] is None and event["actor"] is None for event in added)


def test_whatever_people_do_with_a_vote_is_told_without_them(table: Table) -> None:
    """In every phase: who voted when is nobody's business, nor who is ready in a hidden one."""
    table.start(WRITING, {**OPEN_WRITING, "policy": {"vote": 2}})
    table.do(table.people[0], "ready", ready=True)
    table.desk("go", to="next")
    table.write(table.people[1], "One")
    table.do(table.people[0], "vote", target=table.key("One"), points=1)
    with table.app.app_context():
        rows = db.session.execute(text("SELECT kind, actor_id, org_id FROM event")).all()
    actors = {(row.kind, row.actor_id, row.org_id) for row in rows if row.kind in ("voted", "ready")}
    assert actors == {("voted", None, None), ("ready", None, None)}


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


def test_nobody_may_learn_who_wrote_an_anonymous_card() -> None:
    """The row of the policy is empty in every column."""
    rule = rules()["design.learn_author"]
    assert [rule.column(role) for role in ROLES] == [None] * len(ROLES)


def test_open_for_cards_keeps_the_same_secrets(table: Table) -> None:
    """What is written before the session begins is as hidden as it will be in its first phase."""
    table.prepare(WRITING, CLUSTER)
    giulia, marek, _ = table.people
    with pytest.raises(Refused):
        table.do(giulia, "join")
    with table.acting(table.facilitator) as actor:
        services.open_for_cards(actor, table.id)
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
