"""Breakouts: opening groups with boards of their own, changing places, closing them, and bringing their cards back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from app.core.actors import Actor
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict, Invalid, NotFound
from app.core.jobs import enqueue
from app.core.streams.services import lock_stream
from app.core.text import tidy
from app.features.design.models import (
    LONGEST_COLUMN,
    BreakoutGroup,
    BreakoutSeat,
    DesignSession,
)
from app.features.design.presenters.mine import seat_of
from app.features.design.queries.network import open_groups, people_to_seat
from app.features.design.services.columns import add_column
from app.features.design.services.doing import run, take_part
from app.features.design.services.merging_back import merge_back
from app.features.design.services.telling import tell
from app.features.design.sitting import Sitting, require

EFFECT = "design.effect"
CALLED = "design_call"
PARTS = ("breakouts", "columns")
Group = Mapping[str, Any]


def handle_breakouts(
    actor: Actor,
    design_id: int,
    act: str,
    *,
    groups: Sequence[Group] = (),
    group: int | None = None,
    person: int | None = None,
    cid: str | None = None,
) -> dict[str, Any]:
    """Open `groups` (`{members, name?, host?}`), rotate (`{group, members}`), seat one `person` in a `group`, answer
    its call, or close all. Raises NotFound, Conflict, Invalid.
    """

    def carry_out(sitting: Sitting) -> None:
        ACTS[act](sitting, groups, group, person)
        tell(sitting.design, f"breakouts_{act}", actor, parts=PARTS)

    content = {"act": act, "groups": [dict(each) for each in groups], "group": group, "person": person}
    return run(actor, design_id, cid, "design_breakouts", content, carry_out)


def _open(sitting: Sitting, groups: Sequence[Group], group: int | None, person: int | None) -> None:
    if open_groups(sitting.design):
        raise Conflict(_l("There are breakouts already. Close them first."))
    _check_seats(sitting, groups)
    sitting.design.breakout_round += 1
    for number, wanted in enumerate(groups, 1):
        name = tidy(wanted.get("name") or "")[:LONGEST_COLUMN] or _("Group %(number)d", number=number)
        host = wanted.get("host")
        made = BreakoutGroup(
            design_id=sitting.design.id,
            round=sitting.design.breakout_round,
            name=name,
            host_id=host if host in wanted["members"] else None,
        )
        db.session.add(made)
        db.session.flush()
        add_column(sitting.design, name, made.id)
        _seat_all(sitting, made.id, wanted["members"])
    _weigh(sitting.design)


def _rotate(sitting: Sitting, groups: Sequence[Group], group: int | None, person: int | None) -> None:
    _check_seats(sitting, groups)
    at_work = {each.id for each in open_groups(sitting.design)}
    if {each.get("group") for each in groups} - at_work or not groups:
        raise NotFound
    sitting.design.breakout_round += 1
    for wanted in groups:
        _seat_all(sitting, wanted["group"], wanted["members"])
    _weigh(sitting.design)


def _check_seats(sitting: Sitting, groups: Sequence[Group]) -> None:
    """Raise Invalid unless everybody named takes part and sits in one group, and no group is empty."""
    there = {person.id for person in people_to_seat(sitting.design)}
    seated = [one for each in groups for one in each["members"]]
    if not groups or not all(each["members"] for each in groups):
        raise Invalid(fields={"groups": [_l("Put somebody into each group.")]})
    if len(set(seated)) < len(seated) or not set(seated) <= there:
        raise Invalid(
            fields={"groups": [_l("Everybody sits in one group at most. Propose the groups again.")]}
        )


def _seat_all(sitting: Sitting, group_id: int, members: Sequence[int]) -> None:
    number = sitting.design.breakout_round
    db.session.add_all(
        BreakoutSeat(group_id=group_id, round=number, person_id=member) for member in sorted(members)
    )
    db.session.flush()


def _seat(sitting: Sitting, groups: Sequence[Group], group: int | None, person: int | None) -> None:
    """Put one person into a group, and out of any other."""
    at_work = [each.id for each in open_groups(sitting.design)]
    if group not in at_work or person not in {one.id for one in people_to_seat(sitting.design)}:
        raise NotFound
    db.session.execute(
        delete(BreakoutSeat).where(
            BreakoutSeat.group_id.in_(at_work),
            BreakoutSeat.round == sitting.design.breakout_round,
            BreakoutSeat.person_id == person,
        )
    )
    assert group is not None and person is not None
    _seat_all(sitting, group, [person])
    _weigh(sitting.design)


def _answer(sitting: Sitting, groups: Sequence[Group], group: int | None, person: int | None) -> None:
    """Note that a group's call was heard."""
    _group(sitting, group).called = False


def _close(sitting: Sitting, groups: Sequence[Group], group: int | None, person: int | None) -> None:
    at_work = open_groups(sitting.design)
    if not at_work:
        raise Conflict(_l("There are no breakouts at this moment."))
    for each in at_work:
        each.closed_at, each.called = now(), False


ACTS: Mapping[str, Callable[[Sitting, Sequence[Group], int | None, int | None], None]] = {
    "open": _open,
    "rotate": _rotate,
    "seat": _seat,
    "answer": _answer,
    "close": _close,
}


def _group(sitting: Sitting, group_id: int | None) -> BreakoutGroup:
    """A group that is at work; raises NotFound."""
    found = next((each for each in open_groups(sitting.design) if each.id == group_id), None)
    if found is None:
        raise NotFound
    return found


def call(actor: Actor, design_id: int, cid: str) -> dict[str, Any]:
    """Call the facilitator from inside a group. Raises Conflict for somebody who sits in none."""

    def act(sitting: Sitting) -> None:
        require(sitting, "call")
        group_id = seat_of(sitting)
        if group_id is None:
            raise Conflict(_l("You are in no group at this moment."))
        _group(sitting, group_id).called = True
        tell(
            sitting.design,
            "called",
            actor,
            sealed=sitting.is_sealed,
            phase=sitting.phase,
            parts=("breakouts",),
        )

    return take_part(actor, design_id, cid, CALLED, act)


def bring_back(
    actor: Actor, design_id: int, column: int | None = None, cid: str | None = None
) -> dict[str, Any]:
    """Close the groups and bring their cards to the main board, into `column` (else its first), each with its origin.

    Raises Conflict where there is nothing to bring back.
    """

    def act(sitting: Sitting) -> None:
        for each in open_groups(sitting.design):
            each.closed_at, each.called = now(), False
        merge_back(sitting.design, column)
        tell(sitting.design, "merged_back", actor, parts=("breakouts", "columns", "clusters"))

    return run(actor, design_id, cid, "design_merge", {"column": column}, act)


def _weigh(design_session: DesignSession) -> None:
    """Have it worked out what the groups do to the network, once this change stands."""
    enqueue(EFFECT, design_id=design_session.id)


def note_effect(design_id: int, effect: dict[str, Any]) -> None:
    """Keep what the groups did to the network and tell it; a job's work."""
    design_session = db.session.get(DesignSession, design_id)
    if design_session is None:
        return
    lock_stream(design_session.stream_id)
    db.session.refresh(design_session)
    design_session.breakout_effect = effect
    tell(design_session, "effect", parts=("breakouts",))
