"""A real PostgreSQL for the tests: one server for the run, one database for each worker."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.postgres import FAST, PostgresServer, start_postgres
from tests.support.commands import operate
from tests.support.shared import Shared

TEMPLATE = "trama_template"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


def start(watched: int) -> PostgresServer:
    """Start the run's server."""
    return start_postgres(Path(tempfile.mkdtemp(prefix="trama-postgres-")), watched, FAST)


@pytest.fixture(scope="session")
def postgres_server(shared: Shared) -> PostgresServer:
    """The run's PostgreSQL; make databases of your own in it with `create`."""
    return PostgresServer(Path(shared.once("postgres", lambda: str(start(shared.controller).folder))))


@pytest.fixture(scope="session")
def postgres_url(shared: Shared, postgres_server: PostgresServer) -> str:
    """The address of this worker's own PostgreSQL database: migrated, and empty."""

    def make_template() -> None:
        operate(postgres_server.create(TEMPLATE), shared.folder, ("db", "upgrade"))

    shared.once(TEMPLATE, make_template)
    return postgres_server.create(f"trama_{WORKER}", TEMPLATE)


@pytest.fixture
def blank_postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of a PostgreSQL database without any table, for one test."""
    name = f"blank_{WORKER}"
    yield postgres_server.create(name)
    postgres_server.drop(name)
