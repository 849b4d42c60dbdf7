"""Design sessions, their phases, the initiatives that they belong to, and what their readers were told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import selectinload

from app.core.actors import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.pagination import Key, Page, paginate
from app.core.streams.models import Event, Stream
from app.features.design.models.board import Card
from app.features.design.models.sessions import DesignSession, Phase, PhaseStatus, PublishedPart
from app.features.design.queries import access
from app.features.design.states import OVER
from app.features.initiatives.models import Initiative, InitiativeState, InitiativeText
from app.features.initiatives.queries import text_in
from app.features.initiatives.queries import visible_to as visible_initiatives

ACTIVE_INITIATIVES = (InitiativeState.OPEN, InitiativeState.RUNNING)
MAX_INITIATIVES = 200
"""How many initiatives a form offers."""

# Asked for every command: built once, because building them takes longer than the query.
_STREAM = select(DesignSession.stream_id).where(DesignSession.id == bindparam("design"))
_RUNNING = select(Phase).where(Phase.design_id == bindparam("design"), Phase.status == PhaseStatus.RUNNING)


def get_design_session(actor: Actor, design_id: int) -> DesignSession:
    """The design session; raises NotFound where it is missing or the actor may not see it."""
    found = access.find_visible(actor, design_id)
    if found is None:
        raise NotFound
    return found


def stream_id_of(design_id: int) -> str:
    """The id of a design session's stream, without a check of access; raises NotFound."""
    found = db.session.scalar(_STREAM, {"design": design_id})
    if found is None:
        raise NotFound
    return found


def design_session_of_stream(stream_id: str) -> DesignSession | None:
    """The design session that a stream belongs to, without a check of access."""
    return db.session.scalar(select(DesignSession).where(DesignSession.stream_id == stream_id))


def is_visible(actor: Actor, stream_id: str) -> bool:
    """Whether the actor may read the design session that a stream belongs to."""
    query = select(DesignSession.id).where(DesignSession.stream_id == stream_id, access.visible_to(actor))
    return db.session.scalar(query) is not None


def list_design_sessions(
    actor: Actor, token: str | None = None, *, initiative_id: int | None = None, **options: Any
) -> Page[DesignSession]:
    """The design sessions that the actor may know of: those going on first, then the newest."""
    query: Select[DesignSession] = select(DesignSession).where(access.visible_to(actor))
    if initiative_id is not None:
        query = query.where(DesignSession.initiative_id == initiative_id)
    keys = [Key(DesignSession.order), Key(DesignSession.id, descending=True)]
    return paginate(query, keys, token, **options)


def design_sessions_shown_to(actor: Actor, ids: Collection[int]) -> Sequence[DesignSession]:
    """Those of some design sessions that the actor may know of."""
    return db.session.scalars(
        select(DesignSession).where(DesignSession.id.in_(ids), access.visible_to(actor))
    ).all()


def last_closed_session_id(initiative_id: int) -> int | None:
    """The id of the initiative's design session that was closed last."""
    query = select(DesignSession.id).where(
        DesignSession.initiative_id == initiative_id, DesignSession.state.in_(OVER)
    )
    return db.session.scalar(query.order_by(DesignSession.closed_at.desc(), DesignSession.id.desc()).limit(1))


def phases_of(design_session: DesignSession) -> Sequence[Phase]:
    """The phases of a design session in their order."""
    query = select(Phase).where(Phase.design_id == design_session.id).order_by(Phase.position, Phase.id)
    return db.session.scalars(query).all()


def running_phase(design_session: DesignSession) -> Phase | None:
    """The phase that is going on, if there is one."""
    return db.session.scalar(_RUNNING, {"design": design_session.id})


def snapshot_of(design_session: DesignSession) -> dict[str, Any]:
    """What a reader begins with: `{seq, epoch, stream, state}`.

    The state is at least as new as `seq`: where something of it is newer, the events past `seq` repeat it.
    """
    query = (
        select(Stream.head, Stream.epoch, PublishedPart.part, PublishedPart.content)
        .join(PublishedPart, PublishedPart.design_id == design_session.id)
        .where(Stream.id == design_session.stream_id)
    )
    parts = db.session.execute(query).all()
    cards: Select[str, Any] = select(Card.key, Card.published).where(
        Card.design_id == design_session.id, Card.published.is_not(None), Card.unrevealed.is_(False)
    )
    published = db.session.execute(cards.order_by(Card.key)).all()
    state = {**{row.part: row.content for row in parts}, "cards": dict(published)}
    seq, epoch = parts[0].head, parts[0].epoch
    return {"seq": seq, "epoch": epoch, "stream": design_session.stream_id, "state": state}


def published_parts(design_session: DesignSession, names: Collection[str]) -> dict[str, PublishedPart]:
    """Some parts of the public state, by name, as readers were told them last."""
    if not names:
        return {}
    query = select(PublishedPart).where(
        PublishedPart.design_id == design_session.id, PublishedPart.part.in_(names)
    )
    return {row.part: row for row in db.session.scalars(query)}


def list_initiatives_for(actor: Actor) -> list[tuple[str, str]]:
    """The active initiatives that a design session can belong to, as `(slug, title)`, the newest first."""
    query = (
        select(Initiative)
        .where(visible_initiatives(actor), Initiative.state.in_(ACTIVE_INITIATIVES))
        .options(selectinload(Initiative.texts))
        .order_by(Initiative.id.desc())
        .limit(MAX_INITIATIVES)
    )
    return [(initiative.slug, text_in(initiative).title) for initiative in db.session.scalars(query)]


def initiative_of(design_session: DesignSession) -> Initiative | None:
    """The initiative that a design session belongs to, with its texts."""
    if design_session.initiative_id is None:
        return None
    query = select(Initiative).where(Initiative.id == design_session.initiative_id)
    return db.session.scalar(query.options(selectinload(Initiative.texts)))


def initiative_link(design_session: DesignSession) -> dict[str, Any] | None:
    """The initiative that a design session belongs to as `{slug, title}`, in the initiative's own language."""
    if design_session.initiative_id is None:
        return None
    query = (
        select(Initiative.slug, InitiativeText.title)
        .join(InitiativeText, InitiativeText.initiative_id == Initiative.id)
        .where(Initiative.id == design_session.initiative_id, InitiativeText.lang == Initiative.lang)
    )
    row = db.session.execute(query).first()
    return {"slug": row.slug, "title": row.title} if row else None


def events_numbered(design_session: DesignSession, numbers: Collection[int]) -> Sequence[Event]:
    """Some events of a design session by their numbers."""
    query = select(Event).where(Event.stream_id == design_session.stream_id, Event.seq.in_(numbers))
    return db.session.scalars(query).all()
