"""Nobody can tell who wrote an anonymous card, nor who voted or in which order cards came."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from app.core.database import db
from app.core.permissions import ROLES, rules
from app.features.design.models.board import Card, SealedAuthor
from app.features.design.models.sessions import DesignSession, Phase
from tests.features.design.conftest import LAST, OPEN_WRITING, REVEAL, WRITING, Table
from tests.features.design.searching import BETTER, CANARY, tables
from tests.features.design.worlds import World, differing, same
from tests.support.app import sign_in
from tests.support.door import Door
from tests.support.shared import Shared


@pytest.fixture
def worlds(shared: Shared, tmp_path: Path) -> Iterator[tuple[World, World]]:
    """Giulia writes in the one, Marek in the other."""
    both = World(shared, tmp_path / "giulia", 0), World(shared, tmp_path / "marek", 1)
    yield both
    for world in both:
        world.end()


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


def test_nobody_may_learn_who_wrote_an_anonymous_card() -> None:
    """The row of the policy is empty in every column."""
    rule = rules()["design.learn_author"]
    assert [rule.column(role) for role in ROLES] == [None] * len(ROLES)
