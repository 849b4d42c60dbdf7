"""The partner engine of this application: built when it is first asked, and kept as the database stands.

Another process may write too, so nothing here relies on being told: every question begins by looking at the tables'
marks (two small queries). Profiles and joint work that were written since are taken in one by one. Where very much was,
or the taxonomy changed, the engine is built anew: at once in a cluster of some thousands, in a large one beside the old
engine, which answers until then. What was built is kept as arrays in the instance folder: the next process maps them
into its memory, shares them with the others and begins at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import inf
from pathlib import Path
from threading import Lock, Thread
from typing import Any, TypeVar, cast

from flask import Flask, current_app
from sqlalchemy import update

from app.core.clock import now
from app.core.database import db
from app.core.malloc_trim import trim_memory
from app.core.threadpool import offload
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
from app.features.suggestions.work import read_work_of, read_written
from app.matching.engine import Engine
from app.matching.graph import BadRecord
from app.matching.records import Project
from app.matching.roster import works_there
from app.matching.storage import load_index, read_says, save_index
from app.matching.weights import load_weights
from config import Settings

EXTENSION = "trama.engine"
WEIGHTS = "weights.json"
GRACE = timedelta(minutes=2)
"""How long before the last look a change is looked for again: longer than any transaction that edits a profile."""
MOST_EDITS = 100
"""With more edits than this at once, building anew is quicker."""

MOST_OVERLAID, MOST_TOUCHED = 500, 2_000
"""With so many edits lying over the arrays, or so many whom they concern, they are laid out anew."""
ANEW = 5_000
"""Up to so many organisations joint work is not laid over the arrays, since building anew takes no time."""
AT_ONCE = 50_000
"""Up to so many organisations the one who asks waits until the engine is built anew."""
KEPT = "engine"
KEPT_FROM = 10_000
"""Beyond so many organisations the arrays are kept for the next process; before it is quicker to build."""

Result = TypeVar("Result")


@dataclass(frozen=True)
class Built:
    """An engine and what is known of its making: who is absent, how the tables stood and when, what had just changed."""

    engine: Engine
    absent: frozenset[int]
    looked: datetime
    changed: Mapping[int, datetime]
    marks: Marks


Written = OrganisationAdmitted | OrganisationChanged | OrganisationSuspended


class EngineKeeper:
    """Holds one engine and what is known of the tables it was read from."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._engine: Engine | None = None
        self._marks: Marks | None = None
        self._changed: dict[int, datetime] = {}
        self._absent: frozenset[int] = frozenset()
        self._looked = now()
        self._rebuilding = False

    def current(self) -> Engine:
        """The engine as the database stands at this moment; the first call takes seconds in a cluster of thousands."""
        with self._lock:
            looked, marks = now(), read_marks()
            if self._engine is None:
                self._begin(marks)
            elif not self._catch_up(self._engine, marks) or _is_worn(self._engine):
                self._renew(self._engine, marks)
            assert self._engine is not None
            self._looked, self._marks = looked, marks
            return self._engine

    def _begin(self, marks: Marks) -> None:
        """Map what another process kept, where what was written since can be taken in; else build."""
        kept = _kept()
        if kept is not None:
            self._take(kept)
        if kept is None or not self._catch_up(kept.engine, marks):
            self._take(_build(marks))

    def _renew(self, engine: Engine, marks: Marks) -> None:
        """Build anew, beside the old engine where that takes long."""
        if engine.index.total <= AT_ONCE:
            self._take(_build(marks))
        elif not self._rebuilding:
            self._rebuilding = True
            app = cast(Any, current_app)._get_current_object()
            Thread(target=self._rebuild, args=(app, marks), daemon=True).start()

    def _rebuild(self, app: Flask, marks: Marks) -> None:
        """Build in the background, and swap; edits since are taken in at the next question."""
        try:
            with app.app_context():
                built = _build(marks)
                with self._lock:
                    self._take(built)
        finally:
            self._rebuilding = False

    def _take(self, built: Built) -> None:
        self._engine, self._absent, self._looked = built.engine, built.absent, built.looked
        self._changed, self._marks = dict(built.changed), built.marks

    def _catch_up(self, engine: Engine, marks: Marks) -> bool:
        """Take in what was written since the last look; whether that was possible without building anew."""
        before = self._marks
        if before is None or marks.concepts != before.concepts:
            return False
        recent = changed_since(self._looked - GRACE)
        edited = [one for one, moment in recent.items() if self._changed.get(one) != moment]
        if len(edited) > MOST_EDITS:
            return False
        if not edited and (marks.organisations, marks.links) != (before.organisations, before.links):
            return False
        if edited and not self._take_in(engine, edited):
            return False
        self._changed.update(recent)
        return marks.work == before.work or self._take_in_work(engine, before)

    def _take_in_work(self, engine: Engine, before: Marks) -> bool:
        """Lay joint work that was written since the last look over the arrays; False where building anew is better."""
        if engine.index.total <= ANEW:
            return False
        known = [number for number in works_there(engine.index) if number < 0]
        written = read_written(before.work[:3], self._looked - GRACE, known)
        if written is None:
            return False
        for number in written.gone:
            engine.remove_project(number)
        return self._lay_over(engine, written.pieces)

    def _lay_over(self, engine: Engine, pieces: Collection[Project]) -> bool:
        """Lay pieces of joint work over the arrays, each as far as its partners are in the cluster."""
        for piece in pieces:
            there = frozenset(one for one in piece.partners if one in engine.index.position)
            self._absent |= piece.partners - there
            try:
                if len(there) > 1:
                    engine.add_project(replace(piece, partners=there))
                else:
                    engine.remove_project(piece.id)
            except BadRecord:
                return False
        return True

    def _take_in(self, engine: Engine, edited: list[int]) -> bool:
        """Replace the profiles of organisations that were written.

        False where one holds a concept that came since the engine was built, or comes back to very much joint work.
        """
        profiles, _ = read_profiles(IN_CLUSTER, Organisation.id.in_(edited))
        for one in edited:
            known = one in engine.index.profiles
            if one not in profiles and known:
                engine.remove(one)
                self._absent |= {one}
            elif one in profiles:
                try:
                    engine.update(profiles[one])
                except BadRecord:
                    return False
                if not known and one in self._absent and not self._take_back(engine, one):
                    return False
        return True

    def _take_back(self, engine: Engine, organisation: int) -> bool:
        """Give one who comes into the cluster what it did before; whether that was possible without building anew."""
        work = read_work_of(organisation) if engine.index.total > ANEW else None
        return work is not None and self._lay_over(engine, work)


