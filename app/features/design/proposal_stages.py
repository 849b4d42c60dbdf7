"""The stages of a proposal on its way to consent: which leads to which; every other step is a Conflict."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.core.errors import Conflict
from app.features.design.models.outcomes import ObjectionState, ProposalStage, StanceKind

STAGES: Mapping[ProposalStage, frozenset[ProposalStage]] = {
    ProposalStage.CLARIFY: frozenset({ProposalStage.REACT, ProposalStage.WITHDRAWN}),
    ProposalStage.REACT: frozenset({ProposalStage.CLARIFY, ProposalStage.OBJECT, ProposalStage.WITHDRAWN}),
    ProposalStage.OBJECT: frozenset({ProposalStage.INTEGRATE, ProposalStage.AGREED, ProposalStage.WITHDRAWN}),
    ProposalStage.INTEGRATE: frozenset({ProposalStage.OBJECT, ProposalStage.WITHDRAWN}),
    ProposalStage.AGREED: frozenset({ProposalStage.OBJECT}),
    ProposalStage.WITHDRAWN: frozenset(),
}
"""From each stage where one can go: what was integrated is tested again before it is agreed on, and what was agreed on
too early goes back to the objections while the session goes on."""

REFUSALS: Mapping[ProposalStage, LazyString] = {
    ProposalStage.CLARIFY: _l("Questions are being clarified. Reactions come next."),
    ProposalStage.REACT: _l("Reactions are being heard. Objections come next."),
    ProposalStage.OBJECT: _l("Objections are being heard."),
    ProposalStage.INTEGRATE: _l("Objections are being integrated. The new wording is tested again next."),
    ProposalStage.AGREED: _l("This proposal is agreed on."),
    ProposalStage.WITHDRAWN: _l("This proposal was withdrawn."),
}
STANCE_STAGES = (ProposalStage.REACT, ProposalStage.OBJECT)
"""The stages at which people say whether they consent or have a concern."""
WORDING_STAGES = (ProposalStage.CLARIFY, ProposalStage.REACT, ProposalStage.INTEGRATE)
"""The stages at which the wording is changed."""
HAS_OBJECTION = _l("You have an objection that is not met. Say first what becomes of it.")
OVER = (ProposalStage.AGREED, ProposalStage.WITHDRAWN)
UNSOLVED = (ObjectionState.OPEN, ObjectionState.STANDS)
"""Objections that prevent an agreement."""


def require_step(stage: ProposalStage, to: ProposalStage) -> None:
    """Raise Conflict where the table has no such step."""
    if to not in STAGES[stage]:
        raise Conflict(REFUSALS[stage])


def require_stage(stage: ProposalStage, *stages: ProposalStage) -> None:
    """Raise Conflict unless a proposal is at one of these stages."""
    if stage not in stages:
        raise Conflict(REFUSALS[stage])


def stances_at(stage: ProposalStage, *, has_objection: bool) -> list[str]:
    """What somebody may say of a proposal at a stage: "consent", "concern", "object".

    Who has an unsolved objection of her own first says what becomes of it.
    """
    stances = list(StanceKind) if stage in STANCE_STAGES and not has_objection else []
    return [*stances, *(["object"] if stage is ProposalStage.OBJECT else [])]


def steps_at(stage: ProposalStage, *, has_unsolved: bool) -> list[str]:
    """What who runs the session may do with a proposal at a stage: "wording", "withdraw", "to_" and a stage."""
    stages = sorted(STAGES[stage], key=list(ProposalStage).index)
    steps = [f"to_{to}" for to in stages if to is not ProposalStage.WITHDRAWN]
    if has_unsolved:
        steps = [step for step in steps if step != f"to_{ProposalStage.AGREED}"]
    words = ["wording"] if stage in WORDING_STAGES else []
    return [*steps, *words, *(["withdraw"] if ProposalStage.WITHDRAWN in STAGES[stage] else [])]
