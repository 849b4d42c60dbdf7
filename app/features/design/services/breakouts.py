"""Breakouts: opening groups with boards of their own, changing places, closing them, and bringing their cards back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from app.features.design.models.board import MAX_COLUMN_LENGTH, BreakoutGroup, BreakoutSeat
from app.features.design.models.sessions import DesignSession
from app.features.design.queries.board import (
    all_cards_in,
    card_groups_in,
    get_column,
    last_card_group_rank,
)
from app.features.design.queries.breakouts import (
    breakout_columns,
    current_breakout_group_id,
    merge_column_id,
    open_breakout_groups,
    people_to_seat,
    seated_people,
    unmerged_breakout_groups,
)
from app.features.design.ranks import between
from app.features.design.services.board import add_column, append_to_column
from app.features.design.services.command_runner import run_command, run_participant_command
from app.features.design.services.publishing import publish_action, publish_changes
from app.features.design.services.undo_log import UndoLog
from app.features.design.session_context import SessionContext, require

EFFECT_JOB = "design.effect"
Group = Mapping[str, Any]
"""A group as it is to be: `{members, name?, host?, group?}`."""


def change_breakouts(
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

    def carry_out(context: SessionContext) -> None:
        match act:
            case "open":
                _open(context, groups)
            case "rotate":
                _rotate(context, groups)
            case "seat":
                _seat(context, group, person)
            case "answer":
                _open_breakout_group(context, group).called = False
            case "close":
                if not open_breakout_groups(context.design):
                    raise Conflict(_l("There are no breakouts at this moment."))
                _close(context)
        publish_changes(context.design, f"breakouts_{act}", actor, parts=("breakouts", "columns"))

    content = {"act": act, "groups": [dict(each) for each in groups], "group": group, "person": person}
    return run_command(actor, design_id, cid, "design_breakouts", content, carry_out)


def _open(context: SessionContext, groups: Sequence[Group]) -> None:
    if open_breakout_groups(context.design):
        raise Conflict(_l("There are breakouts already. Close them first."))
    _check_seats(context, groups)
    context.design.breakout_round += 1
    for number, wanted in enumerate(groups, 1):
        name = tidy(wanted.get("name") or "")[:MAX_COLUMN_LENGTH] or _("Group %(number)d", number=number)
        host = wanted.get("host")
        made = BreakoutGroup(
            design_id=context.design.id,
            round=context.design.breakout_round,
            name=name,
            host_id=host if host in wanted["members"] else None,
        )
        db.session.add(made)
        db.session.flush()
        add_column(context.design, name, made.id)
        _seat_all(context, made.id, wanted["members"])
    _schedule_effect(context.design)


def _rotate(context: SessionContext, groups: Sequence[Group]) -> None:
    _check_seats(context, groups)
    at_work = {each.id for each in open_breakout_groups(context.design)}
    if {each.get("group") for each in groups} - at_work or not groups:
        raise NotFound
    context.design.breakout_round += 1
    for wanted in groups:
        _seat_all(context, wanted["group"], wanted["members"])
    _schedule_effect(context.design)


def _check_seats(context: SessionContext, groups: Sequence[Group]) -> None:
    """Raise Invalid unless everybody named takes part and is in one group only, and no group is empty."""
    there = {person.id for person in people_to_seat(context.design)}
    seated = [person for group in groups for person in group["members"]]
    if not groups or not all(group["members"] for group in groups):
        raise Invalid(fields={"groups": [_l("Put somebody into each group.")]})
    if len(set(seated)) < len(seated) or not set(seated) <= there:
        raise Invalid(
            fields={"groups": [_l("Everybody sits in one group at most. Propose the groups again.")]}
        )


def _seat_all(context: SessionContext, group_id: int, members: Sequence[int]) -> None:
    number = context.design.breakout_round
    db.session.add_all(
        BreakoutSeat(group_id=group_id, round=number, person_id=member) for member in sorted(members)
    )
    db.session.flush()


def _seat(context: SessionContext, group: int | None, person: int | None) -> None:
    """Put one person into a group, and out of any other."""
    at_work = [each.id for each in open_breakout_groups(context.design)]
    if group not in at_work or person not in {
        participant.id for participant in people_to_seat(context.design)
    }:
        raise NotFound
    db.session.execute(
        delete(BreakoutSeat).where(
            BreakoutSeat.group_id.in_(at_work),
            BreakoutSeat.round == context.design.breakout_round,
            BreakoutSeat.person_id == person,
        )
    )
    assert group is not None and person is not None
    _seat_all(context, group, [person])
    _schedule_effect(context.design)


def _close(context: SessionContext) -> None:
    for group in open_breakout_groups(context.design):
        group.closed_at, group.called = now(), False


def _open_breakout_group(context: SessionContext, group_id: int | None) -> BreakoutGroup:
    """A group that is at work; raises NotFound."""
    found = next((each for each in open_breakout_groups(context.design) if each.id == group_id), None)
    if found is None:
        raise NotFound
    return found


def call(actor: Actor, design_id: int, cid: str) -> dict[str, Any]:
    """Call the facilitator from inside a group. Raises Conflict for somebody who is in none."""

    def act(context: SessionContext) -> None:
        require(context, "call")
        group_id = current_breakout_group_id(context.design, actor.person_id)
        if group_id is None:
            raise Conflict(_l("You are in no group at this moment."))
        _open_breakout_group(context, group_id).called = True
        publish_action(context, "called", ("breakouts",))

    return run_participant_command(actor, design_id, cid, "design_call", act)


def merge_back(
    actor: Actor, design_id: int, column: int | None = None, cid: str | None = None
) -> dict[str, Any]:
    """Close the groups and bring their cards to the main board, each with its origin; a step that can be undone.

    They go into `column`, else into the one that the phase of the groups laid out. Raises NotFound, and Conflict where
    there is nothing to bring back or no such column.
    """

    def act(context: SessionContext) -> None:
        boards = breakout_columns(context.design)
        if not boards:
            raise Conflict(_l("There are no breakout boards to bring back."))
        found = column or merge_column_id(context.design)
        if found is None:
            raise Conflict(_l("Choose the column into which their cards go."))
        target = get_column(context.design, found)
        if target.group_id is not None:
            raise NotFound
        step = UndoLog(context.design, "merged_back")
        for group in unmerged_breakout_groups(context.design):
            step.note_breakout_group(group)
            group.merged_at = now()
        _close(context)
        for board in boards:
            for card_group in card_groups_in(board):
                step.note_card_group(card_group)
                card_group.rank = between(last_card_group_rank(target.id), None)
                card_group.column_id = target.id
                db.session.flush()
            for card in all_cards_in(board):
                step.note_card(card)
                append_to_column(card, target)
                card.origin = f"b{board.group_id}"
                db.session.flush()
        step.save()
        db.session.flush()
        publish_changes(context.design, "merged_back", actor, parts=("breakouts", "columns", "clusters"))

    return run_command(actor, design_id, cid, "design_merge", {"column": column}, act)


def seat_latecomer(design_session: DesignSession, person_id: int) -> bool:
    """Put somebody who comes while groups are at work into one of them; returns whether there is one for her.

    Of the groups in which everybody shares a language with her the smallest, else the smallest of all. Part of a locked
    change.
    """
    groups = open_breakout_groups(design_session)
    if not groups or current_breakout_group_id(design_session, person_id) is not None:
        return False
    languages = {person.id: person.languages for person in people_to_seat(design_session)}
    if person_id not in languages:
        return False
    seats = seated_people(design_session)

    def preference(group: BreakoutGroup) -> tuple[bool, int, int]:
        members = seats.get(group.id, [])
        spoken = [languages.get(member, frozenset()) for member in members]
        shared = languages[person_id].intersection(*spoken)
        return (not shared, len(members), group.id)

    chosen = min(groups, key=preference)
    db.session.add(BreakoutSeat(group_id=chosen.id, round=design_session.breakout_round, person_id=person_id))
    db.session.flush()
    _schedule_effect(design_session)
    return True


def _schedule_effect(design_session: DesignSession) -> None:
    """Have it computed what the groups do to the collaboration network, after this transaction."""
    enqueue(EFFECT_JOB, design_id=design_session.id)


def note_effect(design_id: int, effect: dict[str, Any]) -> None:
    """Keep what the groups did to the network and tell it; a job's work."""
    design_session = db.session.get(DesignSession, design_id)
    if design_session is None:
        return
    lock_stream(design_session.stream_id)
    db.session.refresh(design_session)
    design_session.breakout_effect = effect
    publish_changes(design_session, "effect", parts=("breakouts",))
