"""The partner engine of this application: built when it is first asked, and kept as the database stands.

Another process may write too, so nothing here relies on being told: every question begins by looking at the tables'
marks (two small queries). Profiles that were written since are taken in one by one; where joint work or the
taxonomy changed, the engine is built anew.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import TypeVar

from flask import Flask, current_app
from sqlalchemy import update

from app.core.clock import now
from app.core.database import db
from app.core.offload import offload
from app.features.organisations.announcements import (
    OrganisationAdmitted,
    OrganisationChanged,
    OrganisationSuspended,
)
from app.features.organisations.models import Organisation
from app.features.suggestions.records import (
    IN_CLUSTER,
    Marks,
    changed_since,
    read_marks,
    read_profiles,
    read_records,
)
from app.matching.engine import Engine
from app.matching.weights import load_weights
from config import Settings

EXTENSION = "trama.engine"
WEIGHTS = "weights.json"
GRACE = timedelta(minutes=2)
"""How long before the last look a change is looked for again: longer than any transaction that edits a profile."""
MOST_EDITS = 100
"""With more edits than this at once, building anew is quicker."""

Result = TypeVar("Result")
Written = OrganisationAdmitted | OrganisationChanged | OrganisationSuspended


class EngineKeeper:
    """Holds one engine and what is known of the tables it was read from."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._engine: Engine | None = None
        self._marks: Marks | None = None
        self._changed: dict[int, datetime] = {}
        self._absent: set[int] = set()
        self._looked = now()

    def current(self) -> Engine:
        """The engine as the database stands at this moment; the first call takes seconds in a cluster of thousands."""
        with self._lock:
            looked, marks = now(), read_marks()
            if self._engine is None or not self._catch_up(self._engine, marks):
                self._engine = self._build()
            self._looked, self._marks = looked, marks
            return self._engine

    def _build(self) -> Engine:
        records = read_records()
        self._changed, self._absent = dict(records.changed), set(records.absent)
        weights = load_weights(weights_path()) if weights_path().exists() else None
        return offload(Engine, records.profiles.values(), records.projects, records.broader, weights)

    def _catch_up(self, engine: Engine, marks: Marks) -> bool:
        """Take in what was written since the last look; whether that was possible without building anew."""
        if self._marks is None or (marks.work, marks.concepts) != (self._marks.work, self._marks.concepts):
            return False
        recent = changed_since(self._looked - GRACE)
        edited = [one for one, moment in recent.items() if self._changed.get(one) != moment]
        if len(edited) > MOST_EDITS:
            return False
        if edited and not self._take_in(engine, edited):
            return False
        self._changed.update(recent)
        held = engine.index.profiles.values()
        return (marks.organisations, marks.links) == (len(held), _links(engine))

    def _take_in(self, engine: Engine, edited: list[int]) -> bool:
        """Replace the profiles of organisations that were written; False where one comes back to its joint work."""
        profiles, _ = read_profiles(IN_CLUSTER, Organisation.id.in_(edited))
        for one in edited:
            known = one in engine.index.profiles
            if one not in profiles and known:
                engine.remove(one)
                self._absent.add(one)
            elif one in profiles and not known and one in self._absent:
                return False
            elif one in profiles:
                engine.update(profiles[one])
        return True


def weights_path() -> Path:
    """Where an installation keeps the weights that it learnt; without them the ones that ship count."""
    settings: Settings = current_app.extensions["trama.settings"]
    return settings.instance / WEIGHTS


def _links(engine: Engine) -> int:
    """How many concepts all profiles hold together."""
    return sum(len(places) for places in engine.index.postings.values())


def prepare(app: Flask) -> None:
    """Give an application its keeper; the engine itself is built when it is first asked."""
    app.extensions[EXTENSION] = EngineKeeper()


def consult(question: Callable[[Engine], Result], guest: int | None = None) -> Result:
    """Ask the engine something, where it stalls nobody.

    `guest` is the id of an organisation that is not in the cluster yet, in whose name the question is asked.
    `question` must not touch the database.
    """
    keeper: EngineKeeper = current_app.extensions[EXTENSION]
    engine = keeper.current()
    if guest is not None and guest not in engine.index.profiles:
        profiles, _ = read_profiles(Organisation.id == guest)
        engine = engine.with_guest(profiles[guest])
    return offload(question, engine)


def note_change(written: Written) -> None:
    """Mark a profile as written, so that every process takes it in, also where only its concepts changed."""
    query = update(Organisation).where(Organisation.id == written.organisation_id)
    db.session.execute(query.values(updated_at=now()))
