"""A method as the plan that a design session is made from, its words in the language that is spoken now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.features.design.methods import Method, PhasePlan

NOT_OF_THE_POLICY = ("size",)
"""What a method says of a phase that is advice to the facilitator, not a rule."""


def as_plan(method: Method) -> Mapping[str, Any]:
    """The plan as plain data; the board begins with the columns of the first phase that has some."""
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
        "policy": {name: value for name, value in phase.policy.items() if name not in NOT_OF_THE_POLICY},
    }
