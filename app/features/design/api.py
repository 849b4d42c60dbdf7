"""The JSON API of design sessions: the public state, the person's own state, the facilitator's state."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from apiflask import APIBlueprint
from flask import g
from pydantic import Field

from app.core.errors import TooMany
from app.core.http.api import Query, api
from app.core.numbers import TextInteger
from app.core.permissions import authorize
from app.core.threadpool import require_turn
from app.features.design.breakout_proposals import propose_breakouts
from app.features.design.presenters.payloads import DeskView, Mine, ProposedBreakouts, Snapshot
from app.features.design.projections.private_state import facilitator_view, own_state
from app.features.design.queries.sessions import get_design_session, snapshot_of
from app.features.design.session_context import load_context

blueprint = APIBlueprint("design_api", __name__, url_prefix="/api/v1/design-sessions")


@api(blueprint, "/<int:design_id>/state", permission="design.join", answer=Snapshot)
def state(design_id: int) -> dict[str, Any]:
    """The public state and the number of the event up to which it goes."""
    return snapshot_of(get_design_session(g.actor, design_id))


@api(blueprint, "/<int:design_id>/mine", permission="design.join", answer=Mine)
def own(design_id: int) -> dict[str, Any]:
    """What is the asker's own: her cards, her votes, what she may do now."""
    return own_state(load_context(g.actor, get_design_session(g.actor, design_id)))


@api(blueprint, "/<int:design_id>/desk", permission="design.run", answer=DeskView)
def desk(design_id: int) -> dict[str, Any]:
    """What only those at the desk are told."""
    design_session = get_design_session(g.actor, design_id)
    authorize(g.actor, "design.run", design_session)
    return facilitator_view(design_session)


GroupCount = Annotated[TextInteger, Field(ge=1, le=100)]


class BreakoutsQuery(Query):
    """What groups are asked for."""

    groups: GroupCount | None = Field(None, description="So many groups.")
    size: GroupCount | None = Field(None, description="Groups of at most so many people.")
    rotate: Literal["0", "1"] = Field("0", description="1: another round of the groups that are at work.")


@api(
    blueprint,
    "/<int:design_id>/breakouts",
    permission="design.run",
    answer=ProposedBreakouts,
    query=BreakoutsQuery,
    errors=(TooMany,),
)
def breakouts(design_id: int, query: BreakoutsQuery) -> dict[str, Any]:
    """Groups for everybody who takes part: so many `groups`, or of at most `size` people, or with `rotate` another round."""
    require_turn()
    design_session = get_design_session(g.actor, design_id)
    authorize(g.actor, "design.run", design_session)
    return propose_breakouts(design_session, groups=query.groups, size=query.size, rotate=query.rotate == "1")
