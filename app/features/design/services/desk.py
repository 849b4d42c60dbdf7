"""What the desk does to the whole session: freeze, lock, broadcast, ask for a round; and to single people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.audit import record
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict, NotFound
from app.core.streams.models import opaque_id
from app.core.streams.services import revoke
from app.features.design.models import Participant, Role
from app.features.design.queries import participant_of
from app.features.design.queries.board import get_column
from app.features.design.services import timer
from app.features.design.services.cards import check_language, written
from app.features.design.services.doing import run
from app.features.design.services.telling import tell
from app.features.design.sitting import Sitting

LONGEST_BROADCAST = 400


def freeze(actor: Actor, design_id: int, on: bool, cid: str | None = None) -> dict[str, Any]:
    """Stop everything but the desk, the timer too; or let it go on where it stood."""

    def act(sitting: Sitting) -> None:
        design, phase = sitting.design, sitting.phase
        if on and not design.frozen:
            design.frozen_timer = phase is not None and timer.pause(phase)
        elif not on and design.frozen and design.frozen_timer:
            design.frozen_timer = False
            if phase is not None:
                timer.resume(phase)
        design.frozen = on
        tell(design, "frozen" if on else "unfrozen", actor, parts=("design", "now", "votes"))

    return run(actor, design_id, cid, "design_freeze", {"on": on}, act)


def lock(
    actor: Actor, design_id: int, what: str, number: int | None, on: bool, cid: str | None = None
) -> dict[str, Any]:
    """Lock the whole board, a column or a person, or unlock it. Raises NotFound."""

    def act(sitting: Sitting) -> None:
        if what == "board":
            sitting.design.locked = on
        elif what == "column":
            get_column(sitting.design, number or 0).locked = on
        else:
            _somebody(sitting, number).muted = on
        tell(sitting.design, "locked" if on else "unlocked", actor, parts=("design", "columns", "people"))

    return run(actor, design_id, cid, "design_lock", {"what": what, "id": number, "on": on}, act)


def broadcast(actor: Actor, design_id: int, text: str, lang: str, cid: str | None = None) -> dict[str, Any]:
    """Tell everybody something, wherever they are; an empty text takes the last one away."""
    check_language(lang)
    text = written(text, LONGEST_BROADCAST) if text.strip() else ""

    def act(sitting: Sitting) -> None:
        sitting.design.broadcast = {"id": opaque_id(), "text": text, "lang": lang} if text else {}
        tell(sitting.design, "broadcast", actor, parts=("broadcast",))

    return run(actor, design_id, cid, "design_broadcast", {"text": text, "lang": lang}, act)


def ask_round(actor: Actor, design_id: int, on: bool, cid: str | None = None) -> dict[str, Any]:
    """Ask that everybody speaks once, or end that."""

    def act(sitting: Sitting) -> None:
        sitting.design.round_asked = on
        if not on:
            for person in _everybody(sitting):
                person.spoken = False
        tell(sitting.design, "round", actor, parts=("round",))

    return run(actor, design_id, cid, "design_round", {"on": on}, act)


def _everybody(sitting: Sitting) -> list[Participant]:
    return db.session.query(Participant).filter_by(design_id=sitting.design.id).all()


def treat_person(
    actor: Actor, design_id: int, person: int, act: str, cid: str | None = None
) -> dict[str, Any]:
    """Mute or unmute somebody, send her away, lower her hand, or note that she has spoken.

    Raises NotFound, and Conflict for sending away somebody who runs the session.
    """

    def treat(sitting: Sitting) -> None:
        found = _somebody(sitting, person)
        TREATMENTS[act](sitting, found)
        tell(sitting.design, f"person_{act}", actor, parts=("people", "ready", "round", "breakouts"))

    return run(actor, design_id, cid, "design_person", {"person": person, "act": act}, treat)


def _mute(sitting: Sitting, person: Participant) -> None:
    person.muted = True


def _unmute(sitting: Sitting, person: Participant) -> None:
    person.muted = False


def _lower(sitting: Sitting, person: Participant) -> None:
    person.hand = None


def _speak(sitting: Sitting, person: Participant) -> None:
    person.spoken, person.hand = True, None


def _remove(sitting: Sitting, person: Participant) -> None:
    """Send somebody away: what is open of it in her browsers closes within a second."""
    if person.role is not Role.PARTICIPANT or person.person_id == sitting.actor.person_id:
        raise Conflict(_l("The person who runs the session cannot be sent away. Take the desk back first."))
    person.removed_at, person.hand, person.ready = now(), None, False
    record(sitting.actor, "design.remove", f"design:{sitting.design.id}", after={"person": person.person_id})
    revoke(person_id=person.person_id)


TREATMENTS: Mapping[str, Callable[[Sitting, Participant], None]] = {
    "mute": _mute,
    "unmute": _unmute,
    "remove": _remove,
    "lower_hand": _lower,
    "spoken": _speak,
}


def _somebody(sitting: Sitting, person_id: int | None) -> Participant:
    """A person who takes part; raises NotFound."""
    found = participant_of(sitting.design, person_id)
    if found is None or found.removed_at is not None:
        raise NotFound
    return found
