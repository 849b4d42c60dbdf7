"""What the home page counts and shows of the cluster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from app.core.actors import VISITOR
from app.core.database import db
from app.features.initiatives.models import Initiative, InitiativeState
from app.features.initiatives.queries import visible_to as initiatives_visible_to
from app.features.organisations.models import Organisation
from app.features.organisations.queries import CARD
from app.features.organisations.queries import visible_to as organisations_visible_to

BLOCK = 1000
Listed = type[Organisation] | type[Initiative]
Dated = Sequence[tuple[str, datetime]]
"""Addresses, each with the moment of the last change."""


@dataclass(frozen=True)
class Figures:
    """How large the cluster is, as anybody can see it."""

    organisations: int
    countries: int
    initiatives: int


def figures() -> Figures:
    """Count the organisations, their countries and the initiatives that are open.

    Each country is counted by itself, for which the index is read once and no organisation.
    """
    each = select(func.count().label("many")).where(organisations_visible_to(VISITOR))
    by_country = each.group_by(Organisation.country).subquery()
    open_ones = select(func.count(Initiative.id)).where(Initiative.state == InitiativeState.OPEN)
    row = db.session.execute(
        select(func.sum(by_country.c.many), func.count(), open_ones.scalar_subquery()).select_from(by_country)
    ).one()
    return Figures(int(row[0] or 0), row[1], row[2])


def newest_organisations(limit: int) -> Sequence[Organisation]:
    """The organisations that came last, as anybody can see them."""
    return db.session.scalars(
        select(Organisation)
        .where(organisations_visible_to(VISITOR))
        .options(*CARD)
        .order_by(Organisation.id.desc())
        .limit(limit)
    ).all()


def sitemap_blocks() -> dict[str, list[int]]:
    """The numbers of the blocks that the public organisations and initiatives fall into, by what they are."""
    return {
        "organisations": _blocks(Organisation, organisations_visible_to(VISITOR)),
        "initiatives": _blocks(Initiative, initiatives_visible_to(VISITOR)),
    }


def organisations_in(block: int) -> Dated:
    """The addresses of a block of organisations, with the moment of their last change."""
    return _block(Organisation, block, organisations_visible_to(VISITOR))


def initiatives_in(block: int) -> Dated:
    """The addresses of a block of initiatives, with the moment of their last change."""
    return _block(Initiative, block, initiatives_visible_to(VISITOR))


def _blocks(table: Listed, seen: ColumnElement[bool]) -> list[int]:
    """By id, so that a block stays the same when others come."""
    number = table.id // BLOCK
    return list(db.session.scalars(select(number).where(seen).distinct().order_by(number)))


def _block(table: Listed, block: int, seen: ColumnElement[bool]) -> Dated:
    first = block * BLOCK
    rows = db.session.execute(
        select(table.slug, table.updated_at)
        .where(seen, table.id >= first, table.id < first + BLOCK)
        .order_by(table.id)
    )
    return [(slug, changed) for slug, changed in rows]
