"""The public state of a design session: everything that its readers are told, and nothing else.

This is the only place where rows become what all readers see. The text of a hidden card and the author of an anonymous
one are not in it; nor is any order in which things were written. Its types are in `presenters/payloads.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from app.core.actors import VISITOR
from app.core.permissions import can
from app.core.streams.models import Event
from app.features.design.models.board import PUBLIC_VALUES, BoardColumn, BreakoutGroup, Card
from app.features.design.models.outcomes import Commitment, Objection, Proposal, Wording
from app.features.design.models.sessions import DesignSession, DesignState, Participant, Phase, PhaseStatus
from app.features.design.phases import policy_of
from app.features.design.queries import board, breakouts, outcomes
from app.features.design.queries.participants import count_ready, joined_participants
from app.features.design.queries.sessions import initiative_link, phases_of

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def without_none(**values: Any) -> dict[str, Any]:
    """The values that are not None: a merge patch has no other word for nothing than to leave the key out."""
    return {name: value for name, value in values.items() if value is not None}


def format_moment(at: datetime | None) -> str | None:
    """A moment in UTC, to the millisecond (ISO 8601)."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def present_events(events: Sequence[Event]) -> list[dict[str, Any]]:
    """The events as `{seq, kind, at, actor, patch}`; of a sealed one nobody learns when and by whom."""
    return [
        {
            "seq": event.seq,
            "kind": event.kind,
            "at": None if event.payload.get("sealed") else format_moment(event.created_at),
            "actor": None if event.payload.get("sealed") else event.actor_id,
            "patch": event.payload.get("patch", {}),
        }
        for event in events
    ]


class SharedRows:
    """Rows that several parts of the state are made of, each read once, when it is first needed."""

    def __init__(self, design_session: DesignSession) -> None:
        self.design = design_session

    @cached_property
    def phases(self) -> Sequence[Phase]:
        """The phases in their order."""
        return phases_of(self.design)

    @cached_property
    def people(self) -> Sequence[Participant]:
        """Everybody who takes part."""
        return joined_participants(self.design)

    @property
    def running(self) -> Phase | None:
        """The phase that is going on."""
        return next((phase for phase in self.phases if phase.status is PhaseStatus.RUNNING), None)


Part = Callable[[SharedRows], dict[str, Any] | None]


def public_state(design_session: DesignSession, parts: Collection[str] | None = None) -> dict[str, Any]:
    """The state as the rows are now, in a constant number of queries; of it only `parts` where they are given.

    A part without content is absent.
    """
    shared = SharedRows(design_session)
    made = {name: part(shared) for name, part in PARTS.items() if parts is None or name in parts}
    return {name: content for name, content in made.items() if content is not None}


# --- The session, its plan and its people -------------------------------------------------------------------


def _design(shared: SharedRows) -> dict[str, Any]:
    design = shared.design
    return without_none(
        id=design.id,
        title=design.title,
        lang=design.lang,
        question=design.question,
        state=design.state.value,
        frozen=design.frozen,
        locked=design.locked,
        starts_at=format_moment(design.starts_at),
        minutes=design.minutes,
        initiative=initiative_link(design),
    )


def _desk(shared: SharedRows) -> dict[str, Any]:
    holder = shared.design.desk_id
    return without_none(holder=str(holder) if holder else None, away=shared.design.desk_away)


def _phases(shared: SharedRows) -> dict[str, Any]:
    return {
        str(phase.id): {
            "position": position,
            "kind": phase.kind.value,
            "title": phase.title,
            "prompt": phase.prompt,
            "minutes": phase.minutes,
            "status": phase.status.value,
            "run": phase.run,
            "policy": policy_of(phase).plain(),
        }
        for position, phase in enumerate(shared.phases, 1)
    }


def _now(shared: SharedRows) -> dict[str, Any] | None:
    phase = shared.running
    if phase is None:
        return None
    return without_none(
        phase=str(phase.id),
        started_at=format_moment(phase.started_at),
        ends_at=format_moment(phase.ends_at),
        left=phase.left,
        revealed=phase.revealed,
        writing_closed=True if phase.writing_closed else None,
    )


def _people(shared: SharedRows) -> dict[str, Any]:
    raised = sorted(person.hand for person in shared.people if person.hand is not None)
    return {
        str(person.person_id): without_none(
            name=person.name,
            organisation=person.organisation_name or None,
            organisation_id=person.organisation_id,
            country=person.country or None,
            lang=person.lang,
            role=person.role.value,
            muted=True if person.muted else None,
            hand=raised.index(person.hand) + 1 if person.hand is not None else None,
        )
        for person in shared.people
    }


