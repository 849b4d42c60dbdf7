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
from app.features.suggestions.models import (
    FAME_TOLL,
    NEEDS_FIRST,
    NEEDS_FIRST_STEPS,
    TOLLS,
    EngineDial,
    Exposure,
)
from app.features.suggestions.queries.exposure import EngineDials, lock_dial

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


def set_dials(actor: Actor, dials: EngineDials) -> None:
    """Set the dials; raises Forbidden, and Invalid for what is none of the steps."""
    authorize(actor, "exposure.tune")
    steps = {"toll": dials.popularity_penalty in TOLLS, "needs": dials.needs_first in NEEDS_FIRST_STEPS}
    if not all(steps.values()):
        wrong = [name for name, is_step in steps.items() if not is_step]
        raise Invalid(fields={name: [_l("Choose one of these steps.")] for name in wrong})
    _set_dial(actor, FAME_TOLL, dials.popularity_penalty, 0.0)
    _set_dial(actor, NEEDS_FIRST, dials.needs_first, NEEDS_FIRST_STEPS[0])


def _set_dial(actor: Actor, name: str, value: float, unset: float) -> None:
    """Set one dial; one that stands so already is left alone."""
    dial = lock_dial(name)
    before = unset if dial is None else dial.value
    if value == before:
        return
    if dial is None:
        db.session.add(EngineDial(name=name, value=value))
    else:
        dial.value = value
    db.session.flush()
    record(actor, "exposure.tune", f"dial:{name}", before={"value": before}, after={"value": value})
