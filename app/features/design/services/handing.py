"""Who holds the desk: taking it, handing it over, sharing it, and signs of life."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.audit import record
from app.core.database import db
from app.core.errors import Conflict, NotFound
from app.core.permissions import authorize
from app.core.streams.models import opaque_id
from app.core.streams.services import once
from app.features.design.models import Participant, Role
from app.features.design.queries import get_design_session, participant_of
from app.features.design.services.doing import bare, hold
from app.features.design.services.joining import seat
from app.features.design.services.telling import tell
from app.features.design.services.watching import seen_at_desk
from app.features.design.sitting import Sitting, sit_down
from app.features.design.states import require_live, require_not_over

PARTS = ("desk", "people", "ready")


def keep(actor: Actor, design_id: int) -> dict[str, Any]:
    """A sign of life from the desk's holder; from anybody else it is nothing."""
    design_session = get_design_session(actor, design_id)
    authorize(actor, "design.run", design_session)
    if design_session.desk_id != actor.person_id:
        return {"kept": False}
    if design_session.desk_away:
        design_session = hold(actor, design_id)
        seen_at_desk(design_session)
        tell(design_session, "desk_kept", actor, parts=("desk",))
    seen_at_desk(design_session)
    db.session.flush()
    return {"kept": True}


def handle_desk(
    actor: Actor, design_id: int, act: str, person: int | None = None, cid: str | None = None
) -> dict[str, Any]:
    """Take the desk, hand it over to somebody, share it with her or no longer.

    A co-facilitator takes it at once, a manager when nobody was there for a minute. Raises NotFound, Forbidden and
    Conflict.
    """
    if act == "keep":
        return keep(actor, design_id)
    design_session = hold(actor, design_id)
    authorize(actor, "design.take_desk" if act == "take" else "design.run", design_session)
    sitting = sit_down(actor, design_session)

    def carry_out() -> dict[str, Any]:
        require_not_over(design_session.state)
        ACTS[act](sitting, person)
        tell(design_session, f"desk_{act}", actor, parts=PARTS)
        return {}

    content = bare("design_desk", design_id) | {"act": act, "person": person}
    return once(actor, cid or opaque_id(), content, design_session.stream_id, carry_out)


def _take(sitting: Sitting, person_id: int | None) -> None:
    """Sit down at the desk oneself, as one who runs the session from now on."""
    require_live(sitting.design.state)
    me = seat(sitting.actor, sitting.design)
    if me.role is Role.PARTICIPANT:
        me.role = Role.CO_FACILITATOR
    _hold_desk(sitting, me)


def _hand_over(sitting: Sitting, person_id: int | None) -> None:
    other = _other(sitting, person_id)
    if other.role is Role.PARTICIPANT:
        other.role = Role.CO_FACILITATOR
    _hold_desk(sitting, other)


def _hold_desk(sitting: Sitting, person: Participant) -> None:
    before = sitting.design.desk_id
    sitting.design.desk_id = person.person_id
    seen_at_desk(sitting.design)
    record(
        sitting.actor,
        "design.desk",
        f"design:{sitting.design.id}",
        before={"desk": before},
        after={"desk": person.person_id},
    )


def _share(sitting: Sitting, person_id: int | None) -> None:
    other = _other(sitting, person_id)
    if other.role is Role.PARTICIPANT:
        other.role = Role.CO_FACILITATOR


def _unshare(sitting: Sitting, person_id: int | None) -> None:
    other = _other(sitting, person_id)
    if other.person_id == sitting.design.desk_id:
        raise Conflict(_l("Hand the desk over before you leave it."))
    if other.role is Role.CO_FACILITATOR:
        other.role = Role.PARTICIPANT


def _other(sitting: Sitting, person_id: int | None) -> Participant:
    """Somebody who takes part; raises NotFound."""
    found = participant_of(sitting.design, person_id)
    if found is None or found.removed_at is not None or found.joined_at is None:
        raise NotFound
    return found


ACTS: Mapping[str, Callable[[Sitting, int | None], None]] = {
    "take": _take,
    "hand_over": _hand_over,
    "share": _share,
    "unshare": _unshare,
}