def _ready(shared: SharedRows) -> dict[str, Any]:
    ready, total = count_ready(shared.design)
    return {"count": ready, "of": total}


def _round(shared: SharedRows) -> dict[str, Any] | None:
    if not shared.design.round_asked:
        return None
    return {
        "asked": True,
        "spoken": {str(person.person_id): True for person in shared.people if person.spoken},
    }


def _broadcast(shared: SharedRows) -> dict[str, Any] | None:
    is_live = shared.design.state is DesignState.LIVE
    return shared.design.broadcast if shared.design.broadcast and is_live else None


# --- The board ----------------------------------------------------------------------------------------------


def _columns(shared: SharedRows) -> dict[str, Any]:
    """The columns; of hidden cards only how many there are in each."""
    hidden = board.count_hidden_cards(shared.design)
    return {
        str(column.id): without_none(
            title=column.title,
            rank=column.rank,
            board=_board_name(column),
            locked=True if column.locked else None,
            written=hidden.get(column.id),
        )
        for column in board.columns_of(shared.design)
    }


def _board_name(column: BoardColumn) -> str:
    """The board that a column belongs to: "main", or a breakout's such as "b5"."""
    return f"b{column.group_id}" if column.group_id else "main"


def _cards(shared: SharedRows) -> dict[str, Any]:
    return {card.key: public_card(card) for card in board.shown_cards(shared.design)}


def public_card(card: Card) -> dict[str, Any]:
    """A card that is not hidden: without its author where it is anonymous, without its text where it is veiled."""
    shown: dict[str, Any] = {"column": str(card.column_id)}
    shown |= {name: value for name in PUBLIC_VALUES if (value := getattr(card, name))}
    if card.veiled:
        shown["veiled"] = True
    else:
        shown["text"] = card.text
    if card.phase_id is not None:
        shown["phase"] = str(card.phase_id)
    if card.anonymous:
        shown["anonymous"] = True
    if not card.anonymous or can(VISITOR, "design.learn_author", card):
        shown |= without_none(author=card.person_id, country=card.country or None)
    if card.cluster_id is not None:
        shown["cluster"] = str(card.cluster_id)
    return shown


def _card_groups(shared: SharedRows) -> dict[str, Any]:
    return {
        str(group.id): {"name": group.name, "column": str(group.column_id), "rank": group.rank}
        for group in board.groups_of(shared.design)
    }


# --- Votes --------------------------------------------------------------------------------------------------


def _votes(shared: SharedRows) -> dict[str, Any] | None:
    """The newest vote, or None before the first: how many have voted, and the totals once the phase shows them."""
    phase = _latest_vote(shared.phases)
    if phase is None:
        return None
    running = phase.status is PhaseStatus.RUNNING
    shown: dict[str, Any] = {
        "phase": str(phase.id),
        "open": running and not phase.writing_closed and not shared.design.frozen,
        "voters": board.count_voters(phase),
    }
    if _hides_totals(phase):
        return shown
    totals = board.vote_totals(phase)
    shown["totals"] = totals
    if not running or phase.revealed or phase.writing_closed:
        shown |= _ranking(totals)
    return shown


def _latest_vote(phases: Iterable[Phase]) -> Phase | None:
    """The phase whose vote counts now: the one that is going on, else the last one that was."""
    voted = [phase for phase in phases if phase.run and policy_of(phase).vote]
    return max(voted, key=lambda phase: phase.started_at or LONG_AGO, default=None)


def _hides_totals(phase: Phase) -> bool:
    return phase.status is PhaseStatus.RUNNING and policy_of(phase).totals_hidden and not phase.revealed


def _ranking(totals: Mapping[str, int]) -> dict[str, Any]:
    """Who won, and which targets have equally many points; each in an order that reveals nothing else."""
    by_points: dict[int, list[str]] = defaultdict(list)
    for target, points in totals.items():
        by_points[points].append(target)
    ranked = [sorted(by_points[points]) for points in sorted(by_points, reverse=True)]
    return {"winners": ranked[0] if ranked else [], "ties": [same for same in ranked if len(same) > 1]}


def ballots_of(design_session: DesignSession) -> list[dict[str, Any]]:
    """The last vote of each phase that was begun, as `{phase, voters, totals}`; none whose totals are still hidden.

    The state has only the newest one; the report shows all.
    """
    held = [phase for phase in phases_of(design_session) if phase.run and policy_of(phase).vote]
    return [
        {"phase": phase.id, "voters": board.count_voters(phase), "totals": board.vote_totals(phase)}
        for phase in held
        if not _hides_totals(phase)
    ]


