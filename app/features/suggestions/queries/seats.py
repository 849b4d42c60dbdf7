"""Whom the engine proposes for the free seats of an initiative."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from app.core.actors import Actor
from app.core.database import db
from app.features.initiatives.models import (
    Application,
    ApplicationState,
    Initiative,
    Partner,
    WantedRole,
    WantedRoleWant,
    WantKind,
)
from app.features.organisations.models import Organisation
from app.features.suggestions.counting import note_shown
from app.features.suggestions.engine import consult
from app.features.suggestions.queries.exposure import fame_toll
from app.features.suggestions.queries.proposals import (
    Proposal,
    Proposals,
    furnished,
    rows_of,
    unavailable,
    waiting_answers,
)
from app.matching.engine import Engine
from app.matching.records import Brief, Suggestion

FOR_A_SEAT = 3


def proposals_for_seats(
    actor: Actor, initiative: Initiative, roles: Sequence[WantedRole]
) -> dict[int, Proposals]:
    """Whom the engine proposes for each role of an initiative that has a free seat, by the role's id.

    Partners and applicants are left out, and whoever takes no partners now. The number of queries does not grow
    with the roles.
    """
    ids = [role.id for role in roles]
    partners = rows_of(
        select(Partner.organisation_id, Partner.role_id).where(
            Partner.initiative_id == initiative.id, Partner.left_at.is_(None)
        )
    )
    taken = [role_id for _, role_id in partners]
    free = [role.id for role in roles if taken.count(role.id) < role.seats]
    wants = rows_of(
        select(WantedRoleWant.role_id, WantedRoleWant.kind, WantedRoleWant.value).where(
            WantedRoleWant.role_id.in_(free)
        )
    )
    members = frozenset(one for one, _ in partners) | {initiative.lead_id}
    exclude = members | _applicants(ids) | unavailable(waiting_answers())
    toll = fame_toll()
    country = db.session.scalar(select(Organisation.country).where(Organisation.id == initiative.lead_id))

    def question(engine: Engine) -> dict[int, list[Suggestion]]:
        seated = frozenset(members & engine.index.profiles.keys())
        briefs = {one: _brief(one, wants, exclude, seated, country) for one in free}
        return {one: engine.suggest_for(brief, FOR_A_SEAT, fame_toll=toll) for one, brief in briefs.items()}

    return _shared_out(actor, consult(question))


def _shared_out(actor: Actor, found: Mapping[int, Sequence[Suggestion]]) -> dict[int, Proposals]:
    """The proposals of each role, furnished all at once."""
    everything = furnished(actor, [one for some in found.values() for one in some])
    note_shown(one.organisation.id for one in everything.items)
    by_id = {one.organisation.id: one.organisation for one in everything.items}
    return {
        role_id: Proposals(
            tuple(Proposal(by_id[one.organisation], one) for one in some if one.organisation in by_id),
            everything.names,
            everything.works,
        )
        for role_id, some in found.items()
    }


def _brief(
    role_id: int,
    wants: Sequence[tuple[int, WantKind, str]],
    exclude: frozenset[int],
    partners: frozenset[int],
    country: str | None,
) -> Brief:
    """What a wanted role asks for."""

    def asked(kind: WantKind, prefix: str = "") -> frozenset[str]:
        return frozenset(
            value
            for role, what, value in wants
            if role == role_id and what == kind and value.startswith(prefix)
        )

    return Brief(
        skills=asked(WantKind.CONCEPT, "skill:"),
        sectors=asked(WantKind.CONCEPT, "sector:"),
        countries=asked(WantKind.COUNTRY),
        types=asked(WantKind.TYPE),
        exclude=exclude,
        home_country=country,
        partners=partners,
    )


def _applicants(role_ids: Sequence[int]) -> frozenset[int]:
    """The organisations whose application to one of these roles waits."""
    query = select(Application.organisation_id).where(
        Application.role_id.in_(role_ids), Application.state == ApplicationState.SENT
    )
    return frozenset(db.session.scalars(query))
