"""Who writes in a room and how often, and who is muted there; everybody else's choice of what to be told of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.audit import record
from app.core.clock import now
from app.core.database import db
from app.core.errors import BadRequest, Conflict, Forbidden, TooMany
from app.core.permissions import authorize, can
from app.core.streams.services import append, lock_stream, once
from app.features.rooms.labels import muted_sentence
from app.features.rooms.models import (
    MAX_MUTE_DAYS,
    SLOW_SECONDS,
    Follow,
    Room,
    RoomMember,
    RoomMode,
    RoomRow,
)
from app.features.rooms.queries import get_room
from app.features.rooms.queries.members import Turn, latest_writers, member_of, muted_until, turn_of
from app.features.rooms.queries.modes import MODE, settings_of


def set_mode(actor: Actor, room_id: int, cid: str, mode: RoomMode, slow_seconds: int = 0) -> dict[str, Any]:
    """Say who writes in a room, and with `RoomMode.SLOW` how many seconds pass between two messages of a person.

    Once for each `cid`. Returns the plain answer `{seq, room}`; raises NotFound, Forbidden, and BadRequest for a time
    that is none of SLOW_SECONDS.
    """
    room = get_room(actor, room_id)
    authorize(actor, "room.moderate", room)
    if slow_seconds not in (SLOW_SECONDS if mode is RoomMode.SLOW else (0,)):
        raise BadRequest

    def act() -> dict[str, Any]:
        """Change it and tell it, now that the stream is locked."""
        row = settings_of(room_id)
        before = {"mode": row.mode.value, "slow_seconds": row.slow_seconds}
        row.mode, row.slow_seconds = mode, slow_seconds
        return tell_settings(actor, row, cid, "room.mode", before)

    said = {"command": "room_mode", "room": room_id, "mode": mode.value, "slow_seconds": slow_seconds}
    return once(actor, cid, said, room.stream_id, act)


def tell_settings(actor: Actor, room: Room, cid: str, action: str, before: dict[str, Any]) -> dict[str, Any]:
    """Note what was changed of a room whose stream is locked, and tell its readers; returns `{seq, room}`."""
    after = {"mode": room.mode.value, "slow_seconds": room.slow_seconds, "is_closed": room.is_closed}
    record(actor, action, f"room:{room.id}", before=before, after={name: after[name] for name in before})
    db.session.flush()
    return {"seq": append(room.stream_id, MODE, {"cid": cid}, actor).seq, "room": room.id}


def mute(actor: Actor, room_id: int, person_id: int, days: int) -> None:
    """Let a person write nothing in a room for some days, at most MAX_MUTE_DAYS; with 0 days she may again.

    Raises NotFound, Forbidden, BadRequest for other days, and Conflict where the person wrote nothing there lately or is
    one of those who moderate.
    """
    room = get_room(actor, room_id)
    authorize(actor, "room.moderate", room)
    if not 0 <= days <= MAX_MUTE_DAYS:
        raise BadRequest
    lock_stream(room.stream_id)
    if days and person_id not in {person.id for person in latest_writers(room_id)}:
        raise Conflict(_l("Only somebody who wrote here lately can be muted, and nobody who moderates."))
    if not days and muted_until(room_id, person_id) is None:
        return
    _member(room_id, person_id).muted_until = now() + timedelta(days=days) if days else None
    record(actor, "room.mute", f"room:{room_id}", after={"person": person_id, "days": days})
    db.session.flush()


def set_follow(actor: Actor, room_id: int, follow: Follow) -> None:
    """Choose of what in a room one wants to be told. Raises NotFound and Forbidden."""
    room = get_room(actor, room_id)
    authorize(actor, "room.read", room)
    assert actor.person_id is not None
    lock_stream(room.stream_id)
    _member(room_id, actor.person_id).follow = follow
    db.session.flush()


def check_turn(actor: Actor, room: RoomRow, *, is_answer: bool) -> None:
    """Refuse what may not be said at this moment in a room whose stream is locked.

    Raises Forbidden where the actor is muted or only those who moderate begin something, and TooMany with `retry_after`
    (seconds) where she wrote a moment ago in a slow room.
    """
    turn = turn_of(room.id, actor.person_id)
    _check_muted(turn)
    if turn.is_closed:
        raise Forbidden(_l("This room was closed. Nothing more is written here."))
    if turn.mode == RoomMode.OPEN or can(actor, "room.moderate", room):
        return
    if turn.mode == RoomMode.ANNOUNCE:
        if not is_answer:
            raise Forbidden(_l("Here facilitators and managers begin. Answer one of their messages."))
        return
    if seconds := turn.seconds_left(now()):
        raise TooMany(
            _l("This room is slow, so that everybody can follow. Wait for your turn to write again."),
            details={"retry_after": seconds},
        )
    _member(room.id, actor.person_id or 0).posted_at = now()


def check_muted(actor: Actor, room: Room | RoomRow) -> None:
    """Raise Forbidden, with `muted_until`, where the actor is muted in a room."""
    _check_muted(turn_of(room.id, actor.person_id))


def _check_muted(turn: Turn) -> None:
    if turn.muted_until is not None and turn.muted_until > now():
        raise Forbidden(
            muted_sentence(turn.muted_until), details={"muted_until": turn.muted_until.isoformat()}
        )


def _member(room_id: int, person_id: int) -> RoomMember:
    """How a person stands to a room, kept from now on."""
    member = member_of(room_id, person_id)
    if member is None:
        member = RoomMember(room_id=room_id, person_id=person_id)
        db.session.add(member)
    return member
