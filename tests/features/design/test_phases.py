"""The two tables: the states of a design session and the way of its phases, every cell through the real services."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select

from app.core.clock import now, standing_at
from app.core.database import db
from app.core.errors import Conflict
from app.core.jobs import run_due_jobs
from app.features.design import phases, states
from app.features.design.models.sessions import DesignSession, DesignState, Phase, PhaseKind, PhaseStatus
from app.features.design.phases import PhaseMove
from app.features.design.services import drafts, lifecycle
from app.features.design.states import SessionMove
from tests.features.design.conftest import CLUSTER, LAST, OPEN_WRITING, WRITING, Refused, Table

TOMORROW = timedelta(days=1)
WELCOME = {"kind": "welcome", "title": "Welcome", "minutes": 3}
VOTE = {"kind": "dot_vote", "title": "Vote", "minutes": 3}
MOVES: dict[SessionMove, Callable[[Any, int], object]] = {
    SessionMove.SCHEDULE: lambda actor, number: drafts.schedule(actor, number, now() + TOMORROW),
    SessionMove.UNSCHEDULE: drafts.unschedule,
    SessionMove.OPEN: drafts.open_for_cards,
    SessionMove.START: lifecycle.start,
    SessionMove.CLOSE: lifecycle.close,
    SessionMove.ARCHIVE: drafts.archive,
    SessionMove.DELETE: drafts.delete,
}
WAYS: dict[DesignState, tuple[SessionMove, ...]] = {
    DesignState.DRAFT: (),
    DesignState.SCHEDULED: (SessionMove.SCHEDULE,),
    DesignState.OPEN: (SessionMove.OPEN,),
    DesignState.LIVE: (SessionMove.START,),
    DesignState.CLOSED: (SessionMove.START, SessionMove.CLOSE),
    DesignState.ARCHIVED: (SessionMove.START, SessionMove.CLOSE, SessionMove.ARCHIVE),
}


def test_every_move_from_every_state_is_in_the_table_or_refused(table: Table) -> None:
    """Each cell of the table of states."""
    for move, state in product(SessionMove, DesignState):
        table.prepare(OPEN_WRITING)
        with table.acting(table.facilitator) as actor:
            for step in WAYS[state]:
                MOVES[step](actor, table.id)
        with table.acting(table.facilitator) as actor:
            if (state, move) not in states.TRANSITIONS:
                with pytest.raises(Conflict):
                    MOVES[move](actor, table.id)
            else:
                MOVES[move](actor, table.id)
        with table.app.app_context():
            found = db.session.get(DesignSession, table.id)
            expected = states.TRANSITIONS.get((state, move), state)
            assert (found.state if found else None) == expected, (state, move)


TABLE = {
    PhaseStatus.PENDING: {
        PhaseMove.BEGIN: PhaseStatus.RUNNING,
        PhaseMove.SKIP: PhaseStatus.SKIPPED,
        PhaseMove.REMOVE: None,
    },
    PhaseStatus.RUNNING: {
        PhaseMove.FINISH: PhaseStatus.DONE,
        PhaseMove.SKIP: PhaseStatus.SKIPPED,
        PhaseMove.SET_BACK: PhaseStatus.PENDING,
        PhaseMove.REPEAT: PhaseStatus.RUNNING,
    },
    PhaseStatus.DONE: {PhaseMove.BEGIN: PhaseStatus.RUNNING},
    PhaseStatus.SKIPPED: {PhaseMove.BEGIN: PhaseStatus.RUNNING, PhaseMove.REMOVE: None},
}


@pytest.mark.parametrize("status", PhaseStatus)
@pytest.mark.parametrize("move", PhaseMove)
def test_every_cell_of_the_table_of_phases(status: PhaseStatus, move: PhaseMove) -> None:
    """What is not in the table is a Conflict."""
    if move in TABLE[status]:
        assert phases.PHASE_STATUSES.next_state(status, move) is TABLE[status][move]
    else:
        with pytest.raises(Conflict):
            phases.PHASE_STATUSES.next_state(status, move)


def test_every_kind_of_phase_can_be_gone_through(table: Table) -> None:
    """It begins, and whoever takes part may do in it what its policy says."""
    table.start(*({"kind": kind.value, "title": kind.value, "minutes": 5} for kind in PhaseKind))
    for place, kind in enumerate(PhaseKind):
        if place:
            table.desk("go", to="next")
        policy = phases.DEFAULTS[kind]
        may = set(table.mine(table.people[0])["may"])
        wanted = {name for name in ("write", "move", "group") if getattr(policy, name)}
        assert may & {"write", "move", "group"} == wanted, kind
        assert ("vote" in may) == (policy.vote > 0), kind
    assert statuses(table) == "d" * (len(PhaseKind) - 1) + "r"


def statuses(table: Table) -> str:
    """The phases in their order, by the first letters of their statuses."""
    shown = sorted(table.state()["phases"].values(), key=lambda phase: phase["position"])
    return "".join(phase["status"][0] for phase in shown)


def test_one_goes_forward_back_over_and_again(table: Table) -> None:
    """Next, previous, skip, repeat; at both ends one is told so."""
    table.start(OPEN_WRITING, CLUSTER, LAST)
    with pytest.raises(Refused, match="first phase"):
        table.desk("go", to="previous")
    table.desk("go", to="next")
    assert statuses(table) == "drp"
    table.desk("go", to="previous")
    assert statuses(table) == "rpp"
    table.desk("go", to="skip")
    assert statuses(table) == "srp"
    table.desk("go", to="repeat")
    phase = table.state()["phases"][table.state()["now"]["phase"]]
    assert phase["run"] == 3 and statuses(table) == "srp"
    table.desk("go", to="next")
    with pytest.raises(Refused, match="last phase"):
        table.desk("go", to="next")
    assert statuses(table) == "sdr"


def test_the_plan_changes_while_preparing_and_while_live(table: Table) -> None:
    """Phases are added, changed, moved, repeated and removed; what ran stays."""
    table.prepare(OPEN_WRITING, LAST)
    added = table.desk("phase", act="add", kind="cluster", title="Sort", minutes=7, to=1)["phase"]
    table.desk("phase", act="change", phase=added, title="Sort it", policy={"write": True})
    table.desk("phase", act="move", phase=added, to=2)
    again = table.desk("phase", act="repeat", phase=added)["phase"]
    plan = sorted(table.state()["phases"].items(), key=lambda pair: pair[1]["position"])
    assert [phase["title"] for _, phase in plan] == ["Ideas", "Sort it", "Sort it", "Goodbye"]
    assert plan[1][1]["policy"]["write"] and plan[1][1]["minutes"] == 7
    table.desk("phase", act="remove", phase=again)
    table.desk("start")
    first = int(plan[0][0])
    table.desk("phase", act="change", phase=first, title="More ideas", minutes=3)
    for refused in (
        {"act": "change", "phase": first, "policy": {"anonymous": True}},
        {"act": "remove", "phase": first},
        {"act": "change", "phase": added, "minutes": 10_000},
        {"act": "change", "phase": added, "policy": {"vote": 500}},
        {"act": "add", "title": "Nothing"},
        {"act": "move", "phase": 987654},
    ):
        with pytest.raises(Refused):
            table.desk("phase", **refused)
    assert table.state()["phases"][str(first)]["title"] == "More ideas"


def test_a_phase_brings_the_columns_that_it_needs(table: Table) -> None:
    """They stand on the board from its beginning, once."""
    needing = {**OPEN_WRITING, "columns": ["Quick wins", "Big bets"]}
    table.start(OPEN_WRITING, needing)
    for way in ("next", "previous", "next"):
        table.desk("go", to=way)
    titles = [column["title"] for column in table.state()["columns"].values()]
    assert titles == ["Ideas", "Quick wins", "Big bets"]
    more = table.desk("column", act="add", title="Parked")["column"]
    table.desk("column", act="rename", column=more, title="Later")
    table.write(table.people[0], "Not now", more)
    with pytest.raises(Refused, match="cards in this column"):
        table.desk("column", act="remove", column=more)
    table.desk("column", act="remove", column=table.column("Big bets"))
    assert table.column("Later") == more


def test_a_hard_timer_closes_the_phase_by_the_clock_and_tells_so(table: Table) -> None:
    """Not a second later, whether or not the job has run; more time opens it again; an advisory one closes nothing."""
    table.start(WRITING, OPEN_WRITING)
    giulia = table.people[0]
    later = now() + timedelta(minutes=5, seconds=1)
    with standing_at(later):
        with pytest.raises(Refused, match="time of this phase is up"):
            table.write(giulia, "Too late")
        with table.app.app_context():
            while run_due_jobs():
                pass
        assert table.state()["now"]["writing_closed"]
        table.desk("timer", act="add", seconds=60)
        table.write(giulia, "Just in time")
        table.desk("timer", act="pause")
        assert table.state()["now"]["left"] == 60
    with standing_at(later + timedelta(hours=1)):
        table.write(giulia, "While it stands still")
        table.desk("timer", act="resume")
        assert "left" not in table.state()["now"]
        table.desk("go", to="next")
    with standing_at(later + timedelta(hours=3)):
        table.write(giulia, "Nobody hurries")


def test_a_job_of_an_earlier_run_closes_nothing(table: Table) -> None:
    """Begun anew, a phase has its whole time again."""
    table.start(WRITING)
    with standing_at(now() + timedelta(minutes=4)):
        table.desk("go", to="repeat")
    with standing_at(now() + timedelta(minutes=5, seconds=30)):
        with table.app.app_context():
            while run_due_jobs():
                pass
        assert "writing_closed" not in table.state()["now"]
        table.write(table.people[0], "Still time")
    with table.app.app_context():
        assert db.session.query(Phase).one().run == 2


@pytest.mark.parametrize("then", [CLUSTER, VOTE])
def test_without_a_reading_cards_are_turned_over_where_everybody_works_with_them(
    table: Table, then: dict[str, Any]
) -> None:
    """Not before, and not by going back; what else a phase hides stays hidden."""
    table.start(WELCOME, WRITING, WELCOME, then)
    table.desk("go", to="next")
    table.write(table.people[0], "Mine")
    table.desk("go", to="previous")
    assert table.state()["cards"] == {}
    table.desk("go", to="next")
    table.desk("go", to="next")
    assert table.state()["cards"] == {}
    table.desk("go", to="skip")
    assert [card["text"] for card in table.state()["cards"].values()] == ["Mine"]
    with table.app.app_context():
        running = db.session.scalars(select(Phase).where(Phase.status == PhaseStatus.RUNNING)).one()
        assert not running.revealed


def test_two_presses_of_next_go_one_phase_on_and_two_of_undo_one_step_back(table: Table) -> None:
    """What is relative says what it is relative to; "repeat", more time and a step undone as well."""
    table.start(OPEN_WRITING, CLUSTER, LAST)
    phase, first = table.state()["now"]["phase"], {"run": 1}
    seen = {"from": phase, **first}
    table.desk("go", to="next", **seen)
    for event, content in (("go", {"to": "next"}), ("go", {"to": "previous"}), ("timer", {"act": "add"})):
        with pytest.raises(Refused, match="changed already"):
            table.desk(event, **content, **seen)
    assert table.state()["phases"][table.state()["now"]["phase"]]["title"] == "Cluster"
    again = {"from": table.state()["now"]["phase"], "run": 1}
    table.desk("go", to="repeat", **again)
    with pytest.raises(Refused, match="changed already"):
        table.desk("go", to="repeat", **again)
    table.desk("go", to="previous")
    for text in ("One", "Two"):
        table.write(table.people[0], text)
    other = table.desk("column", act="add", title="Other")["column"]
    for text in ("One", "Two"):
        table.desk("card_move", card=table.key(text), column=other)
    last = 2
    table.desk("undo", step=last)
    with pytest.raises(Refused, match="last step already"):
        table.desk("undo", step=last)
    assert [card["column"] for card in table.state()["cards"].values()].count(str(other)) == 1


def test_desk_is_offered_the_steps_that_the_server_takes_and_no_other(table: Table) -> None:
    """From before the beginning to the last phase, for who runs the session and for who takes part."""
    names = ("start", "close", "go_next", "go_skip", "go_previous", "go_repeat")

    def command(name: str) -> tuple[str, dict[str, object]]:
        return ("go", {"to": name[3:]}) if name.startswith("go_") else (name, {})

    def compare() -> None:
        for person in (table.facilitator, table.people[0]):
            offered = set(table.mine(person)["may"]) & set(names)
            assert offered == {name for name in names if table.accepts(person, *command(name))}

    table.prepare(OPEN_WRITING, CLUSTER, LAST)
    table.desk("start")
    compare()
    for _ in range(2):
        table.desk("go", to="next")
        compare()
    table.desk("go", to="previous")
    compare()
