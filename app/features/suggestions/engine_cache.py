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

from app.core.clock import now
from app.core.malloc_trim import trim_memory
from app.core.threadpool import offload
from app.features.organisations.models import IS_ADMITTED, Organisation
from app.features.suggestions.queries.engine_records import (
    TableVersions,
    changed_since,
    read_profiles,
    read_records,
    read_table_versions,
)
from app.features.suggestions.queries.joint_work import read_joint_work_changes, read_joint_work_of
from app.matching.engine import Engine
from app.matching.index.index import list_project_ids
from app.matching.index.storage import load_index, read_metadata, save_index
from app.matching.records import BadRecord, Project
from app.matching.scoring.weights import load_weights
from config import Settings

EXTENSION = "trama.engine"
WEIGHTS = "weights.json"
CHANGE_LOOKBACK = timedelta(minutes=2)
"""How long before the last look a change is looked for again: longer than any transaction that edits a profile."""
MAX_PROFILE_EDITS = 100
"""With more edits than this at once, building anew is quicker."""

MAX_EDITED_ROWS, MAX_TOUCHED_ROWS = 500, 2_000
"""With so many edits lying over the arrays, or so many whom they concern, they are laid out anew."""
REBUILD_BELOW_ORGANISATIONS = 5_000
"""Up to so many organisations joint work is not laid over the arrays, since building anew takes no time."""
MAX_ORGANISATIONS_REBUILT_INLINE = 50_000
"""Up to so many organisations the one who asks waits until the engine is built anew."""
ARRAYS_FOLDER = "engine"
PERSIST_ABOVE_ORGANISATIONS = 10_000
"""Beyond so many organisations the arrays are kept for the next process; before it is quicker to build."""

Result = TypeVar("Result")


@dataclass(frozen=True)
class BuiltEngine:
    """An engine and what is known of its making: who is absent, how the tables stood and when, what had just changed."""

    engine: Engine
    absent: frozenset[int]
    looked: datetime
    changed: Mapping[int, datetime]
    marks: TableVersions


