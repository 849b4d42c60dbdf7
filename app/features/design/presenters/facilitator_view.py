"""What only the desk is told: who was not heard yet, what nobody looked at, who calls, what can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import select

from app.core.database import db
from app.features.design.models.board import BreakoutGroup, Card
from app.features.design.models.sessions import DesignSession, Participant, Role
from app.features.design.phases import is_sealed
from app.features.design.presenters.values import without_none
from app.features.design.queries import running_phase
from app.features.design.queries.board import last_step

STEPS: Mapping[str, LazyString] = {
    "card_moved": _l("Move of a card"),
    "grouped": _l("Cards put together"),
    "cluster_named": _l("Name of a group of cards"),
    "cluster_split": _l("A group of cards taken apart"),
    "clusters_merged": _l("Two groups of cards merged"),
    "card_veiled": _l("A card hidden"),
    "card_unveiled": _l("A card shown again"),
    "card_pinned": _l("Pin of a card"),
    "card_parked": _l("A card parked"),
}
"""What each step of the board is called where it can be undone."""


def facilitator_view(design_session: DesignSession) -> dict[str, Any]:
    """The desk's own view, in the reader's language."""
    step = last_step(design_session)
    calls = select(BreakoutGroup.id).where(
        BreakoutGroup.design_id == design_session.id,
        BreakoutGroup.closed_at.is_(None),
        BreakoutGroup.called,
    )
    return {
        **without_none(not_heard=_not_heard(design_session)),
        "unopened": _unopened(design_session),
        "calls": [f"b{number}" for number in db.session.scalars(calls.order_by(BreakoutGroup.id))],
        "undo": str(STEPS.get(step.kind, step.kind)) if step else None,
    }


def _not_heard(design_session: DesignSession) -> dict[str, Any] | None:
    """Who has neither a card under her name nor spoken, and which countries; nothing where that would unmask somebody."""
    if is_sealed(running_phase(design_session)):
        return None
    people = _participants(design_session)
    wrote = set(
        db.session.scalars(
            select(Card.person_id).where(
                Card.design_id == design_session.id, Card.hidden.is_(False), Card.anonymous.is_(False)
            )
        )
    )
    heard = [person for person in people if person.spoken or person.person_id in wrote]
    silent = [person for person in people if person not in heard]
    countries = {person.country for person in people if person.country}
    return {
        "people": [person.person_id for person in silent],
        "countries": sorted(countries - {person.country for person in heard}),
    }


def _participants(design_session: DesignSession) -> list[Participant]:
    query = select(Participant).where(
        Participant.design_id == design_session.id,
        Participant.joined_at.is_not(None),
        Participant.removed_at.is_(None),
        Participant.role == Role.PARTICIPANT,
    )
    return list(db.session.scalars(query.order_by(Participant.person_id)))


def _unopened(design_session: DesignSession) -> list[str]:
    """The keys of the cards that nobody has looked at closely."""
    query = select(Card.key).where(
        Card.design_id == design_session.id,
        Card.hidden.is_(False),
        Card.opened.is_(False),
        Card.veiled.is_(False),
    )
    return list(db.session.scalars(query.order_by(Card.key)))
