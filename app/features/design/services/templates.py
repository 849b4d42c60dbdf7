"""Making a design session from one of the methods that ship."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.core.actors import Actor
from app.core.errors import NotFound
from app.core.i18n import speaking
from app.features.design.methods import METHODS, Method, PhasePlan
from app.features.design.models.sessions import DesignSession
from app.features.design.services.drafts import prepare

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
        plan = _plan(METHODS[method])
    return prepare(actor, title=title, lang=lang, question=question, initiative=initiative, method=plan)


def _plan(method: Method) -> Mapping[str, Any]:
    """The method as plain data; the board begins with the columns of the first phase that has some."""
    first = next((phase.columns for phase in method.phases if phase.columns), ())
    return {
        "code": method.code,
        "version": method.version,
        "columns": [str(column) for column in first],
        "phases": [_phase(phase) for phase in method.phases],
    }


def _phase(phase: PhasePlan) -> dict[str, Any]:
    return {
        "kind": phase.kind,
        "title": str(phase.title),
        "prompt": str(phase.prompt),
        "minutes": phase.minutes,
        "columns": [str(column) for column in phase.columns],
        "policy": {name: value for name, value in phase.policy.items() if name not in ADVICE},
    }
