"""What a suggestion needs to be shown: the organisation, and what its reasons name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, case, func, select

from app.core.actors import Actor
from app.core.clock import now
from app.core.database import db
from app.core.i18n import current_language
from app.features.initiatives.models import Initiative, InitiativeText
from app.features.organisations.models import Collaboration, Organisation
from app.features.organisations.queries import organisations_by_id
from app.features.suggestions.models import Introduction
from app.features.suggestions.queries.introductions import is_open, names_of
from app.matching.records import ReasonKind, Suggestion

JOINING = frozenset(
    {
        ReasonKind.SHARED_SECTOR,
        ReasonKind.RELATED_SECTOR,
        ReasonKind.THEY_OFFER,
        ReasonKind.THEY_OFFER_RELATED,
        ReasonKind.THEY_SEEK,
        ReasonKind.THEY_SEEK_RELATED,
        ReasonKind.SHARED_GOAL,
        ReasonKind.TRACK_RECORD,
        ReasonKind.SIMILAR_PROFILE,
        ReasonKind.ACTIVE_IN_TOPIC,
        ReasonKind.PARTNERS_IN_COMMON,
        ReasonKind.NEAR_IN_NETWORK,
    }
)
"""Reasons that speak of the two; a country or a common language alone makes nobody a partner."""
HANDS_FULL = 10
"""Whoever has so many introductions to answer is not proposed until some are answered."""


@dataclass(frozen=True)
class Work:
    """Joint work that a reason points to: its title and the language of that, where it is known."""

    title: str
    lang: str = ""


@dataclass(frozen=True)
class Proposal:
    """An organisation that the engine proposes, with the engine's suggestion."""

    organisation: Organisation
    suggestion: Suggestion


@dataclass(frozen=True)
class Proposals:
    """Proposals, the best first, with what their reasons name: organisations by id, joint work by the engine's number."""

    items: tuple[Proposal, ...] = ()
    names: Mapping[int, str] | None = None
    works: Mapping[int, Work] | None = None


def speaks_of_both(suggestion: Suggestion) -> bool:
    """Whether something joins the two, so that the suggestion is worth showing."""
    return any(reason.part > 0 and reason.kind in JOINING for reason in suggestion.reasons)


def furnished(actor: Actor, found: Sequence[Suggestion]) -> Proposals:
    """Suggestions with the organisations they propose and what their reasons name."""
    if not found:
        return Proposals((), {}, {})
    organisations = organisations_by_id(actor, [one.organisation for one in found])
    reasons = [reason for one in found for reason in one.reasons]
    items = [
        Proposal(organisations[one.organisation], one) for one in found if one.organisation in organisations
    ]
    return Proposals(
        tuple(items),
        names_of(partner for reason in reasons for partner in reason.partners),
        _works({reason.project for reason in reasons if reason.project is not None}),
    )


def _works(numbers: Iterable[int]) -> dict[int, Work]:
    """What joint work is called: past work by its title, initiatives in the reader's language, else in their own."""
    wanted = set(numbers)
    past = rows_of(select(Collaboration.id, Collaboration.title).where(Collaboration.id.in_(wanted)))
    found = {number: Work(title) for number, title in past}
    texts = (
        select(InitiativeText.initiative_id, InitiativeText.title, InitiativeText.lang)
        .join(Initiative, Initiative.id == InitiativeText.initiative_id)
        .where(InitiativeText.initiative_id.in_([-number for number in wanted]))
        .order_by(InitiativeText.lang == current_language(), InitiativeText.lang == Initiative.lang)
    )
    found.update({-number: Work(title, lang) for number, title, lang in rows_of(texts)})
    return found


def rows_of(query: Select[*tuple[Any, ...]]) -> Sequence[Any]:
    """The rows of a query as plain tuples."""
    return db.session.execute(query).all()


def unavailable(waiting: Mapping[int, int]) -> frozenset[int]:
    """Whom one does not propose at the moment: the paused, and those who have many introductions to answer waiting."""
    paused = select(Organisation.id).where(Organisation.paused_until > now())
    full = {one for one, count in waiting.items() if count >= HANDS_FULL}
    return frozenset(db.session.scalars(paused)) | full


def waiting_answers() -> dict[int, int]:
    """How many introductions each organisation has to answer, where it has any."""
    asked = case(
        (Introduction.asked_by == Introduction.high_id, Introduction.low_id), else_=Introduction.high_id
    )
    counted = rows_of(select(asked, func.count()).where(is_open()).group_by(asked))
    return dict(counted)
