"""What a suggestion needs to be shown: the organisation, and what its reasons name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from app.core.actors import Actor
from app.core.clock import now
from app.core.database import db
from app.core.i18n import current_language
from app.features.initiatives.models import Initiative, InitiativeText
from app.features.introductions.queries import slow_to_answer
from app.features.organisations.models import Collaboration, Organisation
from app.features.organisations.queries import names_of, organisations_by_id
from app.matching.records import ReasonKind, Suggestion, WarningKind

JOINING = frozenset(
    {
        ReasonKind.SHARED_SECTOR,
        ReasonKind.RELATED_SECTOR,
        ReasonKind.THEY_OFFER,
        ReasonKind.THEY_OFFER_RELATED,
        ReasonKind.THEY_SEEK,
        ReasonKind.THEY_SEEK_RELATED,
        ReasonKind.SHARED_GOAL,
        ReasonKind.COOPERATION,
        ReasonKind.TECHNOLOGY_SOUGHT,
        ReasonKind.TYPE_WANTED,
        ReasonKind.TRACK_RECORD,
        ReasonKind.SIMILAR_PROFILE,
        ReasonKind.ACTIVE_IN_TOPIC,
        ReasonKind.PARTNERS_IN_COMMON,
        ReasonKind.NEAR_IN_NETWORK,
    }
)
"""Reasons that speak of the two; a country or a common language alone makes nobody a partner."""
MAX_WAITING_INTRODUCTIONS = 10
"""An organisation with so many introductions to answer is not proposed until some are answered."""


@dataclass(frozen=True)
class WorkTitle:
    """Joint work that a reason points to: its title and the language of that, where it is known."""

    title: str
    lang: str = ""


@dataclass(frozen=True)
class PartnerProposal:
    """An organisation that the engine proposes, with the engine's suggestion."""

    organisation: Organisation
    suggestion: Suggestion


@dataclass(frozen=True)
class PartnerProposals:
    """Proposals, the best first, with what their reasons name: organisations by id, joint work by the engine's number."""

    items: tuple[PartnerProposal, ...] = ()
    names: Mapping[int, str] | None = None
    works: Mapping[int, WorkTitle] | None = None


def speaks_of_both(suggestion: Suggestion) -> bool:
    """Whether something joins the two, so that the suggestion is worth showing."""
    return any(reason.part > 0 and reason.kind in JOINING for reason in suggestion.reasons)


def furnished(actor: Actor, found: Sequence[Suggestion]) -> PartnerProposals:
    """Suggestions with the organisations they propose and what their reasons name."""
    if not found:
        return PartnerProposals((), {}, {})
    ids = [one.organisation for one in found]
    organisations, slow = organisations_by_id(actor, ids), slow_to_answer(ids)
    reasons = [reason for one in found for reason in one.reasons]
    items = [
        PartnerProposal(organisations[one.organisation], _warned(one, slow))
        for one in found
        if one.organisation in organisations
    ]
    return PartnerProposals(
        tuple(items),
        names_of(partner for reason in reasons for partner in reason.partners),
        _works(
            number
            for reason in reasons
            for number in (reason.project, *reason.projects)
            if number is not None
        ),
    )


def _warned(suggestion: Suggestion, slow: frozenset[int]) -> Suggestion:
    """A suggestion with the warning that its organisation has not answered lately, where that is so."""
    if suggestion.organisation not in slow:
        return suggestion
    return replace(suggestion, warnings=(*suggestion.warnings, WarningKind.NOT_ANSWERED_LATELY))


def _works(numbers: Iterable[int]) -> dict[int, WorkTitle]:
    """What joint work is called: past work by its title, initiatives in the reader's language, else in their own."""
    wanted = set(numbers)
    if not wanted:
        return {}
    past = db.session.execute(
        select(Collaboration.id, Collaboration.title).where(Collaboration.id.in_(wanted))
    )
    found = {number: WorkTitle(title) for number, title in past}
    texts = (
        select(InitiativeText.initiative_id, InitiativeText.title, InitiativeText.lang)
        .join(Initiative, Initiative.id == InitiativeText.initiative_id)
        .where(InitiativeText.initiative_id.in_([-number for number in wanted]))
        .order_by(InitiativeText.lang == current_language(), InitiativeText.lang == Initiative.lang)
    )
    found.update({-number: WorkTitle(title, lang) for number, title, lang in db.session.execute(texts)})
    return found


def unavailable(waiting: Mapping[int, int]) -> frozenset[int]:
    """Whom one does not propose at the moment: the paused, and those who have many introductions to answer waiting."""
    paused = select(Organisation.id).where(Organisation.paused_until > now())
    full = {one for one, count in waiting.items() if count >= MAX_WAITING_INTRODUCTIONS}
    return frozenset(db.session.scalars(paused)) | full
