"""The public state of a design session: everything that everybody who may read it is told, and nothing else.

This is the one place where rows become what readers see. A hidden card's text, and the author of an anonymous one,
are not in it; nor is any order in which things were written.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import bindparam, func, select

from app.core.database import db
from app.features.design.models.sessions import (
    DesignSession,
    DesignState,
    Participant,
    Phase,
    PhaseStatus,
    Role,
)
from app.features.design.phases import policy_of
from app.features.design.presenters.board import cards, clusters, columns
from app.features.design.presenters.breakouts import breakouts
from app.features.design.presenters.outcomes import commitments, proposals
from app.features.design.presenters.values import moment, without_none
from app.features.design.presenters.votes import votes
from app.features.design.queries import phases_of
from app.features.initiatives.models import Initiative, InitiativeText

_READY = (
    select(Participant.ready, func.count())
    .where(
        Participant.design_id == bindparam("design"),
        Participant.joined_at.is_not(None),
        Participant.removed_at.is_(None),
        Participant.role == Role.PARTICIPANT,
    )
    .group_by(Participant.ready)
)


class SharedRows:
    """What several parts of the state are made of, read once where it is needed."""

    def __init__(self, design_session: DesignSession) -> None:
        self.design = design_session

    @cached_property
    def phases(self) -> Sequence[Phase]:
        """The phases in their order."""
        return phases_of(self.design)

    @cached_property
    def people(self) -> Sequence[Participant]:
        """Everybody who takes part."""
        return _people_in(self.design)

    @property
    def running(self) -> Phase | None:
        """The phase that is going on."""
        return next((phase for phase in self.phases if phase.status is PhaseStatus.RUNNING), None)


Part = Callable[[SharedRows], dict[str, Any] | None]


def public_state(design_session: DesignSession, parts: Collection[str] | None = None) -> dict[str, Any]:
    """The state as the rows stand now, in a constant number of queries; of it only `parts` where they are given.

    A part that there is nothing to say of is absent.
    """
    shared = SharedRows(design_session)
    made = {name: part(shared) for name, part in PARTS.items() if parts is None or name in parts}
    return {name: content for name, content in made.items() if content is not None}


def _people_in(design_session: DesignSession) -> Sequence[Participant]:
    query = (
        select(Participant)
        .where(
            Participant.design_id == design_session.id,
            Participant.joined_at.is_not(None),
            Participant.removed_at.is_(None),
        )
        .order_by(Participant.person_id)
    )
    return db.session.scalars(query).all()


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
        starts_at=moment(design.starts_at),
        minutes=design.minutes,
        initiative=_initiative(design.initiative_id),
    )


def _initiative(initiative_id: int | None) -> dict[str, Any] | None:
    """The initiative that a design session belongs to, in its own words."""
    if initiative_id is None:
        return None
    query = (
        select(Initiative.slug, InitiativeText.title)
        .join(InitiativeText, InitiativeText.initiative_id == Initiative.id)
        .where(Initiative.id == initiative_id, InitiativeText.lang == Initiative.lang)
    )
    row = db.session.execute(query).first()
    return {"slug": row.slug, "title": row.title} if row else None


def _desk(shared: SharedRows) -> dict[str, Any]:
    holder = shared.design.desk_id
    return without_none(holder=str(holder) if holder else None, away=shared.design.desk_away)


def _phases(shared: SharedRows) -> dict[str, Any]:
    return {
        str(phase.id): {
            "position": place,
            "kind": phase.kind.value,
            "title": phase.title,
            "prompt": phase.prompt,
            "minutes": phase.minutes,
            "status": phase.status.value,
            "run": phase.run,
            "policy": policy_of(phase).plain(),
        }
        for place, phase in enumerate(shared.phases, 1)
    }


def _now(shared: SharedRows) -> dict[str, Any] | None:
    phase = shared.running
    if phase is None:
        return None
    return without_none(
        phase=str(phase.id),
        started_at=moment(phase.started_at),
        ends_at=moment(phase.ends_at),
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
    counted = db.session.execute(_READY, {"design": shared.design.id})
    many = {bool(ready): count for ready, count in counted}
    return {"count": many.get(True, 0), "of": sum(many.values())}


def _round(shared: SharedRows) -> dict[str, Any] | None:
    if not shared.design.round_asked:
        return None
    return {
        "asked": True,
        "spoken": {str(person.person_id): True for person in shared.people if person.spoken},
    }


def _broadcast(shared: SharedRows) -> dict[str, Any] | None:
    return shared.design.broadcast if shared.design.broadcast and _is_live(shared) else None


def _is_live(shared: SharedRows) -> bool:
    return shared.design.state is DesignState.LIVE


PARTS: Mapping[str, Part] = {
    "design": _design,
    "desk": _desk,
    "phases": _phases,
    "now": _now,
    "people": _people,
    "ready": _ready,
    "round": _round,
    "columns": lambda shared: columns(shared.design),
    "cards": lambda shared: cards(shared.design),
    "clusters": lambda shared: clusters(shared.design),
    "votes": lambda shared: votes(shared.design, shared.phases),
    "breakouts": lambda shared: breakouts(shared.design),
    "broadcast": _broadcast,
    "proposals": lambda shared: proposals(shared.design),
    "commitments": lambda shared: commitments(shared.design),
}
"""The parts of the public state; each is made from rows on its own."""
