"""Whole consortia for an initiative: who could take its free seats together, under a programme's rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from app.core.actors import Actor
from app.features.initiatives.models import Initiative, OfferState, SeatOffer, WantedRole, WantKind
from app.features.initiatives.queries import active_partners, offers_of, waiting_applications
from app.features.organisations.models import Organisation
from app.features.organisations.queries import organisations_by_id
from app.features.suggestions.counting import note_shown
from app.features.suggestions.engine import consult
from app.features.suggestions.queries.exposure import fame_toll
from app.features.suggestions.queries.introductions import names_of
from app.features.suggestions.queries.proposals import unavailable, waiting_answers
from app.matching.compose import Call, Consortium, Kind, Need, Rules, compose_for, load_rules
from app.matching.engine import Engine

AT_ONCE = 3
"""So many consortia stand side by side."""


@dataclass(frozen=True)
class Composed:
    """Consortia, the best first, with what they name.

    `invited` holds the seats on offer, by role and organisation; `names` says what organisations are called that
    are named in reasons.
    """

    consortia: tuple[Consortium, ...]
    rules: Rules
    organisations: Mapping[int, Organisation]
    names: Mapping[int, str]
    roles: Mapping[int, WantedRole]
    invited: frozenset[tuple[int, int]]


@cache
def programmes() -> Mapping[str, Rules]:
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
    exclude, toll = unavailable(waiting_answers()) | _said_no(offers), fame_toll()
    exclude |= {application.organisation_id for application in waiting_applications(initiative)}

    def question(engine: Engine) -> list[Consortium]:
        table = frozenset(at_table & engine.index.profiles.keys())
        call = Call(needs, table, wants_new=wants_new, exclude=exclude, most=len(table) + len(needs))
        country = initiative.lead.country
        return compose_for(engine, call, rules, AT_ONCE, home_country=country, fame_toll=toll)

    found = tuple(consult(question)) if needs else ()
    note_shown({place.organisation for one in found for place in one.places})
    return Composed(
        found,
        rules,
        organisations_by_id(actor, _shown(found)) if found else {},
        names_of(_named(found)) if found else {},
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


def _said_no(offers: Sequence[SeatOffer]) -> frozenset[int]:
    return frozenset(one.organisation_id for one in offers if one.state is OfferState.DECLINED)


def _shown(consortia: Iterable[Consortium]) -> set[int]:
    """Every organisation that has a place, or could take one."""
    places = [place for one in consortia for place in one.places]
    others = {each.organisation for place in places for each in place.alternatives}
    return {place.organisation for place in places} | others


def _named(consortia: Iterable[Consortium]) -> set[int]:
    """Every organisation that a line names."""
    lines = [line for one in consortia for line in one.lines]
    known = {partner for line in lines if line.kind is Kind.KNOWN for partner in line.partners}
    return known | {line.organisation for line in lines if line.organisation is not None}
