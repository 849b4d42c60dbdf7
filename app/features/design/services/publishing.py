"""Telling readers what changed: each change of rows becomes one event that holds the difference of the public state."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from app.core.actors import VISITOR, Actor
from app.core.clock import now
from app.core.database import db
from app.core.streams.models import Event
from app.core.streams.services import Appended, append
from app.features.design.merge_patch import make_patch
from app.features.design.models.board import Card
from app.features.design.models.sessions import DesignSession, Phase, PublishedPart
from app.features.design.presenters.board import shown_card
from app.features.design.presenters.public_state import PARTS, public_state

CARDS = "cards"
OTHER_PARTS = tuple(name for name in PARTS if name != CARDS)
_UNPUBLISHED = (
    select(Card)
    .where(Card.design_id == bindparam("design"), Card.unpublished, Card.hidden.is_(False))
    .order_by(Card.key)
)


def publish_changes(
    design_session: DesignSession,
    kind: str,
    actor: Actor = VISITOR,
    *,
    sealed: bool = False,
    phase: Phase | None = None,
    parts: Collection[str] | None = None,
    gone: str | None = None,
) -> int | None:
    """Tell everybody what has changed since they were last told; the stream must be locked.

    `kind` names what was done. A `sealed` event keeps neither who did it nor when, only the beginning of `phase`.
    Cards know themselves that they changed, `gone` is the key of one that is there no more; `parts` are the others of
    the state that can have changed, all where they are not given. Returns the number of the event, or None where
    nothing changed.
    """
    compared = set(OTHER_PARTS if parts is None else parts) - {CARDS}
    told = _published_parts(design_session, compared)
    before = {name: row.content for name, row in told.items()}
    fresh = public_state(design_session, compared) if compared else {}
    changed = _unpublished_cards(design_session)
    patch = make_patch(before, fresh) | _patch_of(changed, gone)
    if parts is None and not before:
        patch = {CARDS: {}} | patch
    if patch:
        _store_published_parts(design_session, told, fresh)
    seq = None
    with db.session.no_autoflush:  # each row is written once, at the end
        if patch:
            seq = _append(design_session, kind, patch, actor, sealed, phase).seq
        for card, change in changed:
            card.unpublished = False
            if change:
                card.published = shown_card(card)
            if seq is not None and "text" in change:
                card.text_events = [*card.text_events, seq]
    db.session.flush()
    return seq


def _published_parts(design_session: DesignSession, parts: Collection[str]) -> dict[str, PublishedPart]:
    """What readers were told so far of some parts of the state."""
    if not parts:
        return {}
    query = select(PublishedPart).where(
        PublishedPart.design_id == design_session.id, PublishedPart.part.in_(parts)
    )
    return {row.part: row for row in db.session.scalars(query)}


def _store_published_parts(
    design_session: DesignSession, told: Mapping[str, PublishedPart], fresh: Mapping[str, Any]
) -> None:
    """Note what readers are told now."""
    for name, row in told.items():
        if name not in fresh:
            db.session.delete(row)
    for name, content in fresh.items():
        if name not in told:
            db.session.add(PublishedPart(design_id=design_session.id, part=name, content=content))
        elif told[name].content != content:
            told[name].content = content


def _unpublished_cards(design_session: DesignSession) -> list[tuple[Card, dict[str, Any]]]:
    """The cards that readers are to be told of, in an order that tells nothing, each with what is new of it."""
    cards = db.session.scalars(_UNPUBLISHED, {"design": design_session.id}).all()
    return [(card, make_patch(card.published or {}, shown_card(card))) for card in cards]


def _patch_of(changed: Sequence[tuple[Card, dict[str, Any]]], gone: str | None) -> dict[str, Any]:
    """The part of a patch that is about cards."""
    patch: dict[str, Any] = {card.key: change for card, change in changed if change}
    if gone is not None:
        patch[gone] = None
    return {CARDS: patch} if patch else {}


def _append(
    design_session: DesignSession,
    kind: str,
    patch: dict[str, Any],
    actor: Actor,
    sealed: bool,
    phase: Phase | None,
) -> Appended:
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


def redact_card_text(design_session: DesignSession, card: Card, text: str | None) -> None:
    """Leave of a card's text in all events so far only `text`; None where nothing of it may be left."""
    card.unpublished = True
    if not card.text_events:
        return
    query = select(Event).where(Event.stream_id == design_session.stream_id, Event.seq.in_(card.text_events))
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
        card.text_events = []
    db.session.flush()
