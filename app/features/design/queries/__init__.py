"""Finding design sessions, and who is in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import joinedload

from app.core.actors import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.pagination import Key, Page, paginate
from app.core.streams.models import Stream
from app.features.design.access import find, visible_to
from app.features.design.models.board import Card
from app.features.design.models.sessions import DesignSession, Participant, Phase, PhaseStatus, PublishedPart

# Asked for every command: made once, since making them takes longer than asking.
_STREAM = select(DesignSession.stream_id).where(DesignSession.id == bindparam("design"))
_RUNNING = select(Phase).where(Phase.design_id == bindparam("design"), Phase.status == PhaseStatus.RUNNING)
_PARTICIPANT = select(Participant).where(
    Participant.design_id == bindparam("design"), Participant.person_id == bindparam("person")
)


def get_design_session(actor: Actor, design_id: int) -> DesignSession:
    """The design session; raises NotFound where it is missing or not the actor's to see."""
    found = find(actor, design_id)
    if found is None:
        raise NotFound
    return found


def stream_id_of(design_id: int) -> str:
    """The id of a design session's stream, whoever may see it; raises NotFound."""
    found = db.session.scalar(_STREAM, {"design": design_id})
    if found is None:
        raise NotFound
    return found


def is_visible(actor: Actor, stream_id: str) -> bool:
    """Whether the actor may read the design session that a stream belongs to."""
    query = select(DesignSession.id).where(DesignSession.stream_id == stream_id, visible_to(actor))
    return db.session.scalar(query) is not None


def list_design_sessions(
    actor: Actor, token: str | None = None, *, initiative_id: int | None = None, **options: Any
) -> Page[DesignSession]:
    """The design sessions that the actor may know of: those going on first, then the newest."""
    query: Select[tuple[DesignSession]] = select(DesignSession).where(visible_to(actor))
    if initiative_id is not None:
        query = query.where(DesignSession.initiative_id == initiative_id)
    keys = [Key(DesignSession.order), Key(DesignSession.id, descending=True)]
    return paginate(query, keys, token, **options)


def phases_of(design_session: DesignSession) -> Sequence[Phase]:
    """The phases of a design session in their order."""
    query = select(Phase).where(Phase.design_id == design_session.id).order_by(Phase.position, Phase.id)
    return db.session.scalars(query).all()


def running_phase(design_session: DesignSession) -> Phase | None:
    """The phase that is going on, if there is one."""
    return db.session.scalar(_RUNNING, {"design": design_session.id})


def participant_of(design_session: DesignSession, person_id: int | None) -> Participant | None:
    """A person's place in a design session: invited, taking part, or sent away."""
    return db.session.scalar(_PARTICIPANT, {"design": design_session.id, "person": person_id})


def participants_of(design_session: DesignSession) -> Sequence[Participant]:
    """Everybody who was invited or takes part, with person and organisation; not those who were sent away."""
    query = (
        select(Participant)
        .where(Participant.design_id == design_session.id, Participant.removed_at.is_(None))
        .options(joinedload(Participant.person), joinedload(Participant.organisation))
        .order_by(Participant.id)
    )
    return db.session.scalars(query).all()


def count_joined(design_session: DesignSession) -> int:
    """How many take part."""
    query = select(func.count(Participant.id)).where(
        Participant.design_id == design_session.id,
        Participant.joined_at.is_not(None),
        Participant.removed_at.is_(None),
    )
    return db.session.scalar(query) or 0


def snapshot_of(design_session: DesignSession) -> dict[str, Any]:
    """What a reader begins with: `{seq, epoch, stream, state}`.

    The state is at least as new as `seq`: should something of it be newer, the events past `seq` say it again.
    """
    query = (
        select(Stream.head, Stream.epoch, PublishedPart.part, PublishedPart.content)
        .join(PublishedPart, PublishedPart.design_id == design_session.id)
        .where(Stream.id == design_session.stream_id)
    )
    parts = db.session.execute(query).all()
    cards: Select[tuple[str, Any]] = select(Card.key, Card.published).where(
        Card.design_id == design_session.id, Card.published.is_not(None), Card.hidden.is_(False)
    )
    told = db.session.execute(cards.order_by(Card.key)).all()
    state = {**{row.part: row.content for row in parts}, "cards": dict(told)}
    seq, epoch = parts[0].head, parts[0].epoch
    return {"seq": seq, "epoch": epoch, "stream": design_session.stream_id, "state": state}
