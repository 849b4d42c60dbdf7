"""Publishing changes: each change of rows becomes one event that holds the difference of the public state."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any

from app.core.actors import VISITOR, Actor
from app.core.clock import now
from app.core.database import db
from app.core.source_names import EventKind
from app.core.streams.services import append
from app.features.design.merge_patch import make_patch
from app.features.design.models.board import Card
from app.features.design.models.sessions import DesignSession, Phase, PublishedPart
from app.features.design.projections.public_state import PARTS, public_card, public_state
from app.features.design.queries.board import unpublished_cards
from app.features.design.queries.sessions import events_numbered, published_parts
from app.features.design.session_context import SessionContext

CARDS = "cards"
OTHER_PARTS = tuple(name for name in PARTS if name != CARDS)


def publish_changes(
    design_session: DesignSession,
    kind: EventKind,
    actor: Actor = VISITOR,
    *,
    sealed: bool = False,
    phase: Phase | None = None,
    parts: Collection[str] | None = None,
    gone: str | None = None,
) -> int | None:
    """Append one event with everything that has changed since the last one; the stream must be locked.

    `kind` names what was done. A `sealed` event keeps neither who did it nor when, only the beginning of `phase`.
    Cards know themselves that they changed, `gone` is the key of one that was removed; `parts` are the others of the
    state that can have changed, all where they are not given. Returns the number of the event, or None where nothing
    changed.
    """
    compared = set(OTHER_PARTS if parts is None else parts) - {CARDS}
    rows = published_parts(design_session, compared)
    before = {name: row.content for name, row in rows.items()}
    fresh = public_state(design_session, compared) if compared else {}
    changed = [
        (card, make_patch(card.published or {}, public_card(card)))
        for card in unpublished_cards(design_session)
    ]
    cards: dict[str, Any] = {card.key: change for card, change in changed if change}
    if gone is not None:
        cards[gone] = None
    patch = make_patch(before, fresh) | ({CARDS: cards} if cards else {})
    if parts is None and not before:
        patch = {CARDS: {}} | patch
    if patch:
        _store_parts(design_session, rows, fresh)
    seq = None
    with db.session.no_autoflush:  # each row is written once, at the end
        if patch and sealed:
            payload, at = {"patch": patch, "sealed": True}, coarse_moment(design_session, phase)
            seq = append(design_session.stream_id, kind, payload, VISITOR, at=at).seq
        elif patch:
            seq = append(design_session.stream_id, kind, {"patch": patch}, actor).seq
        for card, change in changed:
            card.unpublished = False
            if change:
                card.published = public_card(card)
            if seq is not None and "text" in change:
                card.text_events = [*card.text_events, seq]
    db.session.flush()
    return seq


def publish_action(
    context: SessionContext,
    kind: EventKind,
    parts: Collection[str],
    *,
    sealed: bool | None = None,
    gone: str | None = None,
) -> None:
    """Publish what the actor of a command did; `sealed` as the phase wants it unless said here."""
    publish_changes(
        context.design,
        kind,
        context.actor,
        sealed=context.is_sealed if sealed is None else sealed,
        phase=context.phase,
        parts=parts,
        gone=gone,
    )


def _store_parts(
    design_session: DesignSession, rows: Mapping[str, PublishedPart], fresh: Mapping[str, Any]
) -> None:
    """Store what readers are told now, part by part."""
    for name, row in rows.items():
        if name not in fresh:
            db.session.delete(row)
    for name, content in fresh.items():
        if name not in rows:
            db.session.add(PublishedPart(design_id=design_session.id, part=name, content=content))
        elif rows[name].content != content:
            rows[name].content = content


def coarse_moment(design_session: DesignSession, phase: Phase | None) -> datetime:
    """The moment that is stored of what must not reveal when it was done: the beginning of its phase."""
    began = phase.started_at if phase is not None else None
    return began or design_session.started_at or design_session.created_at


def redact_card_text(design_session: DesignSession, card: Card, text: str | None) -> None:
    """Replace a card's text by `text` in all events so far; None takes it out."""
    card.unpublished = True
    if not card.text_events:
        return
    for event in events_numbered(design_session, card.text_events):
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
