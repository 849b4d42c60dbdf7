"""Commands that come at the same time share one commit: the disk is waited for once for all of them.

SQLite has one writer, and a commit that survives a power cut costs milliseconds however little it holds. So the
commands that came while one commit was under way are carried out in one transaction, and answered when all of it is on
disk. One that is refused before it wrote anything leaves the others alone; after one that fails later all is taken
back, and each is carried out again by itself. PostgreSQL does the same by itself for connections that
commit at the same time; there each command keeps a transaction of its own.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

import gevent
from flask import Flask, g
from flask_babel import refresh
from gevent.event import Event

from app.core.database import db
from app.core.doors.transaction import writing

LONGEST = 0.02
"""Seconds of work in one transaction: while it lasts nobody else is answered."""

Act = Callable[[], dict[str, Any]]


class Waiting:
    """A command that waits to be carried out, in the name and the language of who sent it."""

    def __init__(self, act: Act, lang: str, token: str) -> None:
        self._act = act
        self._lang, self._token = lang, token
        self._answer: dict[str, Any] = {}
        self.error: BaseException | None = None
        self.done = Event()

    def attempt(self) -> dict[str, Any]:
        """Do it, keep the answer and return it; raises what it raises, which is kept as well."""
        g.lang, g.token = self._lang, self._token
        refresh()
        self.error = None
        try:
            self._answer = self._act()
        except BaseException as error:
            self.error = error
            raise
        return self._answer

    def answer(self) -> dict[str, Any]:
        """What came of it, once it is on disk."""
        self.done.wait()
        if self.error is not None:
            raise self.error
        return self._answer


class Together:
    """Carries commands out, on SQLite as many at once as are waiting."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._waiting: deque[Waiting] = deque()
        self._working = False
        with app.app_context():
            self._shares = db.engine.dialect.name == "sqlite"

    def carry_out(self, act: Act, lang: str, token: str) -> dict[str, Any]:
        """Do something in a writing transaction, in the language `lang` and by the sign-in of `token`.

        Returns its answer after the commit; raises what it raises, then nothing of it is kept.
        """
        waiting = Waiting(act, lang, token)
        if not self._shares:
            with self._app.app_context(), writing():
                return waiting.attempt()
        self._waiting.append(waiting)
        if not self._working:
            self._working = True
            gevent.spawn(self._work)
        return waiting.answer()

    def _work(self) -> None:
        """Commit what waits, until nothing does."""
        try:
            while self._waiting:
                self._commit_some()
        finally:
            self._working = False

    def _commit_some(self) -> None:
        """Carry out what waits, for as long as others may be kept from their turn, and answer it."""
        taken: list[Waiting] = []
        try:
            with self._app.app_context(), writing():
                until = time.monotonic() + LONGEST
                while self._waiting and (not taken or time.monotonic() < until):
                    taken.append(self._waiting.popleft())
                    attempt(taken[-1])
        except Exception as error:
            if len(taken) == 1:
                taken[0].error = error
            else:
                self._commit_each(taken)
        finally:
            for each in taken:
                each.done.set()

    def _commit_each(self, taken: Iterable[Waiting]) -> None:
        """Carry out each by itself, since all of them together failed."""
        for each in taken:
            try:
                with self._app.app_context(), writing():
                    each.attempt()
            except Exception as error:
                each.error = error


def attempt(waiting: Waiting) -> None:
    """Carry one out among others; raises what it raises only if it had begun to write."""
    before = _written()
    try:
        waiting.attempt()
    except Exception:
        if _written() != before:
            raise


def _written() -> int:
    """How many rows this connection has written or is about to."""
    session = db.session()
    driver = session.connection().connection.dbapi_connection
    waiting = len(session.new) + len(session.dirty) + len(session.deleted)
    return int(driver.total_changes) + waiting  # type: ignore[union-attr]
