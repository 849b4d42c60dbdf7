"""Counts how often each organisation is shown, and sets what being known by many costs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flask import Flask, current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from app.core.actors import Actor
from app.core.audit import record
from app.core.clock import now
from app.core.database import db
from app.core.errors import Invalid
from app.core.pending_counts import PendingCounts
from app.core.permissions import authorize
from app.core.transactions import write_transaction
from app.features.organisations.queries import names_of
from app.features.suggestions.models import FAME_TOLL, TOLLS, EngineDial, Exposure
from app.features.suggestions.queries.exposure import lock_dial

EXTENSION = "trama.exposure"


def prepare_counters(app: Flask) -> None:
    """Give an application its counts, by organisation and day."""
    app.extensions[EXTENSION] = PendingCounts[tuple[int, date]]()


def count_exposure(organisations: Iterable[int]) -> None:
    """Count that these organisations were shown to somebody, each once."""
    counts: PendingCounts[tuple[int, date]] = current_app.extensions[EXTENSION]
    today = now().date()
    counts.add_each((one, today) for one in organisations)


def flush_exposure() -> None:
    """Write what was counted; where that fails it waits for the next time."""
    counts: PendingCounts[tuple[int, date]] = current_app.extensions[EXTENSION]
    taken = counts.take()
    if not taken:
        return
    try:
        with write_transaction():
            ids = {one for one, _ in taken}
            known = names_of(ids).keys()
            for (one, day), number in sorted(taken.items()):
                if one in known:
                    _add(one, day, number)
    except Exception:
        counts.add(taken)
        raise


def _add(organisation_id: int, day: date, number: int) -> None:
    at = (Exposure.organisation_id == organisation_id, Exposure.day == day)
    found = db.session.execute(
        update(Exposure).where(*at).values(shown=Exposure.shown + number).returning(Exposure.id)
    ).first()
    if found is None:
        db.session.add(Exposure(organisation_id=organisation_id, day=day, shown=number))
        db.session.flush()


def set_fame_toll(actor: Actor, value: float) -> EngineDial:
    """Set what being known by many costs; raises Forbidden, and Invalid for what is none of the steps."""
    authorize(actor, "exposure.tune")
    if value not in TOLLS:
        raise Invalid(fields={"toll": [_l("Choose one of these steps.")]})
    dial = lock_dial(FAME_TOLL)
    if dial is None:
        dial = EngineDial(name=FAME_TOLL, value=0.0)
        db.session.add(dial)
    before, dial.value = dial.value, value
    db.session.flush()
    record(actor, "exposure.tune", f"dial:{FAME_TOLL}", before={"value": before}, after={"value": value})
    return dial
