"""Telling readers what changed: each change of rows becomes one event that holds the difference of the public state."""

from __future__ import annotations

from collections.abc import Collection
from copy import deepcopy
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.core.actors import VISITOR, Actor
from app.core.clock import now
from app.core.database import db
from app.core.streams.models import Event
from app.core.streams.services import append
from app.features.design.merging import difference
from app.features.design.models import Card, DesignSession, Phase, Told
from app.features.design.presenters.state import PARTS, public_state


def tell(
    design_session: DesignSession,
    kind: str,
    actor: Actor = VISITOR,
    *,
    sealed: bool = False,
    phase: Phase | None = None,
    parts: Collection[str] | None = None,
) -> int | None:
    """Tell everybody what has changed since they were last told; the stream must be locked.

    `kind` names what was done. A `sealed` event keeps neither who did it nor when, only the beginning of `phase`;
    `parts` are those of the state that can have changed, all where they are not given. Returns the number of the
    event, or None where nothing changed.
    """
    db.session.flush()
    told = db.session.get_one(Told, design_session.id)
    compared = set(PARTS if parts is None else parts)
    before = {name: content for name, content in told.state.items() if name in compared}
    fresh = public_state(design_session, parts)
    patch = difference(before, fresh)
    if not patch:
        return None
    event = _append(design_session, kind, patch, actor, sealed, phase)
    told.state = {name: content for name, content in told.state.items() if name not in compared} | fresh
    _note_texts(design_session, patch.get("cards") or {}, event.seq)
    db.session.flush()
    return event.seq


def _append(
    design_session: DesignSession,
    kind: str,
    patch: dict[str, Any],
    actor: Actor,
    sealed: bool,
    phase: Phase | None,
) -> Event:
    if sealed:
        payload = {"patch": patch, "sealed": True}
        return append(
            design_session.stream_id, kind, payload, VISITOR, at=coarse_moment(design_session, phase)
        )
    return append(design_session.stream_id, kind, {"patch": patch}, actor)


def coarse_moment(design_session: DesignSession, phase: Phase | None) -> datetime:
    """The moment that is kept of what must not tell when it was done: the beginning of its phase."""
    began = phase.started_at if phase is not None else None
    return began or design_session.started_at or design_session.created_at


def _note_texts(design_session: DesignSession, patches: dict[str, Any], seq: int) -> None:
    """Remember with each card that this event holds its text, so that it can be taken out again."""
    keys = [key for key, patch in patches.items() if patch is not None and "text" in patch]
    if not keys:
        return
    for card in db.session.scalars(
        select(Card).where(Card.design_id == design_session.id, Card.key.in_(keys))
    ):
        card.told_in = [*card.told_in, seq]


def scrub(design_session: DesignSession, card: Card, text: str | None) -> None:
    """Leave of a card's text in all events so far only `text`; None where nothing of it may be left."""
    if not card.told_in:
        return
    query = select(Event).where(Event.stream_id == design_session.stream_id, Event.seq.in_(card.told_in))
    for event in db.session.scalars(query):
        payload = deepcopy(event.payload)
        patch = payload["patch"]["cards"][card.key]
        if text is None:
            del patch["text"]
        else:
            patch["text"] = text
        event.payload = payload
        event.redacted_at = now()
    if text is None:
        card.told_in = []
    db.session.flush()
