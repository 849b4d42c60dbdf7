"""Breakouts: proposed, opened by hand, calling, rotating, brought back with their origin."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from app.core.jobs import run_due_jobs
from app.features.design.models.sessions import Role
from app.features.design.services import participants
from tests.features.design.conftest import OPEN_WRITING, Refused, Table

TALK = {"kind": "breakout", "title": "Talk", "minutes": 20}


@pytest.fixture
def full(table: Table) -> Table:
    """A table with six people in a phase with breakouts."""
    table.add("Jan Nowak", "Zielona Spółdzielnia Dwa", "PL")
    table.add("Camille Durand", "Atelier du Lin", "FR")
    table.add("Piet Jansen", "De Draad", "NL")
    table.start(TALK, OPEN_WRITING)
    return table


def propose(table: Table, door: Any, **asked: Any) -> dict[str, Any]:
    """What the desk is proposed."""
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return door(table.facilitator).get(f"/api/v1/design-sessions/{table.id}/breakouts?{query}").json


def open_up(table: Table, *groups: list[int], **more: Any) -> list[str]:
    """Open groups; returns their names in the state."""
    table.desk("breakouts", act="open", groups=[{"members": group, **more} for group in groups])
    return list(table.state()["breakouts"]["groups"])


def test_what_is_proposed_can_be_opened_and_changes_the_network(full: Table, door: Any, app: Flask) -> None:
    """Everybody sits in one group, and afterwards one sees how many ties are new."""
    proposed = propose(full, door, size=3)
    members = [group["members"] for group in proposed["groups"]]
    assert sorted(one for group in members for one in group) == sorted(person.id for person in full.people)
    assert proposed["new_ties"] == proposed["at_most"] > 0
    first, second = open_up(full, *members)
    state = full.state()
    assert state["breakouts"]["open"] and state["breakouts"]["groups"][first]["open"]
    assert {column["board"] for column in state["columns"].values()} == {"main", first, second}
    with app.app_context():
        while run_due_jobs():
            pass
    effect = full.state()["breakouts"]["effect"]
    assert effect["ties"] >= proposed["new_ties"] and effect["parts_joined"] > 0
    pairs = effect["rounds"]["1"]
    assert len(pairs) == effect["abroad"] == effect["after"]["abroad"] - effect["before"]["abroad"]
    full.desk("close")
    named = {each["name"]: each["country"] for each in effect["organisations"].values()}
    assert named.items() <= {(each.name, each.country) for each in full.organisations}
    page = door(full.people[0]).get(f"/en/design-sessions/{full.id}/report")
    rows = [row.get_text(" · ") for row in page.soup.select("[aria-labelledby=network] tbody tr")]
    assert len(rows) == len(pairs) + 3 and "(Italy)" in page.text
    markdown = door(full.people[0]).get(f"/en/design-sessions/{full.id}/report.md").html
    assert all(f"{name} (" in markdown.replace("\\", "") for name in named)


def test_cards_of_a_group_come_back_with_their_origin(full: Table) -> None:
    """Only its members write on a group's board; merging moves the cards and takes the boards away."""
    ids = [person.id for person in full.people]
    first, _second = open_up(full, ids[:3], ids[3:])
    board = next(int(key) for key, column in full.state()["columns"].items() if column["board"] == first)
    with pytest.raises(Refused, match="another group"):
        full.write(full.people[5], "From outside", board)
    full.write(full.people[0], "From inside", board)
    assert full.mine(full.people[0])["breakout"] == first
    with pytest.raises(Refused, match="Choose the column"):
        full.desk("merge")
    full.desk("merge", column=full.column("Ideas"))
    state = full.state()
    (card,) = state["cards"].values()
    assert card["origin"] == first and state["columns"][card["column"]]["board"] == "main"
    assert {column["board"] for column in state["columns"].values()} == {"main"}
    assert state["breakouts"]["groups"][first]["name"] == "Group 1"
    assert not state["breakouts"]["open"]
    with pytest.raises(Refused, match="no breakout boards"):
        full.desk("merge")
    full.desk("undo")
    state = full.state()
    (card,) = state["cards"].values()
    assert state["columns"][card["column"]]["board"] == first and "origin" not in card
    assert state["breakouts"]["groups"][first]["members"] == {str(person): True for person in ids[:3]}
    full.write(full.people[0], "Still at work", board)


