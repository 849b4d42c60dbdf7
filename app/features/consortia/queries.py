"""Who could take the free seats of an initiative: each seat by itself, or whole consortia under a programme's rules."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, selectinload

from app.core.actors import Actor
from app.core.database import db
from app.features.initiatives.models import (
    Application,
    ApplicationState,
    Initiative,
    InitiativeState,
    OfferState,
    Partner,
    SeatOffer,
    WantedRole,
    WantedRoleWant,
    WantKind,
)
from app.features.initiatives.queries import active_partners, offers_of, waiting_applications
from app.features.introductions.queries import waiting_answers
from app.features.organisations.models import Organisation
from app.features.organisations.queries import CARD, names_of, organisations_by_id
from app.features.suggestions.engine_cache import query_engine
from app.features.suggestions.queries.exposure import dials
from app.features.suggestions.queries.proposals import (
    PartnerProposal,
    PartnerProposals,
    furnished,
    unavailable,
)
from app.matching.consortia.composition import compose_for
from app.matching.consortia.records import Call, Consortium, Need, ProgrammeRules, ScoreLineKind, load_rules
from app.matching.engine import Engine
from app.matching.records import Brief, Suggestion

MAX_PROPOSALS_PER_SEAT = 3
MAX_CONSORTIA = 3
"""So many consortia stand side by side."""


def proposals_for_seats(
    actor: Actor, initiative: Initiative, roles: Sequence[WantedRole]
) -> dict[int, PartnerProposals]:
    """Whom the engine proposes for each role of an initiative that has a free seat, by the role's id.

    Without partners, applicants and organisations that look for no partners now. The number of queries does not
    depend on the number of roles.
    """
    ids = [role.id for role in roles]
    partners = db.session.execute(
        select(Partner.organisation_id, Partner.role_id).where(
            Partner.initiative_id == initiative.id, Partner.left_at.is_(None)
        )
    ).all()
    taken = [role_id for _, role_id in partners]
    free = [role.id for role in roles if taken.count(role.id) < role.seats]
    wants = db.session.execute(
        select(WantedRoleWant.role_id, WantedRoleWant.kind, WantedRoleWant.value).where(
            WantedRoleWant.role_id.in_(free)
        )
    ).all()
    members = frozenset(one for one, _ in partners) | {initiative.lead_id}
    applicants = select(Application.organisation_id).where(
        Application.role_id.in_(ids), Application.state == ApplicationState.SENT
    )
    exclude = members | frozenset(db.session.scalars(applicants)) | unavailable(waiting_answers())
    set_to = dials()
    country = db.session.scalar(select(Organisation.country).where(Organisation.id == initiative.lead_id))

    def question(engine: Engine) -> dict[int, list[Suggestion]]:
        seated = frozenset(members & engine.index.profiles.keys())
        briefs = {one: _brief(one, wants, exclude, seated, country) for one in free}
        return {
            one: engine.suggest_for(
                brief,
                MAX_PROPOSALS_PER_SEAT,
                popularity_penalty=set_to.popularity_penalty,
                needs_first=set_to.needs_first,
            )
            for one, brief in briefs.items()
        }

    found = query_engine(question)
    everything = furnished(actor, [one for some in found.values() for one in some])
    by_id = {one.organisation.id: one.organisation for one in everything.items}
    return {
        role_id: PartnerProposals(
            tuple(PartnerProposal(by_id[one.organisation], one) for one in some if one.organisation in by_id),
            everything.names,
            everything.works,
        )
        for role_id, some in found.items()
    }


def roles_to_fill(initiative_id: int) -> Initiative | None:
    """An initiative that takes applications, with its roles; None for any other."""
    return db.session.scalar(
        select(Initiative)
        .where(Initiative.id == initiative_id, Initiative.state == InitiativeState.OPEN)
        .options(selectinload(Initiative.roles))
    )


def role_ids(initiative_id: int) -> Sequence[int]:
    """The ids of an initiative's roles."""
    return db.session.scalars(select(WantedRole.id).where(WantedRole.initiative_id == initiative_id)).all()


