"""The stages of a proposal on its way to consent: which leads to which; every other step is a Conflict."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.core.errors import Conflict
from app.features.design.models.outcomes import ObjectionState, ProposalStage

STAGES: Mapping[ProposalStage, frozenset[ProposalStage]] = {
    ProposalStage.CLARIFY: frozenset({ProposalStage.REACT, ProposalStage.WITHDRAWN}),
    ProposalStage.REACT: frozenset({ProposalStage.CLARIFY, ProposalStage.OBJECT, ProposalStage.WITHDRAWN}),
    ProposalStage.OBJECT: frozenset({ProposalStage.INTEGRATE, ProposalStage.AGREED, ProposalStage.WITHDRAWN}),
    ProposalStage.INTEGRATE: frozenset({ProposalStage.OBJECT, ProposalStage.WITHDRAWN}),
    ProposalStage.AGREED: frozenset(),
    ProposalStage.WITHDRAWN: frozenset(),
}
"""From each stage where one can go: what was integrated is tested again before it is agreed on."""

REFUSALS: Mapping[ProposalStage, LazyString] = {
    ProposalStage.CLARIFY: _l("Questions are being clarified. Reactions come next."),
    ProposalStage.REACT: _l("Reactions are being heard. Objections come next."),
    ProposalStage.OBJECT: _l("Objections are being heard."),
    ProposalStage.INTEGRATE: _l("Objections are being integrated. The new wording is tested again next."),
    ProposalStage.AGREED: _l("This proposal is agreed on."),
    ProposalStage.WITHDRAWN: _l("This proposal was withdrawn."),
}
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
