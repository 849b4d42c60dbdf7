"""Group commit: commands that arrive at the same time share one transaction, and so one wait for the disk.

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

from app.core.database import connection_of, db, has_one_writer
from app.core.transactions import write_transaction

log = logging.getLogger(__name__)
MAX_BATCH_SECONDS = 0.02
"""Seconds of work in one transaction: while it lasts nobody else is answered."""

Act = Callable[[], dict[str, Any]]
Outcome = dict[str, Any] | BaseException
"""The answer of what was done, or what it raised."""


class PendingCommand:
    """A command in the queue: `act` runs it in the language `lang`, `respond` gets its answer or its error."""

    def __init__(self, act: Act, lang: str, respond: Callable[[Outcome], None]) -> None:
        self._act = act
        self._lang = lang
        self._respond = respond
        self.outcome: Outcome = {}

    def attempt(self) -> None:
        """Run the command and keep its answer, or the error, which is raised too."""
        g.lang = self._lang
        refresh()
        try:
            self.outcome = self._act()
        except BaseException as error:
            self.outcome = error
            raise

    def respond(self) -> None:
        """Pass on the outcome; to be called after the commit. Errors are logged, so that other commands are answered."""
        try:
            self._respond(self.outcome)
        except Exception:
            log.exception("the answer to a command could not be sent")


class GroupCommit:
    """Runs commands in write transactions: on SQLite all that wait in one, on PostgreSQL each in its own."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._waiting: deque[PendingCommand] = deque()
        self._is_running = False
        with app.app_context():
            self._has_one_writer = has_one_writer()

    def submit(self, command: PendingCommand) -> None:
        """Run a command in a write transaction, at once or from the queue, and respond after its commit.

        A command that raises is rolled back.
        """
        if not self._has_one_writer:
            self._commit_each([command])
            command.respond()
            return
        self._waiting.append(command)
        if not self._is_running:
            self._is_running = True
            gevent.spawn(self._run)

    def _run(self) -> None:
        """Commit what waits, until nothing does."""
        try:
            while self._waiting:
                self._commit_some()
        finally:
            self._is_running = False

    def _commit_some(self) -> None:
        """Carry out what waits, for as long as others may be kept from their turn, and answer it."""
        taken: list[PendingCommand] = []
        try:
            with self._app.app_context(), write_transaction():
                until = time.monotonic() + MAX_BATCH_SECONDS
                while self._waiting and (not taken or time.monotonic() < until):
                    taken.append(self._waiting.popleft())
                    attempt(taken[-1])
        except Exception as error:
            if len(taken) == 1:
                taken[0].outcome = error
            else:
                self._commit_each(taken)
        for each in taken:
            each.respond()

    def _commit_each(self, taken: Iterable[PendingCommand]) -> None:
        """Carry out each by itself, since all of them together failed."""
        for each in taken:
            try:
                with self._app.app_context(), write_transaction():
                    each.attempt()
            except Exception as error:
                each.outcome = error


def attempt(waiting: PendingCommand) -> None:
    """Carry one out among others; raises what it raises only if it had begun to write."""
    session = db.session()
    session.flush()
    driver: Any = connection_of(session).connection.dbapi_connection
    before = driver.total_changes
    try:
        waiting.attempt()
    except Exception:
        if driver.total_changes != before or session.new or session.dirty or session.deleted:
            raise
