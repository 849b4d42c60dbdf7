"""Every vote that was held, for the report: the public state tells only of the newest."""

from __future__ import annotations

from typing import Any

from app.features.design.models.sessions import DesignSession, Phase, PhaseStatus
from app.features.design.phases import policy_of
from app.features.design.presenters.votes import count_voters, totals_of
from app.features.design.queries import phases_of


def ballots_of(design_session: DesignSession) -> list[dict[str, Any]]:
    """The last vote of each phase that was begun, as `{phase, voters, totals}`; none whose totals are hidden still."""
    held = [phase for phase in phases_of(design_session) if phase.run and policy_of(phase).vote]
    return [_ballot(phase) for phase in held if not _is_hidden(phase)]


def _is_hidden(phase: Phase) -> bool:
    return phase.status is PhaseStatus.RUNNING and policy_of(phase).totals_hidden and not phase.revealed


def _ballot(phase: Phase) -> dict[str, Any]:
    return {"phase": phase.id, "voters": count_voters(phase), "totals": totals_of(phase)}
