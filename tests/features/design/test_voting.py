"""Budgets and closed phases hold however many votes arrive at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from app.core.database import db
from app.core.errors import AppError
from app.features.design.models.board import Vote
from tests.features.design.conftest import OPEN_WRITING, Refused, Table
from tests.support.app import both_databases

VOTE = {"kind": "how_might_we", "title": "Vote", "minutes": 5, "policy": {"vote": 3, "totals_hidden": True}}


def spent(table: Table) -> dict[int, int]:
    """The points that each person has given, as the rows stand."""
    with table.app.app_context():
        query = select(Vote.person_id, func.sum(Vote.points)).group_by(Vote.person_id)
        return {person: int(points) for person, points in db.session.execute(query)}


@both_databases
def test_no_budget_is_overdrawn_by_votes_that_arrive_at_once(table: Table) -> None:
    """Two people, each with five browsers that vote for other cards at the same moment."""
    table.start(VOTE)
    for text in ("One", "Two", "Three", "Four", "Five"):
        table.write(table.people[2], text)
    keys = list(table.state()["cards"])
    voters = table.people[:2]

    def vote(number: int) -> str:
        try:
            table.do(voters[number % 2], "vote", target=keys[number // 2 % 5], points=1 + number % 3)
        except Refused as refused:
            return refused.code
        return "ok"

    with ThreadPoolExecutor(8) as threads:
        came = list(threads.map(vote, range(24)))
    assert set(came) <= {"ok", "conflict"} and "conflict" in came
    assert all(points <= 3 for points in spent(table).values())
    mine = table.mine(voters[0])
    assert mine["left"] == 3 - sum(mine["votes"].values()) >= 0
    table.desk("reveal")
    assert sum(table.state()["votes"]["totals"].values()) == sum(spent(table).values())


@both_databases
def test_no_vote_counts_that_comes_behind_the_end_of_its_phase(table: Table) -> None:
    """Votes race with the facilitator who goes on: what was told at the end is what the rows hold."""
    table.start(VOTE, OPEN_WRITING)
    table.write(table.people[2], "One")
    (key,) = table.state()["cards"]

    def act(number: int) -> str:
        try:
            if number == 5:
                table.desk("go", to="next")
            else:
                table.do(table.people[number % 3], "vote", target=key, points=1 + number % 3)
        except (Refused, AppError) as refused:
            return refused.code
        return "ok"

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(act, range(12)))
    totals = table.state()["votes"]["totals"]
    assert totals.get(key, 0) == sum(spent(table).values())
    with pytest.raises(Refused, match="no vote"):
        table.do(table.people[0], "vote", target=key, points=1)


def test_a_vote_is_taken_back_and_put_elsewhere(table: Table) -> None:
    """Points can be moved; a repeated phase begins with all of them; ties are shown."""
    table.start(VOTE)
    giulia, marek, _ = table.people
    for text in ("One", "Two"):
        table.write(giulia, text)
    one, two = table.key("One"), table.key("Two")
    assert table.do(giulia, "vote", target=one, points=3)["mine"]["left"] == 0
    assert table.do(giulia, "vote", target=one, points=1)["mine"]["left"] == 2
    assert table.do(giulia, "vote", target=two, points=2)["mine"]["votes"] == {one: 1, two: 2}
    table.do(marek, "vote", target=one, points=1)
    table.desk("card_mark", card=two, mark="parked", on=True)
    with pytest.raises(Refused, match="put aside"):
        table.do(marek, "vote", target=two, points=1)
    table.desk("reveal")
    votes = table.state()["votes"]
    assert votes["totals"] == {one: 2, two: 2}
    assert sorted(votes["winners"]) == sorted([one, two]) and votes["ties"] == [votes["winners"]]
    table.desk("go", to="repeat")
    assert table.mine(giulia)["left"] == 3 and table.state()["votes"]["voters"] == 0
