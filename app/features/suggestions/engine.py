"""The partner engine of this application: built when it is first asked, and kept as the database stands.

Another process may write too, so nothing here relies on being told: every question begins by looking at the tables'
marks (two small queries). Profiles that were written since are taken in one by one. Where joint work or the taxonomy
changed, the engine is built anew: at once in a cluster of some thousands, in a large one beside the old engine, which
answers until then. What was built is kept as arrays in the instance folder: the next process maps them into its memory,
shares them with the others and begins at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock, Thread
from typing import Any, TypeVar, cast

from flask import Flask, current_app
from sqlalchemy import update

from app.core.clock import now
from app.core.database import db
from app.core.memory import give_back_memory
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
from app.matching.graph import BadRecord
from app.matching.storage import load_index, read_says, save_index
from app.matching.weights import load_weights
from config import Settings

EXTENSION = "trama.engine"
WEIGHTS = "weights.json"
GRACE = timedelta(minutes=2)
"""How long before the last look a change is looked for again: longer than any transaction that edits a profile."""
MOST_EDITS = 100
"""With more edits than this at once, building anew is quicker."""

MOST_OVERLAID = 500
"""With so many edits lying over the arrays they are laid out anew."""
AT_ONCE = 50_000
"""Up to so many organisations the one who asks waits until the engine is built anew."""
KEPT = "engine"
KEPT_FROM = 10_000
"""Beyond so many organisations the arrays are kept for the next process; before it is quicker to build."""

Result = TypeVar("Result")


@dataclass(frozen=True)
class Built:
    """An engine and what is known of its making: who is absent, when the tables were looked at, what had just changed."""

    engine: Engine
    absent: frozenset[int]
    looked: datetime
    changed: Mapping[int, datetime]
    links: int


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
            elif not self._catch_up(self._engine, marks):
                self._renew(self._engine, marks)
            assert self._engine is not None
            self._looked, self._marks = looked, marks
            return self._engine

    def _begin(self, marks: Marks) -> None:
        """Map what another process kept, where only profiles were written since; else build."""
        kept = _kept(marks)
        if kept is None:
            self._take(_build(marks))
            return
        self._take(kept)
        self._marks = marks
        if not self._catch_up(kept.engine, replace(marks, links=kept.links)):
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
        self._changed = dict(built.changed)

    def _catch_up(self, engine: Engine, marks: Marks) -> bool:
        """Take in what was written since the last look; whether that was possible without building anew."""
        if self._marks is None or (marks.work, marks.concepts) != (self._marks.work, self._marks.concepts):
            return False
        recent = changed_since(self._looked - GRACE)
        edited = [one for one, moment in recent.items() if self._changed.get(one) != moment]
        if len(edited) > MOST_EDITS or len(engine.index.edited) > MOST_OVERLAID:
            return False
        if not edited:
            return (marks.organisations, marks.links) == (self._marks.organisations, self._marks.links)
        if not self._take_in(engine, edited):
            return False
        self._changed.update(recent)
        return True

    def _take_in(self, engine: Engine, edited: list[int]) -> bool:
        """Replace the profiles of organisations that were written.

        False where one comes back to its joint work, or holds a concept that came since the engine was built.
        """
        profiles, _ = read_profiles(IN_CLUSTER, Organisation.id.in_(edited))
        for one in edited:
            known = one in engine.index.profiles
            if one not in profiles and known:
                engine.remove(one)
                self._absent |= {one}
            elif one in profiles and not known and one in self._absent:
                return False
            elif one in profiles:
                try:
                    engine.update(profiles[one])
                except BadRecord:
                    return False
        return True


def _build(marks: Marks) -> Built:
    """Read the database and lay it out; what is built is kept for the next process, and mapped as that one maps it."""
    built, broader = _laid_out(marks)
    if built.engine.index.total <= KEPT_FROM:
        return built
    offload(_keep, built, marks, broader, _folder())
    kept = _kept(marks)
    if kept is None:
        return built
    del built
    offload(give_back_memory)
    return kept


def _laid_out(marks: Marks) -> tuple[Built, Mapping[str, str]]:
    """The engine as the database stands, and what is broader than what."""
    looked = now()
    changed = changed_since(looked - GRACE)
    records = read_records()
    weights = load_weights(weights_path()) if weights_path().exists() else None
    known = frozenset(records.table.codes)
    engine = offload(Engine.of_table, records.table, records.broader, weights, known)
    return Built(engine, records.absent, looked, changed, marks.links), records.broader


def _keep(built: Built, marks: Marks, broader: Mapping[str, str], folder: Path) -> None:
    says = {
        "work": marks.work_as_text(),
        "links": marks.links,
        "looked": built.looked.isoformat(),
        "changed": {one: moment.isoformat() for one, moment in built.changed.items()},
        "absent": sorted(built.absent),
        "broader": dict(broader),
    }
    save_index(built.engine.index, folder, says)


def _kept(marks: Marks) -> Built | None:
    """What a process kept, if joint work and the taxonomy stand as they did."""
    says = read_says(_folder())
    if says is None or says["work"] != marks.work_as_text():
        return None
    index = load_index(_folder())
    if index is None:
        return None
    weights = load_weights(weights_path()) if weights_path().exists() else None
    changed = {int(one): datetime.fromisoformat(moment) for one, moment in says["changed"].items()}
    looked = datetime.fromisoformat(says["looked"])
    engine = Engine.of_index(index, says["broader"], weights, frozenset(index.codes))
    return Built(engine, frozenset(says["absent"]), looked, changed, says["links"])


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
