"""Reading how often organisations were shown, and how the dials of the engine stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from app.core.clock import now
from app.core.database import db
from app.features.organisations.models import IS_ADMITTED, Organisation
from app.features.suggestions.models import FAME_TOLL, NEEDS_FIRST, EngineDial, Exposure

DAYS = 30
SIZES, AGES = (10, 50, 250), (3, 11, 26)
"""Where the next group by people employed begins, and the next by years since an organisation was founded."""


@dataclass(frozen=True)
class ExposureCount:
    """Organisations of a country, size and age that were all shown so often in the last month.

    `size` and `age` are places among the groups, None where it is not said.
    """

    country: str
    size: int | None
    age: int | None
    shown: int
    organisations: int


@dataclass(frozen=True)
class EngineDials:
    """What being known by many costs, and how much it counts to meet a need at all."""

    popularity_penalty: float
    needs_first: float


def exposure() -> Sequence[ExposureCount]:
    """Every organisation of the cluster that is here, also those that were never shown, counted by the database."""
    since = now().date() - timedelta(days=DAYS)
    counted = (
        select(Exposure.organisation_id, func.sum(Exposure.shown).label("shown"))
        .where(Exposure.day > since)
        .group_by(Exposure.organisation_id)
        .subquery()
    )
    each = (
        select(
            Organisation.country.label("country"),
            _group(Organisation.employed, SIZES).label("size"),
            _group(now().year - Organisation.founded, AGES).label("age"),
            func.coalesce(counted.c.shown, 0).label("shown"),
        )
        .outerjoin(counted, counted.c.organisation_id == Organisation.id)
        .where(IS_ADMITTED, Organisation.unclaimed.is_(False))
        .subquery()
    )
    rows = db.session.execute(select(*each.c, func.count()).group_by(*each.c))
    return [ExposureCount(*row[:3], int(row[3]), row[4]) for row in rows]


def read_size_and_age_groups() -> dict[str, dict[int, str]]:
    """The group of each organisation of the cluster by people employed and by years since it was founded."""
    rows = db.session.execute(
        select(
            Organisation.id,
            _group(Organisation.employed, SIZES),
            _group(now().year - Organisation.founded, AGES),
        ).where(IS_ADMITTED)
    ).all()
    return {
        "people employed": {number: _range_name(size, SIZES) for number, size, _ in rows},
        "years since it was founded": {number: _range_name(age, AGES) for number, _, age in rows},
    }


def _range_name(place: int | None, begins: Sequence[int]) -> str:
    """A group as "10 to 49", for the command line."""
    if place is None:
        return "not said"
    edges = (0, *begins)
    return f"{edges[place]} to {begins[place] - 1}" if place < len(begins) else f"{edges[place]} and more"


def _group(number: Any, begins: Sequence[int]) -> ColumnElement[int | None]:
    """The place of the group that a number belongs to."""
    below = [(number < begin, place) for place, begin in enumerate(begins)]
    return case((number.is_(None), None), *below, else_=len(begins))


def dials() -> EngineDials:
    """The dials as the managers have set them, in one query."""
    values = dict(db.session.execute(select(EngineDial.name, EngineDial.value)).all())
    return EngineDials(values.get(FAME_TOLL, 0.0), values.get(NEEDS_FIRST, 1.0))


def lock_dial(name: str) -> EngineDial | None:
    """A dial of the engine, its row locked; None where nobody has set it yet."""
    return db.session.scalar(select(EngineDial).where(EngineDial.name == name).with_for_update())
