"""Before a design session: making it from a method, changing it, its date, opening it for cards, deleting it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete as delete_rows
from sqlalchemy import select

from app.core.actors import Actor
from app.core.audit import forget_values, record
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict, Invalid
from app.core.permissions import authorize
from app.core.streams.models import Stream
from app.core.streams.services import open_stream
from app.features.design.models.sessions import (
    MAX_MINUTES,
    MAX_QUESTION_LENGTH,
    MAX_TITLE_LENGTH,
    DesignSession,
    Role,
)
from app.features.design.queries import phases_of
from app.features.design.services.cards import check_language, written
from app.features.design.services.columns import add_column
from app.features.design.services.command_runner import lock_session
from app.features.design.services.participants import seat
from app.features.design.services.phase_plan import add_phases
from app.features.design.services.publishing import publish_changes
from app.features.design.states import OVER, Move, after
from app.features.initiatives.queries import get_initiative

STREAM = "design"


def prepare(
    actor: Actor,
    *,
    title: str,
    lang: str,
    method: Mapping[str, Any],
    question: str = "",
    initiative: str | None = None,
    minutes: int | None = None,
) -> DesignSession:
    """Make a draft from a method, run by whoever makes it.

    `method` is plain data: `{code, version, columns: [title], phases: [{kind, title, prompt, minutes, policy?,
    columns?}]}`, its words in the language `lang`; `initiative` is the address of the one it belongs to, `minutes` how
    long it lasts (else as long as its phases). Raises Forbidden, NotFound, Invalid.
    """
    authorize(actor, "design.prepare")
    check_language(lang)
    owner = get_initiative(actor, initiative) if initiative else None
    design_session = DesignSession(
        title=written(title, MAX_TITLE_LENGTH, "title"),
        lang=lang,
        question=_question(question),
        initiative_id=owner.id if owner else None,
        previous_id=_previous(owner.id) if owner else None,
        stream_id=open_stream(STREAM).id,
        method=method["code"],
        method_version=method["version"],
        minutes=_minutes(minutes or sum(phase["minutes"] for phase in method["phases"]) or 1),
    )
    db.session.add(design_session)
    db.session.flush()
    _furnish(design_session, method)
    seat(actor, design_session).role = Role.FACILITATOR
    record(actor, "design.prepare", f"design:{design_session.id}")
    publish_changes(design_session, "prepared", actor)
    return design_session


def _furnish(design_session: DesignSession, method: Mapping[str, Any]) -> None:
    """Give a new design session its board and its phases."""
    for column in method.get("columns") or [str(_l("Ideas"))]:
        add_column(design_session, column)
    add_phases(design_session, method["phases"])


def _question(question: str) -> str:
    return written(question, MAX_QUESTION_LENGTH, "question") if question.strip() else ""


def _minutes(minutes: int) -> int:
    if not 1 <= minutes <= MAX_MINUTES:
        sentence = _l("Between 1 and %(max)d minutes.", max=MAX_MINUTES)
        raise Invalid(fields={"minutes": [sentence]})
    return minutes


def _previous(initiative_id: int) -> int | None:
    """The last design session of an initiative that came to its end."""
    query = select(DesignSession.id).where(
        DesignSession.initiative_id == initiative_id, DesignSession.state.in_(OVER)
    )
    return db.session.scalar(query.order_by(DesignSession.closed_at.desc(), DesignSession.id.desc()).limit(1))


def edit(
    actor: Actor, design_id: int, *, title: str, lang: str, question: str, minutes: int
) -> DesignSession:
    """Change what a design session is called and about. Raises NotFound, Forbidden, Conflict, Invalid."""
    design_session = _prepared(actor, design_id)
    check_language(lang)
    if design_session.state in OVER:
        after(design_session.state, Move.START)
    design_session.title = written(title, MAX_TITLE_LENGTH, "title")
    design_session.lang, design_session.question = lang, _question(question)
    design_session.minutes = _minutes(minutes)
    publish_changes(design_session, "edited", actor, parts=("design",))
    return design_session


def schedule(actor: Actor, design_id: int, starts_at: datetime) -> DesignSession:
    """Set the moment at which it begins: from then on those invited know of it. Raises Invalid for a past one."""
    design_session = _prepared(actor, design_id)
    if starts_at <= now():
        raise Invalid(fields={"starts_at": [_l("Choose a time that is still to come.")]})
    design_session.starts_at = starts_at
    return _move(actor, design_session, Move.SCHEDULE)


def unschedule(actor: Actor, design_id: int) -> DesignSession:
    """Take the date back: a draft again, which nobody else knows of."""
    design_session = _prepared(actor, design_id)
    design_session.starts_at = None
    return _move(actor, design_session, Move.UNSCHEDULE)


def open_for_cards(actor: Actor, design_id: int) -> DesignSession:
    """Let those invited write cards before it begins. Raises Conflict without phases."""
    design_session = _prepared(actor, design_id)
    if not phases_of(design_session):
        raise Conflict(_l("Add at least one phase first."))
    return _move(actor, design_session, Move.OPEN)


def archive(actor: Actor, design_id: int) -> DesignSession:
    """Put a design session that is over away."""
    return _move(actor, _prepared(actor, design_id), Move.ARCHIVE)


def delete(actor: Actor, design_id: int) -> None:
    """Delete a draft with all that belongs to it. Raises Conflict for anything else."""
    design_session = _prepared(actor, design_id)
    after(design_session.state, Move.DELETE)
    stream_id = design_session.stream_id
    forget_values(f"design:{design_session.id}")
    record(actor, "design.delete", f"design:{design_session.id}")
    db.session.execute(delete_rows(DesignSession).where(DesignSession.id == design_session.id))
    db.session.execute(delete_rows(Stream).where(Stream.id == stream_id))


def _prepared(actor: Actor, design_id: int) -> DesignSession:
    """The design session, held, for those who may prepare it."""
    design_session = lock_session(actor, design_id)
    authorize(actor, "design.prepare", design_session)
    return design_session


def _move(actor: Actor, design_session: DesignSession, move: Move) -> DesignSession:
    before = design_session.state
    state = after(before, move)
    assert state is not None
    design_session.state = state
    record(
        actor,
        f"design.{move.value}",
        f"design:{design_session.id}",
        before={"state": before.value},
        after={"state": state.value},
    )
    publish_changes(design_session, f"state_{state.value}", actor)
    return design_session
