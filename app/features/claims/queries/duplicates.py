"""Pairs of organisations that may be one, and what a merge of two would move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, func, or_, select
from sqlalchemy.orm import aliased

from app.core.actors import Actor
from app.core.database import db
from app.features.claims.foreign_keys import ReferencingTable, referencing_tables
from app.features.claims.models import DistinctPair
from app.features.organisations.duplicates.likeness import Likeness, likeness
from app.features.organisations.models import Organisation, OrganisationText
from app.features.organisations.queries import CARD, get_organisation, organisations_by_id, visible_to
from app.features.organisations.queries.candidates import describe, find_candidates_of_many

RECENT = 200
"""So many organisations that were written last are looked at for duplicates."""
CANDIDATES_EACH = 5


@dataclass(frozen=True)
class AlikePair:
    """Two organisations that may be one; `one` is the older."""

    one: Organisation
    other: Organisation
    likeness: Likeness


def get_pair(actor: Actor, slug: str, other_slug: str) -> tuple[Organisation, Organisation]:
    """Two organisations by their addresses with what cards show; raises NotFound."""
    return get_organisation(actor, slug, *CARD), get_organisation(actor, other_slug, *CARD)


def compare(one: Organisation, other: Organisation) -> Likeness:
    """How likely two organisations are one."""
    return likeness(describe(one), describe(other))


def alike_pairs(actor: Actor, slug: str = "") -> list[AlikePair]:
    """Pairs of likely duplicates that no manager has decided on, by descending score.

    With `slug` those of this organisation, else those of the organisations that were changed last.
    """
    if slug:
        looked_at: Sequence[Organisation] = [get_organisation(actor, slug)]
    else:
        query = select(Organisation).where(visible_to(actor))
        query = query.order_by(Organisation.updated_at.desc(), Organisation.id.desc()).limit(RECENT)
        looked_at = db.session.scalars(query).all()
    found = find_candidates_of_many([describe(each) for each in looked_at], CANDIDATES_EACH + 1)
    pairs: dict[tuple[int, int], Likeness] = {}
    for organisation, candidates in zip(looked_at, found, strict=True):
        for candidate in candidates:
            low, high = sorted((organisation.id, candidate.organisation_id))
            if low != high:
                pairs[low, high] = candidate.likeness
    known = organisations_by_id(actor, {number for pair in pairs for number in pair})
    apart = _distinct_among(list(known))
    shown = [
        AlikePair(known[low], known[high], alike)
        for (low, high), alike in pairs.items()
        if low in known and high in known and (low, high) not in apart
    ]
    return sorted(shown, key=lambda pair: (-pair.likeness.score, pair.one.id, pair.other.id))


def _distinct_among(ids: list[int]) -> set[tuple[int, int]]:
    query = select(DistinctPair.low_id, DistinctPair.high_id).where(DistinctPair.low_id.in_(ids))
    return {(low, high) for low, high in db.session.execute(query)}


def are_distinct(low_id: int, high_id: int) -> bool:
    """Whether a manager found these two to be two."""
    query = select(DistinctPair.id).where(DistinctPair.low_id == low_id, DistinctPair.high_id == high_id)
    return db.session.scalar(query) is not None


def texts_in_same_languages(organisation_id: int, other_id: int) -> Sequence[int]:
    """The ids of an organisation's texts of a kind and language in which another one has one, too."""
    other = aliased(OrganisationText)
    query = select(OrganisationText.id).join(
        other,
        and_(
            other.organisation_id == other_id,
            other.lang == OrganisationText.lang,
            other.kind == OrganisationText.kind,
        ),
    )
    return db.session.scalars(query.where(OrganisationText.organisation_id == organisation_id)).all()


def rows_naming(referencing: ReferencingTable, organisation_id: int) -> Sequence[Row[Any]]:
    """The rows of a table that name an organisation, with the columns of their key and those that name organisations."""
    columns = dict.fromkeys((*referencing.table.primary_key, *referencing.columns))
    named = or_(*(column == organisation_id for column in referencing.columns))
    return db.session.execute(select(*columns).where(named).order_by(*referencing.table.primary_key)).all()


def count_rows(loser_id: int, winner_id: int) -> tuple[dict[str, int], int]:
    """How many rows of each table name the loser, and how many are about nothing but the two."""
    counts: dict[str, int] = {}
    between = 0
    for referencing in referencing_tables():
        named = or_(*(column == loser_id for column in referencing.columns))
        query = select(func.count()).select_from(referencing.table).where(named)
        if number := db.session.scalar(query):
            counts[referencing.table.name] = number
        if referencing.pair:
            first, second = referencing.pair
            both = or_(
                and_(first == loser_id, second == winner_id), and_(first == winner_id, second == loser_id)
            )
            query = select(func.count()).select_from(referencing.table).where(both)
            between += db.session.scalar(query) or 0
    return counts, between
