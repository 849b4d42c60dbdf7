"""A value built from the database, kept in the process with the version of the rows that it was built from.

Other processes write to the same database without notice to this one, so each read compares the version of the tables
with the version of the value. Where they differ, the value is brought up to date, built again by the reader, or built
again in a background thread while readers get the old value, marked as stale.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock, Thread
from time import monotonic
from typing import Any, Generic, TypeVar, cast

from flask import Flask, current_app

from app.core.clock import now

log = logging.getLogger(__name__)

Version = TypeVar("Version")
Value = TypeVar("Value")

CHANGE_LOOKBACK = timedelta(minutes=2)
"""How long before a reading changed rows are looked for again: longer than any transaction that writes them."""
RETRY_DELAY_SECONDS = 5.0
"""How long after a failed rebuild the next one may begin."""


@dataclass(frozen=True, eq=False)
class Snapshot(Generic[Version, Value]):
    """A value, the version of the rows that it was built from, and when their reading began.

    `is_stale` says that rows were written since which the value does not hold.
    """

    version: Version
    value: Value
    read_at: datetime
    is_stale: bool = False


class VersionedCache(Generic[Version, Value]):
    """Holds the newest snapshot of one value.

    read_version: the version of the rows now; two that differ mean that something was written in between.
    build: makes the value from the rows. It is given the version, which was read before, and the value that it
        replaces, None for the first.
    builds_inline: whether the reader builds and waits, by the version and the value as for `build`; otherwise a
        background thread builds. By default each reader waits.
    update: brings a value up to a version in place and returns whether that was possible; it is called at each read,
        one reader at a time. By default only a value of the same version is up to date.
    rest_factor: after a rebuild in the background none begins for this many times as long as it took.
    retry_seconds: how long after a rebuild in the background failed the next one may begin.
    rebuilding: held during a rebuild in the background; caches that share it rebuild one at a time.
    """

    def __init__(
        self,
        read_version: Callable[[], Version],
        build: Callable[[Version, Value | None], Value],
        *,
        builds_inline: Callable[[Version, Value | None], bool] = lambda version, value: True,
        update: Callable[[Value, Version], bool] | None = None,
        rest_factor: float = 0.0,
        retry_seconds: float = RETRY_DELAY_SECONDS,
        rebuilding: Lock | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._read_version, self._build = read_version, build
        self._builds_inline, self._update = builds_inline, update
        self._rest_factor, self._retry_seconds, self._clock = rest_factor, retry_seconds, clock
        self._lock, self._rebuilding = Lock(), rebuilding or Lock()
        self._snapshot: Snapshot[Version, Value] | None = None
        self._is_outdated = True
        self._rests_until = self._retries_at = -float("inf")

    @property
    def latest(self) -> Snapshot[Version, Value] | None:
        """The snapshot as it was last built; the rows are not looked at."""
        return self._snapshot

    def get(self) -> Snapshot[Version, Value] | None:
        """The snapshot as the rows stand, or a stale one while the next is built; None while the first is."""
        if self._update is None:
            snapshot = self._snapshot
            if not self._is_outdated and snapshot is not None and snapshot.version == self._read_version():
                return snapshot
        with self._lock:
            version = self._read_version()
            if not self._is_current(version):
                self._is_outdated = True
            if self._is_outdated:
                self._renew(version)
            snapshot = self._snapshot
            return replace(snapshot, is_stale=True) if snapshot and self._is_outdated else snapshot

    def invalidate(self, snapshot: Snapshot[Version, Value]) -> None:
        """Have a snapshot built again at the next read, unless it was replaced already."""
        with self._lock:
            if self._snapshot is snapshot:
                self._is_outdated = True

    def _is_current(self, version: Version) -> bool:
        if self._snapshot is None:
            return False
        if self._update is not None:
            return self._update(self._snapshot.value, version)
        return self._snapshot.version == version

    def _renew(self, version: Version) -> None:
        """Build in this thread or begin to build in another; the caller holds the lock."""
        snapshot = self._snapshot
        if self._builds_inline(version, snapshot.value if snapshot else None):
            self._keep(self._built(version))
            return
        moment = self._clock()
        rests = snapshot is not None and moment < self._rests_until
        if rests or moment < self._retries_at or not self._rebuilding.acquire(blocking=False):
            return
        app = cast(Any, current_app)._get_current_object()
        try:
            Thread(target=self._rebuild, args=(app,), daemon=True).start()
        except RuntimeError:
            self._rebuilding.release()
            raise

    def _rebuild(self, app: Flask) -> None:
        """Build beside the old snapshot and replace it; what is written meanwhile counts at the next read."""
        began = self._clock()
        try:
            with app.app_context():
                built = self._built(self._read_version())
            with self._lock:
                self._keep(built)
                self._rests_until = self._clock() + self._rest_factor * (self._clock() - began)
        except Exception:
            log.exception("A cache could not be rebuilt.")
            self._retries_at = self._clock() + self._retry_seconds
        finally:
            self._rebuilding.release()

    def _built(self, version: Version) -> Snapshot[Version, Value]:
        read_at, snapshot = now(), self._snapshot
        return Snapshot(version, self._build(version, snapshot.value if snapshot else None), read_at)

    def _keep(self, snapshot: Snapshot[Version, Value]) -> None:
        self._snapshot, self._is_outdated = snapshot, False
