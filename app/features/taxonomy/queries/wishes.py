"""Reading the words that people ask for."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, false, func, select, true
from sqlalchemy.orm import joinedload

from app.core.actors import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.pagination import Key, Page, paginate
from app.core.permissions import can
from app.features.taxonomy.models import ConceptKind, ConceptWish, ConceptWishPerson, WishState

IS_OPEN = ConceptWish.state == WishState.OPEN


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The condition on ConceptWish that the actor may read it: managers read all, others none."""
    return true() if can(actor, "taxonomy.manage") else false()


def list_wishes(actor: Actor, token: str | None) -> Page[ConceptWish]:
    """The words that wait for an answer, the longest first."""
    return paginate(select(ConceptWish).where(visible_to(actor), IS_OPEN), [Key(ConceptWish.id)], token)


def count_wishes(actor: Actor) -> int:
    """How many words wait for an answer of the actor."""
    return db.session.scalar(select(func.count(ConceptWish.id)).where(visible_to(actor), IS_OPEN)) or 0


def count_askers(wish_ids: Collection[int]) -> dict[int, int]:
    """By wish how many people asked for it."""
    query = select(ConceptWishPerson.wish_id, func.count(ConceptWishPerson.id))
    rows = query.where(ConceptWishPerson.wish_id.in_(wish_ids)).group_by(ConceptWishPerson.wish_id)
    return dict(db.session.execute(rows).all())


def get_wish(actor: Actor, wish_id: int) -> ConceptWish:
    """A word that somebody asks for; raises NotFound where it has an answer."""
    found = db.session.scalar(
        select(ConceptWish).where(visible_to(actor), IS_OPEN, ConceptWish.id == wish_id)
    )
    if found is None:
        raise NotFound
    return found


def lock_wish(actor: Actor, wish_id: int) -> ConceptWish:
    """A word that somebody asks for, locked; raises NotFound."""
    query = select(ConceptWish).where(visible_to(actor), ConceptWish.id == wish_id)
    found = db.session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    return found


def wish_called(kind: ConceptKind, folded: str) -> ConceptWish | None:
    """The wish for a word of a kind, locked."""
    query = select(ConceptWish).where(ConceptWish.kind == kind, ConceptWish.folded == folded)
    return db.session.scalar(query.with_for_update())


def askers_of(wish_id: int) -> Sequence[int]:
    """The ids of the people who asked for a word."""
    query = select(ConceptWishPerson.person_id).where(ConceptWishPerson.wish_id == wish_id)
    return db.session.scalars(query.order_by(ConceptWishPerson.person_id)).all()


def wishes_answered(actor: Actor, ids: Collection[int]) -> Sequence[ConceptWish]:
    """Those of some wishes that have an answer and that the actor had."""
    hers = select(ConceptWishPerson.wish_id).where(ConceptWishPerson.person_id == actor.person_id)
    query = select(ConceptWish).where(ConceptWish.id.in_(ids), ConceptWish.id.in_(hers), ~IS_OPEN)
    return db.session.scalars(query.options(joinedload(ConceptWish.concept))).all()