# --- Breakouts ----------------------------------------------------------------------------------------------


def _breakouts(shared: SharedRows) -> dict[str, Any] | None:
    """All groups of a design session, the closed ones without their seats; None before the first."""
    design = shared.design
    if design.breakout_round == 0:
        return None
    groups, seats = breakouts.all_groups(design), breakouts.seated_people(design)
    return without_none(
        round=design.breakout_round,
        open=any(group.closed_at is None for group in groups),
        effect=design.breakout_effect or None,
        groups={f"b{group.id}": _breakout_group(group, seats.get(group.id, ())) for group in groups},
    )


def _breakout_group(group: BreakoutGroup, members: Iterable[int]) -> dict[str, Any]:
    return without_none(
        name=group.name,
        host=group.host_id,
        members={str(person_id): True for person_id in members},
        open=True if group.closed_at is None else None,
        called=True if group.called else None,
    )


# --- Outcomes -----------------------------------------------------------------------------------------------


def _proposals(shared: SharedRows) -> dict[str, Any]:
    """The proposals with every wording and objection; of the stances only how many there are of each."""
    found = outcomes.proposals_of(shared.design)
    if not found:
        return {}
    ids = [proposal.id for proposal in found]
    wordings, objections = outcomes.wordings_of(ids), outcomes.objections_to(ids)
    stances = outcomes.count_stances(ids)
    keys = _source_keys(shared.design, found)
    return {
        str(proposal.id): without_none(
            **_worded(wordings.get(proposal.id, [])),
            lang=proposal.lang,
            stage=proposal.stage.value,
            objections={str(each.id): _objection(each) for each in objections.get(proposal.id, [])},
            stances=stances.get(proposal.id) or None,
            cards=_sources(proposal, keys) or None,
        )
        for proposal in found
    }


def _worded(wordings: Sequence[Wording]) -> dict[str, Any]:
    return {
        "text": wordings[-1].text if wordings else "",
        "wording": {str(wording.number): {"text": wording.text} for wording in wordings},
    }


def _objection(objection: Objection) -> dict[str, Any]:
    return without_none(
        by=objection.person_id,
        organisation=objection.organisation_name or None,
        text=objection.text,
        lang=objection.lang,
        state=objection.state.value,
    )


def _commitments(shared: SharedRows) -> dict[str, Any]:
    found = outcomes.commitments_of(shared.design)
    keys = _source_keys(shared.design, found)
    return {
        str(commitment.id): without_none(
            organisation_id=commitment.organisation_id,
            organisation=commitment.organisation_name,
            owner=commitment.owner_id if commitment.owner_id is not None else commitment.owner_name,
            owner_name=commitment.owner_name,
            what=commitment.what,
            if_then=commitment.if_then or None,
            by_when=commitment.by_when.isoformat(),
            lang=commitment.lang,
            state=commitment.state.value,
            carried_from=commitment.carried_from,
            cards=_sources(commitment, keys) or None,
        )
        for commitment in found
    }


def _source_keys(design_session: DesignSession, found: Sequence[Proposal | Commitment]) -> dict[int, str]:
    """The keys, by id, of the cards that outcomes came from: of those that everybody can see."""
    return board.shown_card_keys(design_session, {number for outcome in found for number in outcome.cards})


def _sources(outcome: Proposal | Commitment, keys: Mapping[int, str]) -> list[str]:
    return [keys[number] for number in outcome.cards if number in keys]


def count_gone_cards(design_session: DesignSession) -> dict[str, dict[str, int]]:
    """How many of the cards that proposals and commitments came from are gone, by kind and number; only where some are."""
    found: dict[str, dict[str, int]] = {}
    for kind, rows in (
        ("proposals", outcomes.proposals_of(design_session)),
        ("commitments", outcomes.commitments_of(design_session)),
    ):
        keys = _source_keys(design_session, rows)
        counts = {str(row.id): len(row.cards) - len(_sources(row, keys)) for row in rows}
        found[kind] = {number: count for number, count in counts.items() if count}
    return found


PARTS: Mapping[str, Part] = {
    "design": _design,
    "desk": _desk,
    "phases": _phases,
    "now": _now,
    "people": _people,
    "ready": _ready,
    "round": _round,
    "columns": _columns,
    "cards": _cards,
    "clusters": _card_groups,
    "votes": _votes,
    "breakouts": _breakouts,
    "broadcast": _broadcast,
    "proposals": _proposals,
    "commitments": _commitments,
}
"""The parts of the public state, each made from rows on its own; the types are in `presenters/payloads.py`."""