def _is_worn(engine: Engine) -> bool:
    """Whether so much lies over the arrays, or something begins so late, that they should be laid out anew."""
    index = engine.index
    if len(index.edited) > MOST_OVERLAID or len(index.touched_places) > MOST_TOUCHED:
        return True
    return max(index.history.since.edits.values(), default=-inf) > index.history.clock


def _build(marks: Marks) -> Built:
    """Read the database and lay it out; what is built is kept for the next process, and mapped as that one maps it."""
    built, broader = _laid_out(marks)
    if built.engine.index.total <= KEPT_FROM:
        return built
    offload(_keep, built, marks, broader, _folder())
    kept = _kept()
    if kept is None:
        return built
    del built
    offload(trim_memory)
    return kept


def _laid_out(marks: Marks) -> tuple[Built, Mapping[str, str]]:
    """The engine as the database stands, and what is broader than what."""
    looked = now()
    changed = changed_since(looked - GRACE)
    records = read_records()
    weights = load_weights(weights_path()) if weights_path().exists() else None
    known = frozenset(records.table.codes)
    engine = offload(Engine.of_table, records.table, records.broader, weights, known)
    return Built(engine, records.absent, looked, changed, marks), records.broader


def _keep(built: Built, marks: Marks, broader: Mapping[str, str], folder: Path) -> None:
    says = {
        "marks": marks.as_json(),
        "looked": built.looked.isoformat(),
        "changed": {one: moment.isoformat() for one, moment in built.changed.items()},
        "absent": sorted(built.absent),
        "broader": dict(broader),
    }
    save_index(built.engine.index, folder, says)


def _kept() -> Built | None:
    """What a process kept, with how the tables stood then."""
    says = read_says(_folder())
    if says is None:
        return None
    index = load_index(_folder())
    if index is None:
        return None
    weights = load_weights(weights_path()) if weights_path().exists() else None
    changed = {int(one): datetime.fromisoformat(moment) for one, moment in says["changed"].items()}
    looked = datetime.fromisoformat(says["looked"])
    engine = Engine.of_index(index, says["broader"], weights, frozenset(index.codes))
    return Built(engine, frozenset(says["absent"]), looked, changed, Marks.of_json(says["marks"]))


def _folder() -> Path:
    settings: Settings = current_app.extensions["trama.settings"]
    return settings.instance / KEPT


def weights_path() -> Path:
    """Where an installation keeps the weights that it learnt; without them the ones that ship count."""
    settings: Settings = current_app.extensions["trama.settings"]
    return settings.instance / WEIGHTS


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
