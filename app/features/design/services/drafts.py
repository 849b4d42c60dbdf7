"""Before a design session: making it from a template, its words and date, its plan of phases, deleting it.

The plan can also be changed while the session goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete as delete_rows

from app.core.actors import Actor
from app.core.audit import forget_values, record
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict, Invalid, NotFound
from app.core.i18n import speaking
from app.core.permissions import authorize
from app.core.streams.models import Stream
from app.core.streams.services import open_stream
from app.core.validation import limit_text_field, require_language_field, require_text_field
from app.features.design.methods import METHODS, Method
from app.features.design.models.sessions import (
    MAX_MINUTES,
    MAX_PHASES,
    MAX_PROMPT_LENGTH,
    MAX_QUESTION_LENGTH,
    MAX_TITLE_LENGTH,
    DesignSession,
    Phase,
    PhaseKind,
    Role,
)
from app.features.design.phases import (
    MAX_POINTS,
    PHASE_STATUSES,
    PhaseMove,
    PhasePolicy,
    made_policy,
    policy_of,
)
from app.features.design.queries.board import has_cards_of_phase
from app.features.design.queries.sessions import last_closed_session_id, phases_of
from app.features.design.services.board import add_column
from app.features.design.services.command_runner import lock_session, run_command
from app.features.design.services.participants import ensure_participant, notify_expected
from app.features.design.services.publishing import publish_changes
from app.features.design.session_context import SessionContext
from app.features.design.states import OVER, SESSION_STATES, SessionMove, require_not_over
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
    """Make a draft from a method; the actor becomes its facilitator.

    `method` is plain data: `{code, version, columns: [title], phases: [{kind, title, prompt, minutes, policy?,
    columns?}]}`, its words in the language `lang`; `initiative` is the address of the one it belongs to, `minutes` how
    long it lasts (else as long as its phases). Raises Forbidden, NotFound, Invalid.
    """
    authorize(actor, "design.prepare")
    require_language_field(lang)
    owner = get_initiative(actor, initiative) if initiative else None
    design_session = DesignSession(
        title=require_text_field(title, MAX_TITLE_LENGTH, "title"),
        lang=lang,
        question=limit_text_field(question, MAX_QUESTION_LENGTH, "question"),
        initiative_id=owner.id if owner else None,
        previous_id=last_closed_session_id(owner.id) if owner else None,
        stream_id=open_stream(STREAM).id,
        method=method["code"],
        method_version=method["version"],
        minutes=_session_minutes(minutes or sum(phase["minutes"] for phase in method["phases"]) or 1),
    )
    db.session.add(design_session)
    db.session.flush()
    for column in method.get("columns") or [str(_l("Ideas"))]:
        add_column(design_session, column)
    for position, phase in enumerate(method["phases"], 1):
        db.session.add(_new_phase(design_session, phase, position))
    db.session.flush()
    ensure_participant(actor, design_session).role = Role.FACILITATOR
    record(actor, "design.prepare", f"design:{design_session.id}")
    publish_changes(design_session, "prepared", actor)
    return design_session


def _session_minutes(minutes: int) -> int:
    if not 1 <= minutes <= MAX_MINUTES:
        raise Invalid(fields={"minutes": [_l("Between 1 and %(max)d minutes.", max=MAX_MINUTES)]})
    return minutes


def edit(
    actor: Actor, design_id: int, *, title: str, lang: str, question: str, minutes: int
) -> DesignSession:
    """Change what a design session is called and about. Raises NotFound, Forbidden, Conflict, Invalid."""
    design_session = _lock_to_prepare(actor, design_id)
    require_language_field(lang)
    if design_session.state in OVER:
        SESSION_STATES.next_state(design_session.state, SessionMove.START)
    design_session.title = require_text_field(title, MAX_TITLE_LENGTH, "title")
    design_session.lang, design_session.question = (
        lang,
        limit_text_field(question, MAX_QUESTION_LENGTH, "question"),
    )
    design_session.minutes = _session_minutes(minutes)
    publish_changes(design_session, "edited", actor, parts=("design",))
    return design_session


def schedule(actor: Actor, design_id: int, starts_at: datetime) -> DesignSession:
    """Set the moment at which it begins, and notify those expected of a new one. Raises Invalid for a past one."""
    design_session = _lock_to_prepare(actor, design_id)
    if starts_at <= now():
        raise Invalid(fields={"starts_at": [_l("Choose a time that is still to come.")]})
    is_new = design_session.starts_at != starts_at
    design_session.starts_at = starts_at
    changed = _change_state(actor, design_session, SessionMove.SCHEDULE)
    if is_new:
        notify_expected(actor, changed, "design.dated")
    return changed


def unschedule(actor: Actor, design_id: int) -> DesignSession:
    """Take the date back: a draft again, which nobody else knows of."""
    design_session = _lock_to_prepare(actor, design_id)
    design_session.starts_at = None
    return _change_state(actor, design_session, SessionMove.UNSCHEDULE)


def open_for_cards(actor: Actor, design_id: int) -> DesignSession:
    """Let those invited write cards before it begins. Raises Conflict without phases."""
    design_session = _lock_to_prepare(actor, design_id)
    if not phases_of(design_session):
        raise Conflict(_l("Add at least one phase first."))
    return _change_state(actor, design_session, SessionMove.OPEN)


def archive(actor: Actor, design_id: int) -> DesignSession:
    """Put a design session that is over away."""
    return _change_state(actor, _lock_to_prepare(actor, design_id), SessionMove.ARCHIVE)


def delete(actor: Actor, design_id: int) -> None:
    """Delete a draft with all that belongs to it. Raises Conflict for anything else."""
    design_session = _lock_to_prepare(actor, design_id)
    SESSION_STATES.next_state(design_session.state, SessionMove.DELETE)
    stream_id = design_session.stream_id
    forget_values(f"design:{design_session.id}")
    record(actor, "design.delete", f"design:{design_session.id}")
    db.session.execute(delete_rows(DesignSession).where(DesignSession.id == design_session.id))
    db.session.execute(delete_rows(Stream).where(Stream.id == stream_id))


def _lock_to_prepare(actor: Actor, design_id: int) -> DesignSession:
    """The design session, held, for those who may prepare it."""
    design_session = lock_session(actor, design_id)
    authorize(actor, "design.prepare", design_session)
    return design_session


def _change_state(actor: Actor, design_session: DesignSession, move: SessionMove) -> DesignSession:
    before = design_session.state
    state = SESSION_STATES.next_state(before, move)
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


# --- From a template ----------------------------------------------------------------------------------------


ADVICE = ("size",)
"""What a method says of a phase that is advice to the facilitator, not a rule."""


def create_from_template(
    actor: Actor, method: str, *, title: str, lang: str, question: str = "", initiative: str | None = None
) -> DesignSession:
    """Make a draft from the method with this code, its words in the language `lang` of the design session.

    Raises NotFound for a method or an initiative that is not there, Forbidden, Invalid.
    """
    if method not in METHODS:
        raise NotFound
    with speaking(lang):
        data = _method_as_data(METHODS[method])
    return prepare(actor, title=title, lang=lang, question=question, initiative=initiative, method=data)


def _method_as_data(method: Method) -> Mapping[str, Any]:
    """The method as plain data; the board begins with the columns of the first phase that has some."""
    first = next((phase.columns for phase in method.phases if phase.columns), ())
    return {
        "code": method.code,
        "version": method.version,
        "columns": [str(column) for column in first],
        "phases": [
            {
                "kind": phase.kind,
                "title": str(phase.title),
                "prompt": str(phase.prompt),
                "minutes": phase.minutes,
                "columns": [str(column) for column in phase.columns],
                "policy": {name: value for name, value in phase.policy.items() if name not in ADVICE},
            }
            for phase in method.phases
        ],
    }


# --- The plan of phases -------------------------------------------------------------------------------------


Wanted = Mapping[str, Any]


def _new_phase(design_session: DesignSession, wanted: Wanted, position: int) -> Phase:
    kind = PhaseKind(wanted["kind"])
    return Phase(
        design_id=design_session.id,
        position=position,
        kind=kind,
        title=require_text_field(wanted["title"], MAX_TITLE_LENGTH, "title"),
        prompt=limit_text_field(wanted.get("prompt") or "", MAX_PROMPT_LENGTH, "prompt"),
        minutes=_phase_minutes(wanted.get("minutes") or 0),
        policy=_checked_policy(made_policy(kind, wanted.get("policy"))).plain(),
        columns=list(wanted.get("columns") or []),
    )


def change_plan(
    actor: Actor,
    design_id: int,
    act: str,
    *,
    phase: int | None = None,
    wanted: Wanted | None = None,
    to: int | None = None,
    cid: str | None = None,
) -> dict[str, Any]:
    """Change the plan: `add` what is `wanted` (`{kind, title, prompt, minutes, policy}`) at the position `to`, `change` a
    phase to it, `move` one to the position `to` (counted from 1), `remove` one, or `repeat` one right behind itself.

    What is going on keeps its kind and policy, what is done stays as it was. Returns the phase's id; raises NotFound,
    Forbidden, Conflict, Invalid.
    """

    def carry_out(context: SessionContext) -> dict[str, Any]:
        require_not_over(context.design.state)
        plan, asked = Plan(context.design), dict(wanted or {})
        match act:
            case "add":
                changed = plan.add(asked, to)
            case "repeat":
                changed = plan.repeat(plan.find(phase))
            case "change":
                changed = plan.change(plan.find(phase), asked)
            case "move":
                changed = plan.move(plan.find(phase), to)
            case _:
                changed = plan.remove(plan.find(phase))
        number = changed.id
        plan.store_positions()
        publish_changes(context.design, f"plan_{act}", actor, parts=("phases", "now", "votes"))
        return {"phase": number}

    content = {"act": act, "phase": phase, "wanted": dict(wanted or {}), "to": to}
    return run_command(actor, design_id, cid, "design_phase", content, carry_out, live=False)


class Plan:
    """The phases of a design session while they are changed; each change returns the phase that it is about."""

    def __init__(self, design_session: DesignSession) -> None:
        self._design = design_session
        self._phases = list(phases_of(design_session))

    def find(self, number: int | None) -> Phase:
        """A phase by its id; raises NotFound."""
        found = next((phase for phase in self._phases if phase.id == number), None)
        if found is None:
            raise NotFound
        return found

    def add(self, wanted: Wanted, to: int | None) -> Phase:
        """Add a phase at a position counted from 1, else at the end. Raises Conflict, Invalid."""
        self._require_room()
        for needed in ("kind", "title"):
            if not wanted.get(needed):
                raise Invalid(fields={needed: [_l("This is missing.")]})
        phase = _new_phase(self._design, wanted, len(self._phases) + 1)
        self._insert(phase, self._index(to))
        return phase

    def repeat(self, phase: Phase) -> Phase:
        """Put a copy of a phase right behind it. Raises Conflict."""
        self._require_room()
        copied = ("kind", "title", "prompt", "minutes", "policy", "columns")
        values = {name: getattr(phase, name) for name in copied}
        again = Phase(design_id=self._design.id, position=len(self._phases) + 1, **values)
        self._insert(again, self._phases.index(phase) + 1)
        return again

    def change(self, phase: Phase, wanted: Wanted) -> Phase:
        """Give a phase other words, minutes, kind or policy. Raises Conflict, Invalid."""
        if "title" in wanted:
            phase.title = require_text_field(wanted["title"], MAX_TITLE_LENGTH, "title")
        if "prompt" in wanted:
            phase.prompt = limit_text_field(wanted["prompt"], MAX_PROMPT_LENGTH, "prompt")
        if "minutes" in wanted:
            phase.minutes = _phase_minutes(wanted["minutes"])
        if "kind" in wanted or "policy" in wanted:
            PHASE_STATUSES.next_state(phase.status, PhaseMove.REMOVE)
            kind = PhaseKind(wanted.get("kind", phase.kind))
            base = policy_of(phase).plain() if kind is phase.kind else made_policy(kind).plain()
            phase.kind = kind
            phase.policy = _checked_policy(PhasePolicy(**{**base, **(wanted.get("policy") or {})})).plain()
        return phase

    def move(self, phase: Phase, to: int | None) -> Phase:
        """Move a phase to a position counted from 1, else to the end."""
        self._phases.remove(phase)
        self._phases.insert(self._index(to), phase)
        return phase

    def remove(self, phase: Phase) -> Phase:
        """Remove a phase in which nothing was done yet. Raises Conflict."""
        PHASE_STATUSES.next_state(phase.status, PhaseMove.REMOVE)
        if phase.run or has_cards_of_phase(phase):
            raise Conflict(_l("Something was done in this phase. It stays."))
        self._phases.remove(phase)
        db.session.delete(phase)
        return phase

    def store_positions(self) -> None:
        """Write the positions down in the order of the plan."""
        for position, phase in enumerate(self._phases, 1):
            phase.position = position
        db.session.flush()

    def _insert(self, phase: Phase, index: int) -> None:
        db.session.add(phase)
        db.session.flush()
        self._phases.insert(index, phase)

    def _index(self, to: int | None) -> int:
        return len(self._phases) if to is None else max(0, min(to - 1, len(self._phases)))

    def _require_room(self) -> None:
        if len(self._phases) >= MAX_PHASES:
            raise Conflict(_l("There is no room for more phases."))


def _phase_minutes(minutes: int) -> int:
    if not 0 <= minutes <= MAX_MINUTES:
        sentence = _l("Between 0 and %(max)d minutes.", max=MAX_MINUTES)
        raise Invalid(fields={"minutes": [sentence]})
    return minutes


def _checked_policy(policy: PhasePolicy) -> PhasePolicy:
    """The policy; raises Invalid for one that no phase can have."""
    if not 0 <= policy.vote <= MAX_POINTS:
        raise Invalid(fields={"vote": [_l("Between 0 and %(max)d points.", max=MAX_POINTS)]})
    if policy.timer not in ("advisory", "hard"):
        raise Invalid(fields={"timer": [_l("This timer only tells the time, or closes the phase.")]})
    return policy
