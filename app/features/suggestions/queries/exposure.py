"""Reading how often organisations were shown, and how the dial of the engine stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from app.core.clock import now
from app.core.database import db
from app.features.organisations.models import Organisation, OrganisationState
from app.features.suggestions.models import FAME_TOLL, EngineDial, Exposure

DAYS = 30


@dataclass(frozen=True)
class Shown:
    """An organisation of the cluster with how often it was shown in the last month."""

    country: str
    employed: int | None
    founded: int | None
    shown: int


def exposure() -> Sequence[Shown]:
    """Every organisation of the cluster that is here, also those that were never shown."""
    since = now().date() - timedelta(days=DAYS)
    counted = (
        select(Exposure.organisation_id, func.sum(Exposure.shown).label("shown"))
        .where(Exposure.day > since)
        .group_by(Exposure.organisation_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Organisation.country, Organisation.employed, Organisation.founded, counted.c.shown)
        .outerjoin(counted, counted.c.organisation_id == Organisation.id)
        .where(Organisation.state == OrganisationState.ADMITTED, Organisation.unclaimed.is_(False))
    )
    return [Shown(row.country, row.employed, row.founded, row.shown or 0) for row in rows]


def fame_toll() -> float:
    """What being known by many costs in the score, as the managers have set it; nothing until they do."""
    return db.session.scalar(select(EngineDial.value).where(EngineDial.name == FAME_TOLL)) or 0.0
