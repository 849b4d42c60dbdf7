"""The plan of a design session: adding, changing, moving and removing phases, while preparing and while live."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.core.actors import Actor
from app.core.database import db
from app.core.errors import Conflict, Invalid, NotFound
from app.core.text import tidy
from app.features.design.models.board import Card
from app.features.design.models.sessions import (
    MAX_MINUTES,
    MAX_PHASES,
    MAX_PROMPT_LENGTH,
    MAX_TITLE_LENGTH,
    DesignSession,
    Phase,
    PhaseKind,
)
from app.features.design.phases import MAX_POINTS, PhaseMove, PhasePolicy, after, made_policy, policy_of
from app.features.design.queries import phases_of
from app.features.design.services.cards import written
from app.features.design.services.command_runner import run_command
from app.features.design.services.publishing import publish_changes
from app.features.design.session_context import SessionContext
from app.features.design.states import require_not_over

Wanted = Mapping[str, Any]


def add_phases(design_session: DesignSession, phases: Sequence[Wanted]) -> None:
    """Give a new design session the phases of its method."""
    for position, wanted in enumerate(phases, 1):
        db.session.add(_made(design_session, wanted, position))
    db.session.flush()


def _made(design_session: DesignSession, wanted: Wanted, position: int) -> Phase:
    kind = PhaseKind(wanted["kind"])
    return Phase(
        design_id=design_session.id,
        position=position,
        kind=kind,
        title=written(wanted["title"], MAX_TITLE_LENGTH, "title"),
        prompt=_prompt(wanted.get("prompt") or ""),
        minutes=_minutes(wanted.get("minutes") or 0),
        policy=_checked(made_policy(kind, wanted.get("policy"))).plain(),
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
    """Change the plan: `add` what is `wanted` (`{kind, title, prompt, minutes, policy}`) at the place `to`, `change` a
    phase to it, `move` one to the place `to` (counted from 1), `remove` one, or `repeat` one right behind itself.

    What is going on keeps its kind and policy, what is done stays as it was. Returns the phase's id; raises NotFound,
    Forbidden, Conflict, Invalid.
    """

    def carry_out(context: SessionContext) -> dict[str, Any]:
        require_not_over(context.design.state)
        plan = list(phases_of(context.design))
        number = ACTS[act](context.design, plan, phase, dict(wanted or {}), to)
        _number(plan)
        publish_changes(context.design, f"plan_{act}", actor, parts=("phases", "now", "votes"))
        return {"phase": number}

    content = {"act": act, "phase": phase, "wanted": dict(wanted or {}), "to": to}
    return run_command(actor, design_id, cid, "design_phase", content, carry_out, live=False)


def _add(design: DesignSession, plan: list[Phase], number: int | None, wanted: Wanted, to: int | None) -> int:
    _require_room(plan)
    for needed in ("kind", "title"):
        if not wanted.get(needed):
            raise Invalid(fields={needed: [_l("This is missing.")]})
    made = _made(design, wanted, len(plan) + 1)
    db.session.add(made)
    db.session.flush()
    plan.insert(_place(plan, to, len(plan)), made)
    return made.id


def _repeat(
    design: DesignSession, plan: list[Phase], number: int | None, wanted: Wanted, to: int | None
) -> int:
    _require_room(plan)
    found = _find(plan, number)
    again = Phase(
        design_id=design.id,
        position=len(plan) + 1,
        **{
            name: getattr(found, name) for name in ("kind", "title", "prompt", "minutes", "policy", "columns")
        },
    )
    db.session.add(again)
    db.session.flush()
    plan.insert(plan.index(found) + 1, again)
    return again.id


def _change(
    design: DesignSession, plan: list[Phase], number: int | None, wanted: Wanted, to: int | None
) -> int:
    found = _find(plan, number)
    if "title" in wanted:
        found.title = written(wanted["title"], MAX_TITLE_LENGTH, "title")
    if "prompt" in wanted:
        found.prompt = _prompt(wanted["prompt"])
    if "minutes" in wanted:
        found.minutes = _minutes(wanted["minutes"])
    if "kind" in wanted or "policy" in wanted:
        after(found.status, PhaseMove.REMOVE)
        kind = PhaseKind(wanted.get("kind", found.kind))
        base = policy_of(found).plain() if kind is found.kind else made_policy(kind).plain()
        found.kind = kind
        found.policy = _checked(PhasePolicy(**{**base, **(wanted.get("policy") or {})})).plain()
    return found.id


def _move(
    design: DesignSession, plan: list[Phase], number: int | None, wanted: Wanted, to: int | None
) -> int:
    found = _find(plan, number)
    plan.remove(found)
    plan.insert(_place(plan, to, len(plan)), found)
    return found.id


def _remove(
    design: DesignSession, plan: list[Phase], number: int | None, wanted: Wanted, to: int | None
) -> int:
    found = _find(plan, number)
    after(found.status, PhaseMove.REMOVE)
    written_in = select(Card.id).where(Card.phase_id == found.id).limit(1)
    if found.run or db.session.scalar(written_in) is not None:
        raise Conflict(_l("Something was done in this phase. It stays."))
    plan.remove(found)
    db.session.delete(found)
    return found.id


ACTS: Mapping[str, Callable[[DesignSession, list[Phase], int | None, Wanted, int | None], int]] = {
    "add": _add,
    "change": _change,
    "move": _move,
    "remove": _remove,
    "repeat": _repeat,
}


def _number(plan: Sequence[Phase]) -> None:
    """Write the positions down in the order of the plan."""
    for position, phase in enumerate(plan, 1):
        phase.position = position
    db.session.flush()


def _find(plan: Sequence[Phase], number: int | None) -> Phase:
    found = next((phase for phase in plan if phase.id == number), None)
    if found is None:
        raise NotFound
    return found


def _place(plan: Sequence[Phase], to: int | None, default: int) -> int:
    return default if to is None else max(0, min(to - 1, len(plan)))


def _require_room(plan: Sequence[Phase]) -> None:
    if len(plan) >= MAX_PHASES:
        raise Conflict(_l("There is no room for more phases."))


def _prompt(prompt: str) -> str:
    prompt = tidy(prompt)
    if len(prompt) > MAX_PROMPT_LENGTH:
        raise Invalid(fields={"prompt": [_l("At most %(max)d characters.", max=MAX_PROMPT_LENGTH)]})
    return prompt


def _minutes(minutes: int) -> int:
    if not 0 <= minutes <= MAX_MINUTES:
        sentence = _l("Between 0 and %(max)d minutes.", max=MAX_MINUTES)
        raise Invalid(fields={"minutes": [sentence]})
    return minutes


def _checked(policy: PhasePolicy) -> PhasePolicy:
    """The policy; raises Invalid for one that no phase can have."""
    if not 0 <= policy.vote <= MAX_POINTS:
        raise Invalid(fields={"vote": [_l("Between 0 and %(max)d points.", max=MAX_POINTS)]})
    if policy.timer not in ("advisory", "hard"):
        raise Invalid(fields={"timer": [_l("This timer only tells the time, or closes the phase.")]})
    return policy