def test_cards_of_groups_go_into_the_column_that_their_phase_laid_out(table: Table, door: Any) -> None:
    """Not into the first one, where observations stand; the desk knows it before, also in a later phase."""
    table.start({**TALK, "columns": ["Our ideas"]}, OPEN_WRITING, columns=("What we see",))
    giulia, marek, _eleni = table.people
    open_up(table, [giulia.id], [marek.id])
    board = next(int(key) for key, column in table.state()["columns"].items() if column["board"] != "main")
    table.write(giulia, "From inside", board)
    table.desk("go", to="next")
    desk = door(table.facilitator).client.get(f"/api/v1/design-sessions/{table.id}/desk").json
    assert desk["merge_into"] == table.column("Our ideas")
    table.desk("merge")
    (card,) = table.state()["cards"].values()
    assert card["column"] == str(table.column("Our ideas"))


def test_somebody_late_is_seated_where_she_is_understood(table: Table) -> None:
    """Of the groups that share a language with her the smallest; the desk can put her elsewhere."""
    speakers = [table.make.person(f"Person {lang}", locale=lang) for lang in ("it", "it", "pl", "en")]
    for person in speakers[:3]:
        table.make.organisation(f"Of {person.name} {person.id}", country="IT", editor=person)
    table.start(TALK)
    with table.acting(table.facilitator) as actor:
        for person in speakers:
            participants.invite(actor, table.id, person.id)
    late = speakers[1]
    for person in (speakers[0], speakers[2]):
        table.do(person, "join")
    italian, polish = open_up(table, [speakers[0].id], [speakers[2].id])
    table.do(late, "join")
    groups = table.state()["breakouts"]["groups"]
    assert str(late.id) in groups[italian]["members"]
    table.desk("breakouts", act="seat", group=polish, person=late.id)
    assert table.mine(late)["breakout"] == polish
    table.do(table.people[0], "join")
    assert table.mine(table.people[0])["breakout"] == italian


def test_a_group_calls_the_facilitator(full: Table, door: Any) -> None:
    """The desk hears of it, and answers."""
    ids = [person.id for person in full.people]
    _first, second = open_up(full, ids[:3], ids[3:])
    full.do(full.people[4], "call")
    desk = door(full.facilitator).get(f"/api/v1/design-sessions/{full.id}/desk").json
    assert desk["calls"] == [second]
    full.desk("breakouts", act="answer", group=second)
    assert "called" not in full.state()["breakouts"]["groups"][second]
    full.desk("breakouts", act="close")
    with pytest.raises(Refused, match="no group"):
        full.do(full.people[4], "call")


def test_another_round_keeps_the_hosts_and_lets_the_others_meet_new_people(full: Table, door: Any) -> None:
    """Who proposes a rotation gets as many groups, each with its host, and nobody else where she was."""
    ids = [person.id for person in full.people]
    full.desk(
        "breakouts",
        act="open",
        groups=[{"members": ids[:3], "host": ids[0]}, {"members": ids[3:], "host": ids[3], "name": "Lorry"}],
    )
    first, second = full.state()["breakouts"]["groups"]
    proposed = propose(full, door, rotate=1)
    by_group = {group["group"]: group for group in proposed["groups"]}
    assert by_group[first]["host"] == ids[0] and by_group[second]["host"] == ids[3]
    assert sorted(one for group in proposed["groups"] for one in group["members"]) == sorted(ids)
    full.desk(
        "breakouts",
        act="rotate",
        groups=[{"group": name, "members": group["members"]} for name, group in by_group.items()],
    )
    breakouts = full.state()["breakouts"]
    assert breakouts["round"] == 2 and breakouts["groups"][second]["name"] == "Lorry"
    assert str(ids[3]) in breakouts["groups"][second]["members"]
    assert full.mine(full.people[0])["breakout"] == first


def test_seats_can_be_changed_by_hand_but_nobody_sits_twice(full: Table) -> None:
    """One person can be put elsewhere; doubled, absent and unknown people are refused."""
    ids = [person.id for person in full.people]
    for groups in ([ids[:2], ids[1:3]], [[ids[0]], []], [[full.facilitator.id]]):
        with pytest.raises(Refused) as refused:
            open_up(full, *groups)
        assert refused.value.code == "invalid"
    first, _second = open_up(full, ids[:3], ids[3:])
    full.desk("breakouts", act="seat", group=first, person=ids[3])
    assert full.mine(full.people[3])["breakout"] == first
    with pytest.raises(Refused, match="already"):
        open_up(full, ids)
    full.do(full.facilitator, "join")
    full.desk("desk", act="share", person=ids[5])
    assert full.state()["people"][str(ids[5])]["role"] == Role.CO_FACILITATOR
