"""Commands that come at the same time share one commit: the disk is waited for once for all of them.

SQLite has one writer, and a commit that survives a power cut costs milliseconds however little it holds. So the
commands that came while one commit was under way are carried out in one transaction, and answered when all of it is on
disk. One that is refused before it wrote anything leaves the others alone; after one that fails later all is taken
back, and each is carried out again by itself. PostgreSQL does the same by itself for connections that
commit at the same time; there each command keeps a transaction of its own.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

import gevent
from flask import Flask, g
from flask_babel import refresh
from sqlalchemy.orm import Session

from app.core.database import connection_of, db, has_one_writer
from app.core.transactions import write_transaction

log = logging.getLogger(__name__)
LONGEST = 0.02
"""Seconds of work in one transaction: while it lasts nobody else is answered."""

Act = Callable[[], dict[str, Any]]
Outcome = dict[str, Any] | BaseException
"""The answer of what was done, or what it raised."""


class Waiting:
    """A command that waits to be carried out, in the language of who sent it; `tell` is called with what came of it."""

    def __init__(self, act: Act, lang: str, tell: Callable[[Outcome], None]) -> None:
        self._act = act
        self._lang = lang
        self._tell = tell
        self.outcome: Outcome = {}

    def attempt(self) -> None:
        """Do it and keep the answer; raises what it raises, which is kept as well."""
        g.lang = self._lang
        refresh()
        try:
            self.outcome = self._act()
        except BaseException as error:
            self.outcome = error
            raise

    def tell(self) -> None:
        """Tell what came of it: of an answer only once it is on disk. A mistake here keeps no other from being told."""
        try:
            self._tell(self.outcome)
        except Exception:
            log.exception("what came of a command could not be told")


class Together:
    """Carries commands out, on SQLite as many at once as are waiting."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._waiting: deque[Waiting] = deque()
        self._working = False
        with app.app_context():
            self._shares = has_one_writer()

    def carry_out(self, command: Waiting) -> None:
        """Do something in a writing transaction, now or soon, and tell what came of it after the commit.

        Of what raises nothing is kept.
        """
        if not self._shares:
            self._commit_each([command])
            command.tell()
            return
        self._waiting.append(command)
        if not self._working:
            self._working = True
            gevent.spawn(self._work)

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
            with self._app.app_context(), write_transaction():
                until = time.monotonic() + LONGEST
                while self._waiting and (not taken or time.monotonic() < until):
                    taken.append(self._waiting.popleft())
                    attempt(taken[-1])
        except Exception as error:
            if len(taken) == 1:
                taken[0].outcome = error
            else:
                self._commit_each(taken)
        for each in taken:
            each.tell()

    def _commit_each(self, taken: Iterable[Waiting]) -> None:
        """Carry out each by itself, since all of them together failed."""
        for each in taken:
            try:
                with self._app.app_context(), write_transaction():
                    each.attempt()
            except Exception as error:
                each.outcome = error


def attempt(waiting: Waiting) -> None:
    """Carry one out among others; raises what it raises only if it had begun to write."""
    session = db.session()
    session.flush()
    driver: Any = connection_of(session).connection.dbapi_connection
    before = driver.total_changes
    try:
        waiting.attempt()
    except Exception:
        if driver.total_changes != before or not _is_clean(session):
            raise


def _is_clean(session: Session) -> bool:
    """Whether nothing waits in the session to be written."""
    return not (session.new or session.dirty or session.deleted)
