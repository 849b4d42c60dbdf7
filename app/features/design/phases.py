"""Phases: what each kind allows unless it is prepared otherwise, and the table of their way from waiting to done."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.core.numbers import Integer
from app.core.state_machine import StateMachine
from app.features.design.models.sessions import Phase, PhaseKind, PhaseStatus

MAX_POINTS = 20


@dataclass(frozen=True)
class PhasePolicy:
    """What is allowed in a phase.

    `see_own_only` hides cards until they are revealed; `anonymous` seals their authors; `vote` is everybody's budget
    of points, 0 where nobody votes; a `hard` timer closes the writing, an "advisory" one only tells the time.
    """

    write: bool = False
    see_own_only: bool = False
    anonymous: bool = False
    group: bool = False
    move: bool = False
    vote: Integer = 0
    totals_hidden: bool = False
    timer: str = "advisory"
    breakouts: bool = False

    def plain(self) -> dict[str, Any]:
        """The policy as it is kept with its phase and told to readers."""
        return asdict(self)


DEFAULTS: Mapping[PhaseKind, PhasePolicy] = {
    PhaseKind.WELCOME: PhasePolicy(),
    PhaseKind.SILENT_WRITING: PhasePolicy(write=True, see_own_only=True, anonymous=True, timer="hard"),
    PhaseKind.PAIRS_FOURS: PhasePolicy(write=True, move=True, group=True, breakouts=True),
    PhaseKind.BREAKOUT: PhasePolicy(write=True, move=True, group=True, breakouts=True),
    PhaseKind.REVEAL: PhasePolicy(),
    PhaseKind.CLUSTER: PhasePolicy(group=True, move=True),
    PhaseKind.HOW_MIGHT_WE: PhasePolicy(write=True, move=True, group=True),
    PhaseKind.DOT_VOTE: PhasePolicy(vote=5, totals_hidden=True, timer="hard"),
    PhaseKind.IMPACT_EFFORT: PhasePolicy(move=True),
    PhaseKind.ROUNDS: PhasePolicy(write=True),
    PhaseKind.CONSENT: PhasePolicy(),
    PhaseKind.COMMITMENTS: PhasePolicy(),
    PhaseKind.CHECK_OUT: PhasePolicy(write=True),
}
"""What each kind of phase allows unless somebody who prepares it says otherwise."""

DECIDING = (PhaseKind.REVEAL, PhaseKind.CONSENT, PhaseKind.COMMITMENTS)
"""Phases in which nobody writes or moves cards, and everybody sees all of them."""
KNOWN = frozenset(field.name for field in fields(PhasePolicy))


def policy_of(phase: Phase) -> PhasePolicy:
    """The policy that a phase was given when it was prepared."""
    return PhasePolicy(**{name: value for name, value in phase.policy.items() if name in KNOWN})


def made_policy(kind: PhaseKind, changes: Mapping[str, Any] | None = None) -> PhasePolicy:
    """The policy of a new phase: its kind's, with what somebody changed."""
    return PhasePolicy(**{**DEFAULTS[kind].plain(), **(changes or {})})


def is_sealed(phase: Phase | None) -> bool:
    """Whether what people do in this phase is published without who, when and where: anonymous, or not revealed yet."""
    if phase is None:
        return False
    policy = policy_of(phase)
    return policy.anonymous or (policy.see_own_only and not phase.revealed)


def writes_unrevealed(phase: Phase) -> bool:
    """Whether cards that are written in this phase now are not revealed at once."""
    return policy_of(phase).see_own_only and not phase.revealed


def is_for_all(phase: Phase) -> bool:
    """Whether everybody works with all the cards in this phase, so that none can stay unrevealed from then on."""
    policy = policy_of(phase)
    if policy.write or policy.see_own_only:
        return False
    return policy.group or policy.move or policy.vote > 0 or phase.kind in DECIDING


def is_time_up(phase: Phase, moment: datetime) -> bool:
    """Whether a hard timer has closed the phase, whether or not anybody was told so yet."""
    ran_out = phase.ends_at is not None and phase.ends_at <= moment
    return phase.writing_closed or (policy_of(phase).timer == "hard" and ran_out)


def target_of(phases: Sequence[Phase], current: Phase | None, to: str) -> Phase | None:
    """The phase to which a step leads: "previous", else ("next", "skip") the next one that was not held; None for none."""
    position = phases.index(current) if current is not None else -1
    if to == "previous":
        return phases[position - 1] if position > 0 else None
    return next((phase for phase in phases[position + 1 :] if phase.status is PhaseStatus.PENDING), None)


class PhaseMove(enum.StrEnum):
    """What can happen to a phase."""

    BEGIN = "begin"
    FINISH = "finish"
    SKIP = "skip"
    SET_BACK = "set_back"
    REPEAT = "repeat"
    REMOVE = "remove"


TRANSITIONS: Mapping[tuple[PhaseStatus, PhaseMove], PhaseStatus | None] = {
    (PhaseStatus.PENDING, PhaseMove.BEGIN): PhaseStatus.RUNNING,
    (PhaseStatus.PENDING, PhaseMove.SKIP): PhaseStatus.SKIPPED,
    (PhaseStatus.PENDING, PhaseMove.REMOVE): None,
    (PhaseStatus.RUNNING, PhaseMove.FINISH): PhaseStatus.DONE,
    (PhaseStatus.RUNNING, PhaseMove.SKIP): PhaseStatus.SKIPPED,
    (PhaseStatus.RUNNING, PhaseMove.SET_BACK): PhaseStatus.PENDING,
    (PhaseStatus.RUNNING, PhaseMove.REPEAT): PhaseStatus.RUNNING,
    (PhaseStatus.DONE, PhaseMove.BEGIN): PhaseStatus.RUNNING,
    (PhaseStatus.SKIPPED, PhaseMove.BEGIN): PhaseStatus.RUNNING,
    (PhaseStatus.SKIPPED, PhaseMove.REMOVE): None,
}
"""None where the phase is removed."""

REFUSALS: Mapping[PhaseStatus, LazyString] = {
    PhaseStatus.PENDING: _l("This phase has not begun yet."),
    PhaseStatus.RUNNING: _l("This phase is going on at this moment."),
    PhaseStatus.DONE: _l("This phase is done. You can go back to it, but not change what was."),
    PhaseStatus.SKIPPED: _l("This phase was skipped. You can go back to it."),
}
PHASE_STATUSES: StateMachine[PhaseStatus, PhaseMove, PhaseStatus | None] = StateMachine(
    PhaseMove, TRANSITIONS, REFUSALS
)
