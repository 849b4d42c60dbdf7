"""The public state of a design session: everything that its readers are told, and nothing else.

This is the only place where rows become what all readers see. The text of an unrevealed card and the author of an anonymous
one are not in it; nor is any order in which things were written. Its types are in `presenters/payloads.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from app.core.actors import VISITOR
from app.core.permissions import can
from app.core.streams.models import Event
from app.features.design.models.board import PUBLIC_VALUES, Card
from app.features.design.models.outcomes import Commitment, Proposal
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


PARTS = (
    *("design", "desk", "phases", "now", "people", "ready", "round", "columns", "cards", "clusters"),
    *("votes", "breakouts", "broadcast", "proposals", "commitments"),
)
"""The parts of the public state: the names of methods of `StateParts` and of keys of `PublicState`, their type."""


def public_state(design_session: DesignSession, parts: Collection[str] | None = None) -> dict[str, Any]:
    """The state as the rows are now, in a constant number of queries; of it only `parts` where they are given.

    A part without content is absent.
    """
    state = StateParts(design_session)
    made = {name: getattr(state, name)() for name in PARTS if parts is None or name in parts}
    return {name: content for name, content in made.items() if content is not None}


class StateParts:
    """The parts of the state, one method each; rows that several of them are made of are read once."""

    def __init__(self, design_session: DesignSession) -> None:
        self._design = design_session

    @cached_property
    def _phases(self) -> Sequence[Phase]:
        return phases_of(self._design)

    @cached_property
    def _people(self) -> Sequence[Participant]:
        return joined_participants(self._design)

    def design(self) -> dict[str, Any]:
        """The session itself."""
        design = self._design
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

    def desk(self) -> dict[str, Any]:
        """Who holds the desk, and whether she is away."""
        holder = self._design.desk_id
        return without_none(holder=str(holder) if holder else None, away=self._design.desk_away)

    def phases(self) -> dict[str, Any]:
        """The phases of the plan."""
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
                **({"columns": phase.columns} if phase.columns else {}),
            }
            for position, phase in enumerate(self._phases, 1)
        }

    def now(self) -> dict[str, Any] | None:
        """The phase that is going on and its timer; None between phases."""
        phase = next((phase for phase in self._phases if phase.status is PhaseStatus.RUNNING), None)
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

    def people(self) -> dict[str, Any]:
        """Everybody who takes part; `hand` is the place in the queue of raised hands."""
        raised = sorted(person.hand for person in self._people if person.hand is not None)
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
            for person in self._people
        }

    def ready(self) -> dict[str, Any]:
        """How many participants are ready."""
        ready, total = count_ready(self._design)
        return {"count": ready, "of": total}

    def round(self) -> dict[str, Any] | None:
        """The round in which everybody speaks once; None where there is none."""
        if not self._design.round_asked:
            return None
        return {
            "asked": True,
            "spoken": {str(person.person_id): True for person in self._people if person.spoken},
        }

    def broadcast(self) -> dict[str, Any] | None:
        """What the facilitator tells everybody; None where there is nothing."""
        is_live = self._design.state is DesignState.LIVE
        return self._design.broadcast if self._design.broadcast and is_live else None

    def columns(self) -> dict[str, Any]:
        """The columns; of unrevealed cards only how many there are in each."""
        unrevealed = board.count_unrevealed_cards(self._design)
        return {
            str(column.id): without_none(
                title=column.title,
                rank=column.rank,
                board=f"b{column.group_id}" if column.group_id else "main",
                locked=True if column.locked else None,
                written=unrevealed.get(column.id),
            )
            for column in board.columns_of(self._design)
        }

    def cards(self) -> dict[str, Any]:
        """The revealed cards, by keys that reveal no order."""
        return {card.key: public_card(card) for card in board.shown_cards(self._design)}

    def clusters(self) -> dict[str, Any]:
        """The groups of cards."""
        return {
            str(group.id): {"name": group.name, "column": str(group.column_id), "rank": group.rank}
            for group in board.card_groups(self._design)
        }

    def votes(self) -> dict[str, Any] | None:
        """The newest vote, or None before the first: how many have voted, and the totals once the phase shows them."""
        # The current vote, else the last one.
        voted = [each for each in self._phases if each.run and policy_of(each).vote]
        phase = max(voted, key=lambda each: each.started_at or LONG_AGO, default=None)
        if phase is None:
            return None
        running = phase.status is PhaseStatus.RUNNING
        shown: dict[str, Any] = {
            "phase": str(phase.id),
            "open": running and not phase.writing_closed and not self._design.frozen,
            "voters": board.count_voters(phase),
        }
        if _hides_totals(phase):
            return shown
        totals = board.vote_totals(phase)
        shown["totals"] = totals
        if not running or phase.revealed or phase.writing_closed:
            by_points: dict[int, list[str]] = defaultdict(list)
            for target, points in totals.items():
                by_points[points].append(target)
            ranked = [sorted(by_points[points]) for points in sorted(by_points, reverse=True)]
            shown |= {
                "winners": ranked[0] if ranked else [],
                "ties": [same for same in ranked if len(same) > 1],
            }
        return shown

    def breakouts(self) -> dict[str, Any] | None:
        """All groups of a design session, the closed ones without their seats; None before the first."""
        design = self._design
        if design.breakout_round == 0:
            return None
        groups, seats = breakouts.breakout_groups(design), breakouts.seated_people(design)
        return without_none(
            round=design.breakout_round,
            open=any(group.closed_at is None for group in groups),
            effect=design.breakout_effect or None,
            groups={
                f"b{group.id}": without_none(
                    name=group.name,
                    host=group.host_id,
                    members={str(person_id): True for person_id in seats.get(group.id, ())},
                    open=True if group.closed_at is None else None,
                    called=True if group.called else None,
                )
                for group in groups
            },
        )

    def proposals(self) -> dict[str, Any]:
        """The proposals with every wording and objection; of the stances only how many there are of each."""
        found = outcomes.proposals_of(self._design)
        if not found:
            return {}
        ids = [proposal.id for proposal in found]
        wordings, objections = outcomes.wordings_of(ids), outcomes.objections_to(ids)
        stances = outcomes.count_stances(ids)
        keys = _source_keys(self._design, found)
        return {
            str(proposal.id): without_none(
                text=wordings[proposal.id][-1].text if wordings[proposal.id] else "",
                wording={str(each.number): {"text": each.text} for each in wordings[proposal.id]},
                lang=proposal.lang,
                stage=proposal.stage.value,
                objections={
                    str(each.id): without_none(
                        by=each.person_id,
                        organisation=each.organisation_name or None,
                        text=each.text,
                        lang=each.lang,
                        state=each.state.value,
                    )
                    for each in objections[proposal.id]
                },
                stances=stances.get(proposal.id) or None,
                cards=_sources(proposal, keys) or None,
            )
            for proposal in found
        }

    def commitments(self) -> dict[str, Any]:
        """What organisations promised."""
        found = outcomes.commitments_of(self._design)
        keys = _source_keys(self._design, found)
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


def public_card(card: Card) -> dict[str, Any]:
    """A revealed card: without its author where it is anonymous, without its text where it is veiled."""
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


def _hides_totals(phase: Phase) -> bool:
    return phase.status is PhaseStatus.RUNNING and policy_of(phase).totals_hidden and not phase.revealed


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


def _source_keys(design_session: DesignSession, found: Sequence[Proposal | Commitment]) -> dict[int, str]:
    """The keys, by id, of the cards that outcomes came from, as far as everybody can see them."""
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
