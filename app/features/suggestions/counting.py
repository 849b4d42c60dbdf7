"""Counts how often each organisation is shown: in memory at once, in the database every minute.

What a process counted in its last minute is lost if it dies; a figure of a month bears that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from threading import Lock

from flask import Flask, current_app
from sqlalchemy import select, update

from app.core.clock import now
from app.core.database import db
from app.core.transactions import write_transaction
from app.features.organisations.models import Organisation
from app.features.suggestions.models import Exposure

EXTENSION = "trama.exposure"


class Counts:
    """What this process has counted and not yet written, by organisation and day."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting = Counter[tuple[int, date]]()

    def add(self, counts: Counter[tuple[int, date]]) -> None:
        """Count some more."""
        with self._lock:
            self._waiting.update(counts)

    def take(self) -> Counter[tuple[int, date]]:
        """Everything that waits to be written; nothing waits then."""
        with self._lock:
            taken, self._waiting = self._waiting, Counter()
        return taken


def prepare(app: Flask) -> None:
    """Give an application its counts."""
    app.extensions[EXTENSION] = Counts()


def note_shown(organisations: Iterable[int]) -> None:
    """Count that these organisations were shown to somebody, each once."""
    counts: Counts = current_app.extensions[EXTENSION]
    today = now().date()
    counts.add(Counter((one, today) for one in organisations))


def write_down() -> None:
    """Write what was counted; where that fails it waits for the next time."""
    counts: Counts = current_app.extensions[EXTENSION]
    taken = counts.take()
    if not taken:
        return
    try:
        with write_transaction():
            ids = {one for one, _ in taken}
            known = set(db.session.scalars(select(Organisation.id).where(Organisation.id.in_(ids))))
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
