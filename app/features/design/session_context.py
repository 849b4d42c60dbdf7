"""The context of a command: the session, its phase and the actor, what she may do now, and why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.core.actors import Actor
from app.core.clock import now
from app.core.errors import Conflict
from app.core.permissions import can
from app.features.design.models.sessions import DesignSession, DesignState, Participant, Phase
from app.features.design.phases import PhasePolicy, is_sealed, is_time_up, policy_of, target_of
from app.features.design.queries.access import RUNNERS
from app.features.design.queries.outcomes import has_undecided_proposal
from app.features.design.queries.participants import participant_of
from app.features.design.queries.sessions import design_session_of_stream, phases_of, running_phase
from app.features.design.states import REFUSALS, TRANSITIONS, SessionMove

NOTHING = PhasePolicy()
FROZEN = _l("The facilitator has stopped everything for a moment. What you have typed stays with you.")
MUTED = _l("The facilitator has muted you for now.")
LOCKED = _l("The facilitator has locked the board for now.")
TIME_UP = _l("The time of this phase is up.")
NOT_IN = _l("Enter the design session first.")
NO_WRITING = _l("No cards are written in this phase. What you have typed stays with you.")
NO_MOVING = _l("Cards stay where they are in this phase.")
NO_GROUPING = _l("Cards are not grouped in this phase.")
NO_VOTING = _l("There is no vote in this phase.")
NO_PROPOSAL = _l("There is nothing to be decided at this moment.")


@dataclass(frozen=True)
class SessionContext:
    """A design session, the phase whose policy holds, and the actor's own row in it (None where she has none)."""

    actor: Actor
    design: DesignSession
    phase: Phase | None
    me: Participant | None

    @property
    def policy(self) -> PhasePolicy:
        """What the phase allows; before the session begins only writing."""
        if self.phase is None:
            return NOTHING
        policy = policy_of(self.phase)
        if self.design.state is DesignState.LIVE:
            return policy
        return replace(policy, group=False, move=False, vote=0)

    @property
    def is_sealed(self) -> bool:
        """Whether what people do now is told without who and when."""
        return is_sealed(self.phase)

    @property
    def is_in(self) -> bool:
        """Whether she takes part."""
        return self.me is not None and self.me.joined_at is not None and self.me.removed_at is None

    @cached_property
    def runs_it(self) -> bool:
        """Whether she may run the design session; nobody may who is neither named for it nor a facilitator anyway."""
        named = self.me is not None and self.me.role in RUNNERS
        return (named or self.actor.cluster_role == "facilitator") and can(
            self.actor, "design.run", self.design
        )


def load_context(actor: Actor, design_session: DesignSession) -> SessionContext:
    """The context of the actor in a design session at this moment."""
    return SessionContext(
        actor, design_session, phase_of(design_session), participant_of(design_session, actor.person_id)
    )


def phase_of(design_session: DesignSession) -> Phase | None:
    """The phase whose policy holds: the running one; before the session begins, the first in which cards are written."""
    if design_session.state is DesignState.LIVE:
        return running_phase(design_session)
    if design_session.state is DesignState.OPEN:
        return next((phase for phase in phases_of(design_session) if policy_of(phase).write), None)
    return None


Check = Callable[[SessionContext], LazyString | None]


def _anything(context: SessionContext) -> LazyString | None:
    """The refusal of everything that a participant does, if any."""
    if not context.is_in:
        return NOT_IN
    if context.design.state not in (DesignState.LIVE, DesignState.OPEN):
        return REFUSALS[context.design.state]
    return FROZEN if context.design.frozen else None


def _live(context: SessionContext) -> LazyString | None:
    """The refusal of everything that is only done while the session goes on, if any."""
    if context.design.state is DesignState.OPEN:
        return REFUSALS[DesignState.OPEN]
    return None


def _aloud(context: SessionContext) -> LazyString | None:
    return MUTED if context.me is not None and context.me.muted else None


def _in_time(context: SessionContext) -> LazyString | None:
    return TIME_UP if context.phase is not None and is_time_up(context.phase, now()) else None


def _on_board(context: SessionContext) -> LazyString | None:
    return LOCKED if context.design.locked and not context.runs_it else None


def _policy(name: str, sentence: LazyString, *, runners_may: bool = False) -> Check:
    """A check that the phase's policy allows something, which those who run the session may perhaps do anyway."""

    def check(context: SessionContext) -> LazyString | None:
        allowed = getattr(context.policy, name) or (runners_may and context.runs_it)
        return None if allowed else sentence

    return check


CHECKS: Mapping[str, tuple[Check, ...]] = {
    "write": (_anything, _aloud, _on_board, _policy("write", NO_WRITING), _in_time),
    "move": (_anything, _live, _aloud, _on_board, _policy("move", NO_MOVING, runners_may=True), _in_time),
    "group": (_anything, _live, _aloud, _on_board, _policy("group", NO_GROUPING, runners_may=True), _in_time),
    "vote": (_anything, _live, _aloud, _policy("vote", NO_VOTING), _in_time),
    "ready": (_anything, _live),
    "hand": (_anything, _live),
    "open": (_anything,),
    "call": (_anything, _live),
    "decide": (
        _anything,
        _live,
        _aloud,
        lambda context: None if has_undecided_proposal(context.design) else NO_PROPOSAL,
    ),
    "commit": (_anything, _live, _aloud),
}
"""The checks of each thing that a participant does; the first refusal is shown to her."""


def refusal(context: SessionContext, name: str) -> LazyString | None:
    """Why somebody may not do this now; None where she may."""
    return next((said for check in CHECKS[name] if (said := check(context)) is not None), None)


def require(context: SessionContext, name: str) -> None:
    """Raise Conflict, with the reason, where somebody may not do this now."""
    said = refusal(context, name)
    if said is not None:
        raise Conflict(said)


def allowed(context: SessionContext) -> list[str]:
    """The names of everything that somebody may do now."""
    names = [name for name in CHECKS if refusal(context, name) is None]
    if _may_take_desk(context):
        names.append("take_desk")
    return [*names, "run", *_desk_steps(context)] if context.runs_it else names


def _may_take_desk(context: SessionContext) -> bool:
    """Whether somebody else's desk, or one that nobody holds, can be taken by the actor now."""
    design, actor = context.design, context.actor
    if design.state is not DesignState.LIVE or design.desk_id == actor.person_id:
        return False
    named = context.me is not None and context.me.role in RUNNERS
    return (named or actor.cluster_role in ("facilitator", "manager")) and can(
        actor, "design.take_desk", design
    )


def _desk_steps(context: SessionContext) -> list[str]:
    """What who runs the session may do with its state and its phases now."""
    if context.design.state is not DesignState.LIVE:
        return ["start"] if (context.design.state, SessionMove.START) in TRANSITIONS else []
    phases, phase = phases_of(context.design), context.phase
    steps = [f"go_{to}" for to in ("next", "skip", "previous") if target_of(phases, phase, to) is not None]
    return [*steps, *(["go_repeat"] if phase is not None else []), "close"]


PASSED_SIGNALS = ("typing", "cursor")


def passes_signal(stream_id: str, signal: str) -> bool:
    """Whether a kind of signal is passed on to other readers now: only where names may be known."""
    design_session = design_session_of_stream(stream_id)
    if design_session is None or signal not in PASSED_SIGNALS:
        return False
    return not is_sealed(phase_of(design_session))
