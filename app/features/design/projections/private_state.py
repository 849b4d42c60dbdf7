"""What only one person is told (her cards, her votes, what she may do), and what only those who run the session are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.features.design.models.board import OWN_VALUES
from app.features.design.models.sessions import DesignSession, DesignState, Role
from app.features.design.phases import is_sealed
from app.features.design.projections.public_state import without_none
from app.features.design.proposal_stages import OVER, stances_at, steps_at
from app.features.design.queries.board import (
    has_anonymous_cards,
    last_step,
    named_author_ids,
    own_cards,
    own_votes,
)
from app.features.design.queries.breakouts import (
    calling_breakout_group_ids,
    current_breakout_group_id,
    merge_column_id,
)
from app.features.design.queries.outcomes import (
    own_stances,
    proposals_of,
    silent_people,
    unsolved_objections_in,
)
from app.features.design.queries.participants import joined_participants
from app.features.design.queries.sessions import running_phase
from app.features.design.session_context import SessionContext, allowed


def own_state(context: SessionContext) -> dict[str, Any]:
    """The actor's private view, for nobody else; its type is `Mine` in `presenters/payloads.py`."""
    person_id, me, budget = context.actor.person_id, context.me, context.policy.vote
    points = own_votes(context.phase, person_id) if context.phase is not None and budget else {}
    group_id = current_breakout_group_id(context.design, person_id)
    may = allowed(context)
    stances = own_stances(context.design, person_id) if "decide" in may else {}
    decide = _proposal_acts(context, may)
    return without_none(
        joined=context.is_in,
        cards={
            card.own_key: without_none(
                **{name: getattr(card, name) for name in OWN_VALUES},
                hidden=card.unrevealed,
                column=str(card.column_id),
                cluster=str(card.cluster_id) if card.cluster_id else None,
            )
            for card in own_cards(context.design, person_id)
        },
        votes=points,
        budget=budget,
        left=budget - sum(points.values()),
        ready=bool(me and me.ready),
        breakout=f"b{group_id}" if group_id else None,
        stances={str(proposal_id): stance.value for proposal_id, stance in stances.items()},
        may=may,
        decide=decide,
    )


def _proposal_acts(context: SessionContext, may: list[str]) -> dict[str, list[str]]:
    """What she may do with each proposal now: say of it, take further, and answer (the number of her objection)."""
    runs = context.runs_it and context.design.state is DesignState.LIVE
    if not runs and "decide" not in may:
        return {}
    proposals = proposals_of(context.design)
    unsolved = unsolved_objections_in(context.design) if proposals else ()
    acts: dict[str, list[str]] = {}
    for proposal in proposals:
        against = [objection for objection in unsolved if objection.proposal_id == proposal.id]
        own = [each for each in against if each.person_id == context.actor.person_id]
        names: list[str] = []
        if "decide" in may and proposal.stage not in OVER:
            names += stances_at(proposal.stage, has_objection=bool(own))
            names += [f"answer_{objection.id}" for objection in own]
        if runs:
            names += steps_at(proposal.stage, has_unsolved=bool(against))
        acts[str(proposal.id)] = names
    return {number: names for number, names in acts.items() if names}


UNDO_NAMES: Mapping[str, LazyString] = {
    "card_moved": _l("Move of a card"),
    "grouped": _l("Cards put together"),
    "cluster_named": _l("Name of a group of cards"),
    "cluster_split": _l("A group of cards taken apart"),
    "clusters_merged": _l("Two groups of cards merged"),
    "card_veiled": _l("A card hidden"),
    "card_unveiled": _l("A card shown again"),
    "card_pinned": _l("Pin of a card"),
    "card_parked": _l("A card parked"),
    "merged_back": _l("Cards of the groups brought back"),
}
"""What each step of the board is called on the button that undoes it."""


def facilitator_view(design_session: DesignSession) -> dict[str, Any]:
    """What only those who run the session are told, in the reader's language: who was not heard yet, what to undo."""
    step = last_step(design_session)
    return {
        **without_none(not_heard=_not_heard(design_session)),
        **without_none(merge_into=merge_column_id(design_session)),
        "calls": [f"b{number}" for number in calling_breakout_group_ids(design_session)],
        "silent": silent_people(design_session),
        "undo_step": step.number if step else None,
        "undo": str(UNDO_NAMES.get(step.kind, step.kind)) if step else None,
    }


def _not_heard(design_session: DesignSession) -> dict[str, Any] | None:
    """Who has neither a card under her name nor spoken, and which countries; in a round, who has not spoken in it.

    None where that would unmask somebody, or where nobody can know it because cards have no names.
    """
    if is_sealed(running_phase(design_session)):
        return None
    if not design_session.round_asked and has_anonymous_cards(design_session):
        return None
    people = joined_participants(design_session, Role.PARTICIPANT)
    wrote = set() if design_session.round_asked else named_author_ids(design_session)
    heard = [person for person in people if person.spoken or person.person_id in wrote]
    countries = {person.country for person in people if person.country}
    return {
        "people": [person.person_id for person in people if person not in heard],
        "countries": sorted(countries - {person.country for person in heard}),
    }
