"""Starts processes of Trama in a moment: one that has everything imported (tests/support/cradle.py) is forked for each.

What is forked is as real as one started by hand: its own process with its own memory, which `kill -9` ends as it would
any other. Only the three seconds of importing and of compiling the first page are saved, of which a test with twenty
kills would spend a minute, and fifty tests with a browser two and a half.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from config import ROOT, Settings
from deploy.local_deployment import LocalDeployment
from deploy.redis import find_server
from tests.support.app import SECRET, LiveServer, sqlite_copy
from tests.support.shared import Shared


@pytest.fixture(scope="session")
def nursery(shared: Shared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """Where this worker's servers come from; tests that kill them again and again are in the group "nursery"."""
    nursery = Nursery(shared, tmp_path_factory.mktemp("nursery"))
    yield nursery
    nursery.close()


class Nursery:
    """The process that is forked; it takes its children with it when it ends, and ends with whoever made it."""

    def __init__(self, shared: Shared, folder: Path) -> None:
        rehearsal = {
            "TRAMA_SECRET_KEY": SECRET,
            "TRAMA_DATABASE_URL": sqlite_copy(shared, folder),
            "TRAMA_INSTANCE": str(folder),
        }
        others = {name: value for name, value in os.environ.items() if not name.startswith("TRAMA_")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.cradle", shared.folder],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**others, **rehearsal},
        )

    def start(self, env: Mapping[str, str], log: Path) -> int:
        """Start a process in an environment, its words in a file; returns its number."""
        settings = {name: value for name, value in env.items() if name.startswith("TRAMA_")}
        return int(self._tell({"env": settings, "log": str(log)}))

    def stop(self, pid: int, how: int) -> None:
        """Send a process a signal and wait until it is gone."""
        self._tell({"stop": pid, "how": int(how)})

    def close(self) -> None:
        """End it and all its children."""
        self._process.communicate()

    def _tell(self, order: Mapping[str, object]) -> str:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().decode()


class Forked:
    """A process of a nursery, with the manners of a server that is kept (`deploy.guarded_process.GuardedProcess`)."""

    def __init__(self, nursery: Nursery, env: Mapping[str, str], log: Path) -> None:
        self._nursery = nursery
        self._env = env
        self.log = log
        self._pid: int | None = nursery.start(env, log)

    @property
    def lives(self) -> bool:
        """Whether it was not stopped; the nursery would tell of anything else."""
        return self._pid is not None

    def stop(self, how: int = signal.SIGKILL) -> None:
        """Stop it by a signal and wait until it is gone."""
        if self._pid:
            self._nursery.stop(self._pid, how)
        self._pid = None

    def start(self) -> None:
        """Start it again."""
        self._pid = self._nursery.start(self._env, self.log)

    def end(self) -> None:
        """Stop it for good."""
        self.stop()

    def join(self) -> None:
        """It is gone already."""


class ForkedServer(LiveServer):
    """A process of a nursery that serves on a free port; a test may kill it and start it again."""

    def __init__(self, nursery: Nursery, settings: Settings, folder: Path, **extra: str) -> None:
        super().__init__(settings, folder, **extra)
        self._kept: Forked | None = None
        self._nursery = nursery

    def start(self) -> None:
        """Start the process and wait until it is healthy."""
        self._kept = Forked(self._nursery, self.env, self.log)
        self.wait(lambda: True)

    def kill(self) -> None:
        """End the process as a power cut would."""
        if self._kept:
            self._kept.stop()

    def stop(self) -> None:
        """End the process as an operator would."""
        if self._kept:
            self._kept.stop(signal.SIGTERM)


@pytest.fixture
def live_server(nursery: Nursery, settings: Settings, tmp_path: Path) -> Iterator[LiveServer]:
    """The server on this test's database, started."""
    server = ForkedServer(nursery, settings, tmp_path)
    server.start()
    yield server
    server.kill()


class QuickCluster(LocalDeployment):
    """A cluster on a test's own database, which is furnished already, with processes out of a nursery.

    Several processes have a Redis where the machine has one; without it they hear of each other a little later.
    """

    def __init__(self, nursery: Nursery, settings: Settings, processes: int) -> None:
        many = processes > 1 and find_server() is not None
        secret = settings.secret_key
        super().__init__(processes, database_url=settings.database_url, redis=many, TRAMA_SECRET_KEY=secret)
        self._nursery = nursery

    def _prepare(self) -> None:
        """There is nothing to do."""

    def _keep_worker(self, n: int, port: int) -> Forked:  # type: ignore[override]
        return Forked(self._nursery, {**self.env, "TRAMA_PORT": str(port)}, self.folder / f"{n}.log")