def free_roles(actor: Actor, ids: Collection[int]) -> Sequence[WantedRole]:
    """Those of some roles that have a free seat for the actor's organisation, with what a notice shows."""
    own = actor.organisation_id or 0
    takes_part = select(Partner.initiative_id).where(
        Partner.organisation_id == own, Partner.left_at.is_(None)
    )
    found = db.session.scalars(
        select(WantedRole)
        .join(WantedRole.initiative)
        .where(
            WantedRole.id.in_(ids),
            Initiative.state == InitiativeState.OPEN,
            Initiative.lead_id != own,
            Initiative.id.not_in(takes_part),
        )
        .options(
            contains_eager(WantedRole.initiative).options(
                selectinload(Initiative.texts), selectinload(Initiative.lead).options(*CARD)
            )
        )
    )
    return [role for role in found if role.filled < role.seats]


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


@dataclass(frozen=True)
class Composed:
    """Consortia, the best first, with what they name.

    `invited` holds the seats on offer, by role and organisation; `names` says what organisations are called that
    are named in reasons.
    """

    consortia: tuple[Consortium, ...]
    rules: ProgrammeRules
    organisations: Mapping[int, Organisation]
    names: Mapping[int, str]
    roles: Mapping[int, WantedRole]
    invited: frozenset[tuple[int, int]]

    @property
    def seated(self) -> set[int]:
        """The organisations that take a seat, by id."""
        return {place.organisation for one in self.consortia for place in one.places}


@cache
def programmes() -> Mapping[str, ProgrammeRules]:
    """The programmes whose rules are known, by code."""
    return load_rules()


def compose(actor: Actor, initiative: Initiative, programme: str, wants_new: bool) -> Composed:
    """Up to three consortia for the free seats of an initiative, loaded with all that its page shows.

    An unknown programme counts as none. Who declined a seat here, has applied or takes no partners now is left out.
    The number of queries does not grow with the seats.
    """
    rules = programmes().get(programme) or programmes()["free"]
    offers = offers_of(initiative)
    needs = tuple(need for role in initiative.roles for need in _needs(role))
    at_table = {partner.organisation_id for partner in active_partners(initiative)} | {initiative.lead_id}
    declined = {one.organisation_id for one in offers if one.state is OfferState.DECLINED}
    exclude, toll = unavailable(waiting_answers()) | declined, dials().popularity_penalty
    exclude |= {application.organisation_id for application in waiting_applications(initiative)}

    def question(engine: Engine) -> list[Consortium]:
        table = frozenset(at_table & engine.index.profiles.keys())
        call = Call(needs, table, wants_new=wants_new, exclude=exclude, most=len(table) + len(needs))
        country = initiative.lead.country
        return compose_for(engine, call, rules, MAX_CONSORTIA, home_country=country, popularity_penalty=toll)

    found = tuple(query_engine(question)) if needs else ()
    places = [place for one in found for place in one.places]
    seated = {place.organisation for place in places}
    others = {each.organisation for place in places for each in place.alternatives}
    lines = [line for one in found for line in one.lines]
    named = {line.organisation for line in lines if line.organisation is not None}
    named |= {partner for line in lines if line.kind is ScoreLineKind.KNOWN for partner in line.partners}
    return Composed(
        found,
        rules,
        organisations_by_id(actor, seated | others) if found else {},
        names_of(named) if found else {},
        {role.id: role for role in initiative.roles},
        frozenset((one.role_id, one.organisation_id) for one in offers if one.state is OfferState.SENT),
    )


def invited_by(actor: Actor, initiative: Initiative, offers: Iterable[int]) -> list[SeatOffer]:
    """Those of some offers of an initiative that the actor herself has made: nobody reads another's words here."""
    numbers = set(offers)
    found = offers_of(initiative) if numbers else ()
    return [one for one in found if one.id in numbers and one.person_id == actor.person_id]


def _needs(role: WantedRole) -> Iterable[Need]:
    """What a role asks for, once for each of its free seats."""

    def asked(kind: WantKind, prefix: str = "") -> frozenset[str]:
        return frozenset(
            want.value for want in role.wants if want.kind is kind and want.value.startswith(prefix)
        )

    need = Need(
        role.id,
        skills=asked(WantKind.CONCEPT, "skill:"),
        sectors=asked(WantKind.CONCEPT, "sector:"),
        countries=asked(WantKind.COUNTRY),
        types=asked(WantKind.TYPE),
    )
    return [need] * max(role.seats - role.filled, 0)
