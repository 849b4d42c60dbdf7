"""The desk: freezing, locking, people, the round, marks, undo, vanishing and taking over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.core.clock import now, standing_at
from app.core.jobs import run_due_jobs
from app.features.accounts.models import ClusterRole
from tests.features.design.conftest import CLUSTER, LAST, OPEN_WRITING, WRITING, Refused, Table


@pytest.fixture
def board(table: Table) -> Table:
    """A table with three cards in a phase in which everything can be done with them."""
    table.start({**OPEN_WRITING, "policy": {"vote": 3}}, CLUSTER)
    for text in ("One", "Two", "Three"):
        table.write(table.people[0], text)
    return table


def test_frozen_refuses_everything_but_the_desk(board: Table) -> None:
    """The timer stands still too, and goes on where it stood."""
    giulia = board.people[0]
    key = board.key("One")
    board.desk("freeze", on=True)
    state = board.state()
    assert state["design"]["frozen"] and state["now"]["left"] > 0
    assert "open" not in state["votes"] or not state["votes"]["open"]
    for command, content in (
        ("card_add", {"column": board.column(), "text": "More", "lang": "en"}),
        ("card_edit", {"card": key, "text": "More", "lang": "en"}),
        ("card_move", {"card": key, "after": None}),
        ("card_remove", {"card": key}),
        ("group", {"cards": [key, board.key("Two")]}),
        ("vote", {"target": key, "points": 1}),
        ("ready", {"ready": True}),
        ("hand", {"up": True}),
        ("call", {}),
    ):
        with pytest.raises(Refused, match="stopped everything"):
            board.do(giulia, command, **content)
    assert board.mine(giulia)["may"] == []
    board.desk("card_mark", card=key, mark="pinned", on=True)
    board.desk("freeze", on=False)
    assert "ends_at" in board.state()["now"]
    board.do(giulia, "ready", ready=True)
    assert board.state()["ready"] == {"count": 1, "of": 3}


def test_board_column_and_person_are_locked_one_by_one(board: Table) -> None:
    """Each lock stops what it should and nothing else."""
    giulia, marek, _ = board.people
    other = board.desk("column", act="add", title="Other")["column"]
    board.desk("lock", what="column", id=board.column("Ideas"), on=True)
    with pytest.raises(Refused, match="locked this column"):
        board.write(giulia, "Here", board.column("Ideas"))
    with pytest.raises(Refused, match="locked this column"):
        board.do(giulia, "card_move", card=board.key("One"), column=other)
    board.write(giulia, "There", other)
    board.desk("lock", what="board", on=True)
    with pytest.raises(Refused, match="locked the board"):
        board.write(giulia, "There", other)
    board.desk("lock", what="board", on=False)
    board.desk("lock", what="person", id=marek.id, on=True)
    with pytest.raises(Refused, match="muted"):
        board.write(marek, "There", other)
    assert board.state()["people"][str(marek.id)]["muted"]
    board.desk("person", person=marek.id, act="unmute")
    board.write(marek, "There again", other)


def test_hands_queue_and_everybody_is_asked_once(board: Table) -> None:
    """Who raised hers first is first; whoever has spoken is told of."""
    giulia, marek, eleni = board.people
    for person in (marek, giulia):
        board.do(person, "hand", up=True)
    people = board.state()["people"]
    assert (people[str(marek.id)]["hand"], people[str(giulia.id)]["hand"]) == (1, 2)
    board.desk("round", on=True)
    board.desk("person", person=marek.id, act="spoken")
    state = board.state()
    assert state["round"] == {"asked": True, "spoken": {str(marek.id): True}}
    assert state["people"][str(giulia.id)]["hand"] == 1
    board.desk("person", person=giulia.id, act="lower_hand")
    board.desk("round", on=False)
    assert "round" not in board.state()
    board.desk("broadcast", text="Five more minutes", lang="en")
    assert board.state()["broadcast"]["text"] == "Five more minutes"
    board.desk("broadcast", text="", lang="en")
    assert "broadcast" not in board.state()
    assert eleni is not None


def test_whoever_was_sent_away_is_out_and_stays_out(board: Table) -> None:
    """By no door can she come back or read on; her cards stay."""
    giulia = board.people[0]
    board.desk("person", person=giulia.id, act="remove")
    assert str(giulia.id) not in board.state()["people"]
    for command, content in (("join", {}), ("card_add", {"column": 1, "text": "x", "lang": "en"})):
        with pytest.raises(Refused) as refused:
            board.do(giulia, command, **content)
        assert refused.value.code == "not_found"
    assert len(board.state()["cards"]) == 3
    with pytest.raises(Refused, match="cannot be sent away"):
        board.desk("person", person=board.facilitator.id, act="remove")


def test_the_last_twenty_steps_of_the_board_can_be_undone(board: Table, door: Any) -> None:
    """Moves, groups, names, splits, merges, marks: one after the other, back to how it was."""
    giulia = board.people[0]
    one, two, three = board.key("One"), board.key("Two"), board.key("Three")
    other = board.desk("column", act="add", title="Other")["column"]
    states = [board.state()]

    def step(person: Any, command: str, **content: Any) -> None:
        board.do(person, command, **content)
        states.append(board.state())

    desk = board.facilitator
    step(giulia, "card_move", card=one, column=other)
    step(giulia, "group", cards=[one, two], name="Pair")
    pair = next(iter(board.state()["clusters"]))
    step(giulia, "cluster_name", cluster=pair, name="A pair")
    step(giulia, "card_move", card=three, cluster=pair)
    step(desk, "cluster_split", cluster=pair)
    step(desk, "card_mark", card=one, mark="parked", on=True)
    step(desk, "card_veil", card=two, on=True)
    step(desk, "card_veil", card=two, on=False)
    step(giulia, "card_move", card=three, column=other, after=None)
    assert door(desk).get(f"/api/v1/design-sessions/{board.id}/desk").json["undo"] == "Move of a card"
    for before in reversed(states[:-1]):
        board.desk("undo")
        now_ = board.state()
        assert (now_["cards"], now_["clusters"]) == (before["cards"], before["clusters"])
    with pytest.raises(Refused, match="nothing to undo"):
        board.desk("undo")
    for place in range(22):
        board.do(giulia, "card_move", card=one, **({"after": None} if place % 2 else {}))
    for _ in range(20):
        board.desk("undo")
    with pytest.raises(Refused, match="nothing to undo"):
        board.desk("undo")


def test_two_groups_of_cards_become_one_and_can_be_had_back(board: Table) -> None:
    """Merging keeps the cards; undo brings the emptied group back under its name."""
    board.do(board.people[0], "group", cards=[board.key("One"), board.key("Two")], name="Left")
    board.write(board.people[0], "Four")
    board.do(board.people[0], "group", cards=[board.key("Three"), board.key("Four")], name="Right")
    left, right = board.state()["clusters"]
    board.desk("clusters_merge", **{"into": left, "from": right})
    assert {card["cluster"] for card in board.state()["cards"].values()} == {left}
    board.desk("undo")
    assert board.state()["clusters"][right]["name"] == "Right"
    assert board.state()["cards"][board.key("Four")]["cluster"] == right


def test_a_co_facilitator_takes_the_desk_at_once_and_a_manager_after_a_minute(board: Table) -> None:
    """When the facilitator vanishes the session goes on; everybody is told that nobody is at the desk."""
    giulia, marek, _ = board.people
    manager = board.make.person("Piet Manager", role=ClusterRole.MANAGER)
    with pytest.raises(Refused) as refused:
        board.do(manager, "desk", act="take")
    assert refused.value.code == "not_found"
    with pytest.raises(Refused) as refused:
        board.do(giulia, "desk", act="take")
    assert refused.value.code == "forbidden"
    board.desk("desk", act="share", person=marek.id)
    for person, offered in ((marek, True), (giulia, False), (board.facilitator, False)):
        assert ("take_desk" in board.mine(person)["may"]) is offered
    board.do(marek, "desk", act="take")
    assert board.state()["desk"] == {"holder": str(marek.id), "away": False}
    board.do(marek, "go", to="next")
    assert board.do(board.facilitator, "desk", act="keep") == {"kept": False}
    with standing_at(now() + timedelta(seconds=61)):
        with board.app.app_context():
            run_due_jobs()
        assert board.state()["desk"]["away"]
        board.do(giulia, "ready", ready=True)
        board.do(manager, "desk", act="take")
        assert board.state()["desk"] == {"holder": str(manager.id), "away": False}
        assert board.state()["people"][str(manager.id)]["role"] == "co_facilitator"
        board.do(manager, "go", to="repeat")
        board.do(manager, "desk", act="hand_over", person=board.facilitator.id)
        with pytest.raises(Refused, match="Hand the desk over"):
            board.do(manager, "desk", act="unshare", person=board.facilitator.id)
        board.desk("desk", act="unshare", person=marek.id)
    with pytest.raises(Refused) as refused:
        board.do(marek, "go", to="repeat")
    assert refused.value.code == "forbidden"


def test_the_desk_comes_back_with_a_sign_of_life(board: Table) -> None:
    """A page that was closed and opened again tells so, and nobody is called away any more."""
    with standing_at(now() + timedelta(seconds=62)):
        with board.app.app_context():
            run_due_jobs()
        assert board.state()["desk"]["away"]
        assert board.desk("desk", act="keep") == {"kept": True}
        assert not board.state()["desk"]["away"]


def test_the_desk_sees_who_was_not_heard_only_where_that_can_be_known(table: Table, door: Any) -> None:
    """Not while cards are hidden, nor when some have no names; in a round, who has not spoken in it."""
    table.start(OPEN_WRITING, WRITING, {"kind": "rounds", "title": "Round", "minutes": 5}, LAST)

    def not_heard() -> Any:
        return door(table.facilitator).get(f"/api/v1/design-sessions/{table.id}/desk").json.get("not_heard")

    table.write(table.people[1], "Aloud")
    assert not_heard() == {"people": [table.people[0].id, table.people[2].id], "countries": ["CY", "IT"]}
    table.desk("go", to="next")
    table.write(table.people[0], "Hidden")
    assert not_heard() is None
    table.desk("go", to="next")
    table.desk("person", person=table.people[2].id, act="spoken")
    assert not_heard() == {"people": [each.id for each in table.people[:2]], "countries": ["IT", "PL"]}
    table.desk("go", to="next")
    assert not_heard() is None
