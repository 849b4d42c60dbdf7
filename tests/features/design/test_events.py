"""Snapshot and events: every command tells its change once, and what readers fold is what the rows make."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from flask import Flask

from app.core.database import db
from app.core.jobs import run_due_jobs
from app.core.live.commands import commands_of
from app.core.streams.services import events_after
from app.features.accounts.models import Person
from app.features.design.merge_patch import apply_patch, make_patch
from app.features.design.models.sessions import DesignSession
from app.features.design.projections.public_state import present_events
from tests.features.design.conftest import Refused, Table

TALK = {
    "kind": "breakout",
    "title": "Talk",
    "minutes": 20,
    "policy": {"vote": 5, "write": True, "move": True, "group": True},
}


@pytest.mark.parametrize(
    ("before", "patch", "after"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"e": 1}, {"a": {"bb": {"ccc": None}}}, {"e": 1, "a": {"bb": {}}}),
    ],
)
def test_patches_are_merged_as_the_standard_says(
    before: dict[str, Any], patch: dict[str, Any], after: dict[str, Any]
) -> None:
    """The examples of RFC 7396; and a difference leads where it should."""
    assert apply_patch(before, patch) == after
    assert apply_patch(before, make_patch(before, after)) == after


class Watched(Table):
    """A table at which every command is sent twice, and after each the fold of all events is compared with the rows."""

    def __init__(self, app: Flask, make: Any) -> None:
        super().__init__(app, make)
        self.sent: set[str] = set()
        self.kinds: set[str] = set()
        self.folded: dict[int, tuple[int, dict[str, Any]]] = {}

    def do(
        self, person: Person | None, command: str, cid: str | None = None, /, **content: Any
    ) -> dict[str, Any]:
        """Send a command, send it again, compare."""
        cid = cid or secrets.token_urlsafe(12)
        content = {**self.seen_by_page(command), **content}
        answer = super().do(person, command, cid, **content)
        head = self.compare()
        again = super().do(person, command, cid, **content)
        assert self.compare() == head, f"{command} was done twice"
        assert again == answer, command
        self.sent.add(f"design_{command}")
        return answer

    def compare(self) -> int:
        """Fold what is new of the events; it must be what the rows make. Returns the head."""
        seq, state = self.folded.get(self.id, (0, {}))
        with self.app.app_context():
            stream_id = db.session.get_one(DesignSession, self.id).stream_id
            for event in present_events(events_after(stream_id, seq)):
                assert event["seq"] == seq + 1
                seq, state = event["seq"], apply_patch(state, event["patch"])
                self.kinds.add(event["kind"])
        assert state == self.state()
        self.folded[self.id] = (seq, state)
        return seq


@pytest.mark.slow
def test_what_is_folded_is_what_the_rows_make_after_every_command(app: Flask, make: Any) -> None:
    """The whole list of commands, each sent twice with the same id."""
    table = Watched(app, make)
    giulia, marek, eleni = table.people
    write_first = {"kind": "silent_writing", "title": "Write", "minutes": 5}
    table.prepare(write_first, TALK, {"kind": "consent", "title": "Consent", "minutes": 5})
    table.compare()
    table.desk("phase", act="add", kind="check_out", title="Goodbye", minutes=2)
    table.desk("start")
    for person in (giulia, marek, eleni, table.facilitator):
        table.do(person, "join")
    _write(table)
    _board(table)
    _desk(table)
    _breakouts(table)
    _outcomes(table)
    table.desk("close")
    assert {name for name in commands_of(app) if name.startswith("design_")} == table.sent
    assert {"card_added", "revealed", "undone", "effect", "merged_back", "objected"} <= table.kinds


def _write(table: Watched) -> None:
    giulia, marek, _ = table.people
    first, second = table.write(giulia, "One"), table.write(marek, "Two")
    table.do(giulia, "card_edit", card=first, text="One, better", lang="it")
    gone = table.write(giulia, "Gone")
    table.do(giulia, "card_remove", card=gone)
    table.do(marek, "ready", ready=True)
    table.desk("reveal")
    table.do(marek, "card_edit", card=second, text="Two, better", lang="pl")
    table.desk("go", to="next")


def _board(table: Watched) -> None:
    giulia, marek, eleni = table.people
    for text in ("Three", "Four"):
        table.write(eleni, text)
    three, four, one = table.key("Three"), table.key("Four"), table.key("One, better")
    other = table.desk("column", act="add", title="Other")["column"]
    table.do(marek, "card_move", card=three, column=other)
    table.do(marek, "card_move", card=four, column=other, after=three)
    table.do(giulia, "group", cards=[three, four], name="Pair")
    table.do(giulia, "card_open", card=three)
    cluster = next(iter(table.state()["clusters"]))
    table.do(giulia, "cluster_name", cluster=cluster, name="A pair")
    table.do(giulia, "vote", target=f"c{cluster}", points=2)
    table.do(marek, "vote", target=one, points=3)
    table.do(marek, "vote", target=one, points=0)
    table.write(giulia, "Five")
    table.do(giulia, "group", cards=[table.key("Five"), one])
    left, right = table.state()["clusters"]
    table.desk("clusters_merge", **{"into": left, "from": right})
    table.desk("cluster_split", cluster=left)
    table.desk("undo")
    table.desk("card_veil", card=one, on=True)
    table.desk("card_veil", card=one, on=False)
    table.desk("card_mark", card=one, mark="pinned", on=True)


def _desk(table: Watched) -> None:
    giulia, marek, eleni = table.people
    table.do(eleni, "hand", up=True)
    for act in ("mute", "unmute", "spoken", "lower_hand"):
        table.desk("person", person=eleni.id, act=act)
    table.desk("round", on=True)
    table.desk("broadcast", text="Listen", lang="en")
    table.desk("freeze", on=True)
    table.desk("freeze", on=False)
    table.desk("lock", what="board", on=True)
    table.desk("lock", what="board", on=False)
    table.desk("timer", act="pause")
    table.desk("timer", act="add", seconds=30)
    table.desk("timer", act="resume")
    table.desk("desk", act="share", person=marek.id)
    table.do(marek, "desk", act="take")
    table.desk("desk", act="take")
    table.desk("desk", act="unshare", person=marek.id)
    table.desk("person", person=eleni.id, act="remove")
    assert giulia is not None


def _breakouts(table: Watched) -> None:
    giulia, marek, _ = table.people
    table.desk("breakouts", act="open", groups=[{"members": [giulia.id]}, {"members": [marek.id]}])
    with table.app.app_context():
        while run_due_jobs():
            pass
    table.compare()
    table.do(giulia, "call")
    board = next(int(key) for key, each in table.state()["columns"].items() if each["board"] != "main")
    table.write(giulia, "From the group", board)
    table.desk("breakouts", act="close")
    table.desk("merge", column=table.column())
    table.desk("go", to="next")


def _outcomes(table: Watched) -> None:
    giulia, marek, _ = table.people
    number = table.desk("proposal", act="new", text="Share", lang="en")["proposal"]
    for stage in ("react", "object"):
        table.desk("proposal", act="stage", proposal=number, stage=stage)
    table.do(giulia, "stance", proposal=number, stance="consent")
    table.do(marek, "object", proposal=number, text="Too dear", lang="en")
    ((objection, _),) = table.state()["proposals"][str(number)]["objections"].items()
    table.do(marek, "objection", objection=objection, act="withdraw")
    promise = {"what": "Write", "by_when": "2100-01-01", "lang": "en"}
    table.do(giulia, "commit", organisation=table.organisations[0].id, owner="Anna", **promise)
    ((commitment, _),) = table.state()["commitments"].items()
    table.do(giulia, "commit_change", commitment=commitment, state="done")


def test_the_same_id_with_another_command_is_refused(table: Table) -> None:
    """A repeat is known by its id; at the desk also by what was asked."""
    table.start()
    giulia = table.people[0]
    cid = secrets.token_urlsafe(12)
    table.do(giulia, "card_add", cid, column=table.column(), text="Once", lang="en")
    with pytest.raises(Refused, match="sent before"):
        table.do(giulia, "ready", cid, ready=True)
    table.do(table.facilitator, "freeze", cid, on=True)
    with pytest.raises(Refused, match="sent before"):
        table.do(table.facilitator, "freeze", cid, on=False)
    assert sum(column.get("written", 0) for column in table.state()["columns"].values()) == 1
