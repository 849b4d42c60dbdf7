"""Commitments: what an organisation promises to do, who answers for it, until when; and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.clock import EARLIEST_DAY, LATEST_DAY, now
from app.core.database import db
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.permissions import authorize
from app.core.streams.models import opaque_id
from app.core.streams.services import once
from app.core.validation import limit_text_field, require_language_field, require_text_field
from app.features.design.models.outcomes import (
    MAX_COMMITMENT_LENGTH,
    MAX_OWNER_LENGTH,
    Commitment,
    CommitmentState,
)
from app.features.design.projections.private_state import own_state
from app.features.design.queries.board import card_ids_of
from app.features.design.queries.outcomes import get_commitment
from app.features.design.queries.participants import organisation_name_in, participant_of
from app.features.design.services.command_runner import (
    command_identity,
    lock_session,
    run_participant_command,
)
from app.features.design.services.publishing import publish_changes
from app.features.design.session_context import SessionContext, load_context, require
from app.features.design.states import OVER, REFUSALS

PARTS = ("commitments",)
STATES = (CommitmentState.OPEN, CommitmentState.DONE, CommitmentState.DROPPED)


def commit(actor: Actor, design_id: int, cid: str, *, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Promise something: `wanted` holds `organisation` (id), `owner` (a person's id or a name), `what`, `if_then`,
    `by_when` (a date), `lang`, `cards` (the keys of those that it comes from). For one's own organisation;
    who runs the session may for any that takes part.

    Raises NotFound, Forbidden, Conflict, Invalid with a sentence at each field.
    """

    def act(context: SessionContext) -> None:
        require(context, "commit")
        organisation_id = wanted["organisation"]
        name = organisation_name_in(context.design, organisation_id)
        if name is None:
            raise Invalid(fields={"organisation": [_l("Choose an organisation that takes part.")]})
        _require_own(context, organisation_id)
        made = Commitment(
            design_id=context.design.id,
            organisation_id=organisation_id,
            organisation_name=name,
            lang=wanted["lang"],
            **_terms(context, wanted),
        )
        db.session.add(made)
        publish_changes(context.design, "committed", actor, parts=PARTS)

    require_language_field(wanted["lang"])
    return run_participant_command(actor, design_id, cid, "design_commit", act)


def change_commitment(
    actor: Actor, design_id: int, commitment: int, wanted: Mapping[str, Any], cid: str | None = None
) -> dict[str, Any]:
    """Change what is named in `wanted` of a commitment of one's own organisation; who runs the session may of any.

    Once the session is over only its `state` changes (open, done, dropped). Raises NotFound, Forbidden, Conflict, Invalid.
    """
    design_session = lock_session(actor, design_id)
    authorize(actor, "design.join", design_session)
    context = load_context(actor, design_session)

    def act() -> dict[str, Any]:
        if design_session.state not in OVER:
            require(context, "commit")
        elif set(wanted) - {"state"}:
            raise Conflict(REFUSALS[design_session.state])
        found = get_commitment(context.design, commitment)
        _require_own(context, found.organisation_id)
        if found.state is CommitmentState.CARRIED:
            raise Conflict(_l("This commitment went on into the next design session. Change it there."))
        for name, value in _terms(context, wanted).items():
            setattr(found, name, value)
        publish_changes(design_session, "commitment_changed", actor, parts=PARTS)
        return {}

    content = command_identity("design_commit_change", design_id) | {
        "commitment": commitment,
        "wanted": dict(wanted),
    }
    once(actor, cid or opaque_id(), content, design_session.stream_id, act)
    return {"mine": own_state(load_context(actor, design_session))}


def _terms(context: SessionContext, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of what is wanted, each checked."""
    terms: dict[str, Any] = {}
    if "owner" in wanted:
        terms["owner_id"], terms["owner_name"] = _owner(context, wanted["owner"])
    if "what" in wanted:
        terms["what"] = require_text_field(wanted["what"], MAX_COMMITMENT_LENGTH, "what")
    if "if_then" in wanted:
        terms["if_then"] = limit_text_field(wanted["if_then"], MAX_COMMITMENT_LENGTH, "if_then")
    if "by_when" in wanted:
        terms["by_when"] = _date(wanted["by_when"])
    if "cards" in wanted:
        terms["cards"] = card_ids_of(context.design, wanted["cards"])
    if "state" in wanted:
        if wanted["state"] not in STATES:
            raise Invalid(fields={"state": [_l("We do not understand this.")]})
        terms["state"] = CommitmentState(wanted["state"])
    return terms


def _owner(context: SessionContext, owner: int | str) -> tuple[int | None, str]:
    """Who answers for it: somebody who takes part, or a name."""
    if isinstance(owner, str):
        return None, require_text_field(owner, MAX_OWNER_LENGTH, "owner")
    person = participant_of(context.design, owner)
    if person is None or person.removed_at is not None:
        raise Invalid(fields={"owner": [_l("Choose somebody who takes part, or write a name.")]})
    return person.person_id, person.name


def _date(day: str) -> date:
    try:
        found = date.fromisoformat(day)
    except ValueError as error:
        raise Invalid(fields={"by_when": [_l("Write a date.")]}) from error
    if found > LATEST_DAY:
        span = {"first": EARLIEST_DAY.year, "last": LATEST_DAY.year}
        raise Invalid(
            fields={"by_when": [_l("Choose a day in the years from %(first)s to %(last)s.", **span)]}
        )
    if found < now().date():
        raise Invalid(fields={"by_when": [_l("Choose a day that is still to come.")]})
    return found


def _require_own(context: SessionContext, organisation_id: int | None) -> None:
    mine = context.me.organisation_id if context.me is not None else context.actor.organisation_id
    if (mine is None or mine != organisation_id) and not context.runs_it:
        raise Forbidden(_l("You can only make a commitment for your own organisation."))