class EngineCache:
    """Holds one engine and what is known of the tables it was read from."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._engine: Engine | None = None
        self._marks: TableVersions | None = None
        self._changed: dict[int, datetime] = {}
        self._absent: frozenset[int] = frozenset()
        self._looked = now()
        self._rebuilding = False

    def current(self) -> Engine:
        """The engine as the database stands at this moment; the first call takes seconds in a cluster of thousands."""
        with self._lock:
            looked, marks = now(), read_table_versions()
            if self._engine is None:
                self._begin(marks)
            elif not self._catch_up(self._engine, marks) or _is_worn(self._engine):
                self._renew(self._engine, marks)
            assert self._engine is not None
            self._looked, self._marks = looked, marks
            return self._engine

    def _begin(self, marks: TableVersions) -> None:
        """Map what another process kept, where what was written since can be taken in; else build."""
        kept = _kept()
        if kept is not None:
            self._take(kept)
        if kept is None or not self._catch_up(kept.engine, marks):
            self._take(_build(marks))

    def _renew(self, engine: Engine, marks: TableVersions) -> None:
        """Build anew, beside the old engine where that takes long."""
        if engine.index.total <= MAX_ORGANISATIONS_REBUILT_INLINE:
            self._take(_build(marks))
        elif not self._rebuilding:
            self._rebuilding = True
            app = cast(Any, current_app)._get_current_object()
            Thread(target=self._rebuild, args=(app, marks), daemon=True).start()

    def _rebuild(self, app: Flask, marks: TableVersions) -> None:
        """Build in the background, and swap; edits since are taken in at the next question."""
        try:
            with app.app_context():
                built = _build(marks)
                with self._lock:
                    self._take(built)
        finally:
            self._rebuilding = False

    def _take(self, built: BuiltEngine) -> None:
        self._engine, self._absent, self._looked = built.engine, built.absent, built.looked
        self._changed, self._marks = dict(built.changed), built.marks

    def _catch_up(self, engine: Engine, marks: TableVersions) -> bool:
        """Take in what was written since the last look; whether that was possible without building anew."""
        before = self._marks
        if before is None or marks.concepts != before.concepts:
            return False
        recent = changed_since(self._looked - CHANGE_LOOKBACK)
        edited = [one for one, moment in recent.items() if self._changed.get(one) != moment]
        if len(edited) > MAX_PROFILE_EDITS:
            return False
        if not edited and (marks.organisations, marks.links) != (before.organisations, before.links):
            return False
        if edited and not self._take_in(engine, edited):
            return False
        self._changed.update(recent)
        return marks.work == before.work or self._take_in_work(engine, before)

    def _take_in_work(self, engine: Engine, before: TableVersions) -> bool:
        """Lay joint work that was written since the last look over the arrays; False where building anew is better."""
        if engine.index.total <= REBUILD_BELOW_ORGANISATIONS:
            return False
        known = [number for number in list_project_ids(engine.index) if number < 0]
        written = read_joint_work_changes(before.work[:3], self._looked - CHANGE_LOOKBACK, known)
        if written is None:
            return False
        for number in written.gone:
            engine.remove_project(number)
        return self._lay_over(engine, written.pieces)

    def _lay_over(self, engine: Engine, pieces: Collection[Project]) -> bool:
        """Lay pieces of joint work over the arrays, each as far as its partners are in the cluster."""
        for piece in pieces:
            there = frozenset(one for one in piece.partners if one in engine.index.rows_by_id)
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
        profiles, _ = read_profiles(IS_ADMITTED, Organisation.id.in_(edited))
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
        work = read_joint_work_of(organisation) if engine.index.total > REBUILD_BELOW_ORGANISATIONS else None
        return work is not None and self._lay_over(engine, work)


def _is_worn(engine: Engine) -> bool:
    """Whether so much lies over the arrays, or something begins so late, that they should be laid out anew."""
    index = engine.index
    if len(index.edited) > MAX_EDITED_ROWS or len(index.touched_rows) > MAX_TOUCHED_ROWS:
        return True
    return max(index.history.start_years.overlay.values(), default=-inf) > index.history.reference_year


def _build(marks: TableVersions) -> BuiltEngine:
    """Read the database and lay it out; what is built is kept for the next process, and mapped as that one maps it."""
    built, broader = _laid_out(marks)
    if built.engine.index.total <= PERSIST_ABOVE_ORGANISATIONS:
        return built
    offload(_keep, built, marks, broader, _folder())
    kept = _kept()
    if kept is None:
        return built
    del built
    offload(trim_memory)
    return kept


def _laid_out(marks: TableVersions) -> tuple[BuiltEngine, Mapping[str, str]]:
    """The engine as the database stands, and what is broader than what."""
    looked = now()
    changed = changed_since(looked - CHANGE_LOOKBACK)
    records = read_records()
    weights = load_weights(weights_path()) if weights_path().exists() else None
    known = frozenset(records.table.codes)
    engine = offload(Engine.from_columns, records.table, records.broader, weights, known)
    return BuiltEngine(engine, records.absent, looked, changed, marks), records.broader


def _keep(built: BuiltEngine, marks: TableVersions, broader: Mapping[str, str], folder: Path) -> None:
    says = {
        "marks": marks.as_json(),
        "looked": built.looked.isoformat(),
        "changed": {one: moment.isoformat() for one, moment in built.changed.items()},
        "absent": sorted(built.absent),
        "broader": dict(broader),
    }
    save_index(built.engine.index, folder, says)


def _kept() -> BuiltEngine | None:
    """What a process kept, with how the tables stood then."""
    says = read_metadata(_folder())
    if says is None:
        return None
    index = load_index(_folder())
    if index is None:
        return None
    weights = load_weights(weights_path()) if weights_path().exists() else None
    changed = {int(one): datetime.fromisoformat(moment) for one, moment in says["changed"].items()}
    looked = datetime.fromisoformat(says["looked"])
    engine = Engine.from_index(index, says["broader"], weights, frozenset(index.codes))
    return BuiltEngine(
        engine, frozenset(says["absent"]), looked, changed, TableVersions.of_json(says["marks"])
    )


def _folder() -> Path:
    settings: Settings = current_app.extensions["trama.settings"]
    return settings.instance / ARRAYS_FOLDER


def weights_path() -> Path:
    """Where an installation keeps the weights that it learnt; without them the ones that ship count."""
    settings: Settings = current_app.extensions["trama.settings"]
    return settings.instance / WEIGHTS


def prepare(app: Flask) -> None:
    """Give an application its cache; the engine itself is built when it is first asked."""
    app.extensions[EXTENSION] = EngineCache()


def query_engine(question: Callable[[Engine], Result], guest: int | None = None) -> Result:
    """Ask the engine something, where it stalls nobody.

    `guest` is the id of an organisation that is not in the cluster yet, in whose name the question is asked.
    `question` must not touch the database.
    """
    cache: EngineCache = current_app.extensions[EXTENSION]
    engine = cache.current()
    if guest is not None and guest not in engine.index.profiles:
        profiles, _ = read_profiles(Organisation.id == guest)
        engine = engine.with_guest(profiles[guest])
    return offload(question, engine)
