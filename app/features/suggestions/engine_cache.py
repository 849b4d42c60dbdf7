"""The partner engine of this application: built when it is first asked, and kept as the database stands.

Each question begins with the versions of the tables (two small queries). Profiles and joint work that were written
since are taken in one by one. Where very much was, or the taxonomy changed, the engine is built again: at once in a
cluster of some thousands, in a large one beside the old engine, which answers until then. What was built is kept as
arrays in the instance folder: the next process maps them into its memory, shares them with the others and begins at
once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from flask import Flask, current_app

from app.core.cache import CHANGE_LOOKBACK, VersionedCache
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
from app.features.taxonomy.queries import skill_links
from app.matching.engine import Engine
from app.matching.index.columns import to_years
from app.matching.index.index import list_project_ids
from app.matching.index.storage import load_index, read_metadata, save_index
from app.matching.records import BadRecord, Project
from app.matching.scoring.weights import load_weights
from config import Settings

EXTENSION = "trama.engine"
WEIGHTS = "weights.json"
MAX_PROFILE_EDITS = 100
"""With more edits than this at once, building again is quicker."""

MAX_EDITED_ROWS, MAX_TOUCHED_ROWS = 500, 2_000
"""With so many edits lying over the arrays, or so many organisations that they concern, the arrays are built again."""
ARRAYS_FOLDER = "engine"

Result = TypeVar("Result")


@dataclass
class EngineState:
    """An engine and what is known of the rows that it holds.

    absent: the organisations that took part in joint work and are not in the cluster.
    read_at: when the changes were last read.
    changed: when each organisation that was written shortly before `read_at` was written.
    versions: the versions of the tables at `read_at`.
    """

    engine: Engine
    absent: frozenset[int]
    read_at: datetime
    changed: dict[int, datetime]
    versions: TableVersions


class EngineCache:
    """Keeps one engine as the rows stand.

    max_inline_organisations: up to so many organisations, a question waits until the engine is built again.
    min_overlay_organisations: with more, joint work that was written is laid over the arrays; with fewer, building
        again takes no time.
    min_persisted_organisations: with more, the arrays are kept for the next process; with fewer, it is quicker to
        build them.
    """

    def __init__(
        self,
        *,
        max_inline_organisations: int = 50_000,
        min_overlay_organisations: int = 5_000,
        min_persisted_organisations: int = 10_000,
    ) -> None:
        self._min_overlay_organisations = min_overlay_organisations
        self._min_persisted_organisations = min_persisted_organisations
        self._cache = VersionedCache(
            read_table_versions,
            self._build,
            builds_inline=lambda _versions, state: (
                state is None or state.engine.index.total <= max_inline_organisations
            ),
            update=self._update,
        )

    def current(self) -> Engine:
        """The engine as the database stands at this moment; the first call takes seconds in a cluster of thousands."""
        snapshot = self._cache.get()
        assert snapshot is not None, "the first engine is built inline"
        engine = snapshot.value.engine
        engine.see_from(now().date())
        return engine

    def _build(self, versions: TableVersions, previous: EngineState | None) -> EngineState:
        """Build the engine; the first is mapped where a process kept one and what was written since can be taken in.

        Where the arrays are kept for the next process they are mapped as that one maps them.
        """
        if previous is None:
            kept = _load()
            if kept is not None and self._update(kept, versions):
                return kept
        built, broader = _read_state(versions)
        if built.engine.index.total <= self._min_persisted_organisations:
            return built
        offload(_save, built, broader, _folder())
        kept = _load()
        if kept is None:
            return built
        del built
        offload(trim_memory)
        return kept

    def _update(self, state: EngineState, versions: TableVersions) -> bool:
        """Take in what was written since the last look; False where the engine is to be built again.

        What is written while another is being built counts in this one too, as far as it can be taken in.
        """
        read_at = now()
        caught_up = self._catch_up(state, versions)
        state.read_at, state.versions = read_at, versions
        return caught_up and not _is_worn(state.engine)

    def _catch_up(self, state: EngineState, versions: TableVersions) -> bool:
        """Take in what was written since the last look; whether that was possible without building again."""
        before = state.versions
        if versions.concepts != before.concepts:
            return False
        recent = changed_since(state.read_at - CHANGE_LOOKBACK)
        edited = [number for number, moment in recent.items() if state.changed.get(number) != moment]
        if len(edited) > MAX_PROFILE_EDITS:
            return False
        if not edited and (versions.organisations, versions.links) != (before.organisations, before.links):
            return False
        if edited and not self._update_profiles(state, edited):
            return False
        state.changed.update(recent)
        return versions.work == before.work or self._update_joint_work(state)

    def _update_joint_work(self, state: EngineState) -> bool:
        """Lay joint work that was written since the last look over the arrays; False where building again is better."""
        index = state.engine.index
        if index.total <= self._min_overlay_organisations:
            return False
        known = [number for number in list_project_ids(index) if number < 0]
        written = read_joint_work_changes(state.versions.work[:3], state.read_at - CHANGE_LOOKBACK, known)
        if written is None:
            return False
        for number in written.gone:
            state.engine.remove_project(number)
        return _overlay(state, written.pieces)

    def _update_profiles(self, state: EngineState, edited: list[int]) -> bool:
        """Replace the profiles of organisations that were written.

        False where one holds a concept that came since the engine was built, or comes back to very much joint work.
        """
        engine = state.engine
        profiles, _ = read_profiles(IS_ADMITTED, Organisation.id.in_(edited))
        for number in edited:
            known = number in engine.index.profiles
            if number not in profiles and known:
                engine.remove(number)
                state.absent |= {number}
            elif number in profiles:
                try:
                    engine.update(profiles[number])
                except BadRecord:
                    return False
                if not known and number in state.absent and not self._restore_joint_work(state, number):
                    return False
        return True

    def _restore_joint_work(self, state: EngineState, organisation: int) -> bool:
        """Give an organisation that comes back what it did before; whether that was possible without building again."""
        is_large = state.engine.index.total > self._min_overlay_organisations
        work = read_joint_work_of(organisation) if is_large else None
        return work is not None and _overlay(state, work)


def _overlay(state: EngineState, projects: Collection[Project]) -> bool:
    """Lay joint work over the arrays as far as its partners are in the cluster; False where a concept is not known."""
    engine = state.engine
    for project in projects:
        there = frozenset(number for number in project.partners if number in engine.index.rows_by_id)
        state.absent |= project.partners - there
        try:
            if len(there) > 1:
                engine.add_project(replace(project, partners=there))
            else:
                engine.remove_project(project.id)
        except BadRecord:
            return False
    return True


def _is_worn(engine: Engine) -> bool:
    """Whether so much lies over the arrays, or they see the past from another month, that they should be built again."""
    index = engine.index
    if len(index.edited) > MAX_EDITED_ROWS or len(index.touched_rows) > MAX_TOUCHED_ROWS:
        return True
    return index.history.reference_year != to_years(_reference_day())


def _reference_day() -> date:
    """The day from which the past is seen: the first of this month, so that all processes count the same ages."""
    return now().date().replace(day=1)


def _read_state(versions: TableVersions) -> tuple[EngineState, Mapping[str, str]]:
    """The engine as the database stands, and each concept's code → the code of the one above it."""
    read_at = now()
    changed = changed_since(read_at - CHANGE_LOOKBACK)
    records = read_records()
    weights = load_weights(weights_path()) if weights_path().exists() else None
    known = frozenset(records.table.codes)
    engine = offload(
        Engine.from_columns,
        records.table,
        records.broader,
        weights,
        known,
        skill_links(),
        today=_reference_day(),
    )
    return EngineState(engine, records.absent, read_at, changed, versions), records.broader


def _save(state: EngineState, broader: Mapping[str, str], folder: Path) -> None:
    metadata = {
        "marks": state.versions.as_json(),
        "looked": state.read_at.isoformat(),
        "changed": {number: moment.isoformat() for number, moment in state.changed.items()},
        "absent": sorted(state.absent),
        "broader": dict(broader),
    }
    save_index(state.engine.index, folder, metadata)


def _load() -> EngineState | None:
    """The engine that a process kept, and how the tables stood then."""
    metadata = read_metadata(_folder())
    if metadata is None:
        return None
    index = load_index(_folder())
    if index is None:
        return None
    weights = load_weights(weights_path()) if weights_path().exists() else None
    return EngineState(
        Engine.from_index(index, metadata["broader"], weights, frozenset(index.codes), skill_links()),
        frozenset(metadata["absent"]),
        datetime.fromisoformat(metadata["looked"]),
        {int(number): datetime.fromisoformat(moment) for number, moment in metadata["changed"].items()},
        TableVersions.of_json(metadata["marks"]),
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
