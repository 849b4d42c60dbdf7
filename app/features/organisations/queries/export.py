"""Organisations for files that one takes away: whole profiles, some at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from sqlalchemy import literal, select
from sqlalchemy.orm import selectinload

from app.core.bulk_read import Ints, read_pairs
from app.core.database import db
from app.features.organisations.models import Organisation
from app.features.organisations.queries import CARD

PROFILES_AT_ONCE = 500


def all_ids() -> Ints:
    """Everybody in any state, but those who were merged into another one."""
    return read_pairs(select(Organisation.id, literal(0)).where(Organisation.merged_into_id.is_(None)))[0]


def profiles(ids: Ints) -> Iterator[Organisation]:
    """These organisations with all that a profile shows, the oldest first; read while they are used."""
    ids = np.sort(ids)
    for begin in range(0, len(ids), PROFILES_AT_ONCE):
        query = select(Organisation).where(
            Organisation.id.in_(ids[begin : begin + PROFILES_AT_ONCE].tolist())
        )
        query = query.options(*CARD, selectinload(Organisation.region)).order_by(Organisation.id)
        yield from db.session.scalars(query).all()
