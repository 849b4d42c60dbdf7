"""A whole cluster of processes on this machine: PostgreSQL, Redis, processes of Trama and a balancer before them.

For trying it, for tests and for measuring; every part can be killed and started again.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from types import TracebackType

from deploy import balancer
from deploy.guarded_process import GuardedProcess, wait_until_ready
from deploy.postgres import DURABLE, PostgresServer, start_postgres
from deploy.redis import RedisServer

ROOT = Path(__file__).resolve().parents[1]
DATABASE = "trama"


def operate(env: dict[str, str], *words: str) -> None:
    """Run one of Flask's commands as an operator would; raises RuntimeError with its words where it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", *words],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"flask {' '.join(words)} failed:\n{done.stdout}{done.stderr}")


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def is_healthy(url: str) -> bool:
    """Whether a process at this address can serve."""
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=5):
            return True
    except OSError:
        return False


class LocalDeployment:
    """A cluster that stops with this process, if not before.

    `processes` of `program` answer at `url`, the balancer's address on `port` (any free one, when 0). The database is
    a durable PostgreSQL of its own, unless `database_url` names one; there is a Redis, unless `redis` is False. `demo`
    fills the database with the demonstration, as whose people anybody may sign in. `settings` are further variables
    for the processes, whose words go into the folder `logs` (to the terminal, when None).
    """

    def __init__(
        self,
        processes: int = 2,
        *,
        port: int = 0,
        program: tuple[str, ...] = ("wsgi.py",),
        database_url: str | None = None,
        redis: bool = True,
        demo: bool = False,
        logs: Path | None = None,
        **settings: str,
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="trama-cluster-"))
        self.folder.chmod(0o711)  # PostgreSQL may run as somebody else
        self.program = program
        self.url = f"http://127.0.0.1:{port or free_port()}"
        self.ports = [free_port() for _ in range(processes)]
        self.worker_urls = [f"http://127.0.0.1:{port}" for port in self.ports]
        self.database_url = database_url or ""
        self.redis_url = ""
        self.postgres: PostgresServer | None = None
        self.redis: RedisServer | None = None
        self.workers: list[GuardedProcess] = []
        self._balancer: GuardedProcess | None = None
        self._secret = secrets.token_urlsafe(48)
        self._with_redis = redis
        self._demo = demo
        self._logs = logs
        self._settings = settings

    @property
    def env(self) -> dict[str, str]:
        """The environment of each process, but for its port."""
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("TRAMA_")},
            "TRAMA_SECRET_KEY": self._secret,
            "TRAMA_DATABASE_URL": self.database_url,
            "TRAMA_REDIS_URL": self.redis_url,
            "TRAMA_INSTANCE": str(self.folder / "instance"),
            "TRAMA_PUBLIC_URL": self.url,
            "TRAMA_PROXIES": "1",
            "TRAMA_DEMO": "1" if self._demo else "",
            **self._settings,
        }

    # --- As a whole -----------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start everything, the database migrated, and wait until it answers."""
        self._start_stores()
        self._prepare()
        for n, port in enumerate(self.ports):
            self.workers.append(self._keep_worker(n, port))
        for n in range(len(self.workers)):
            self._await_worker(n)
        self._start_balancer()

    def stop(self) -> None:
        """Stop everything, the processes of Trama first, and take the folder away."""
        stores = [store.kept for store in (self.redis, self.postgres) if store and store.kept]
        for parts in ([self._balancer] if self._balancer else [], self.workers, stores):
            for part in parts:
                part.end()
            for part in parts:
                part.join()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> LocalDeployment:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # --- Its parts ------------------------------------------------------------------------------------------

    def kill_worker(self, n: int) -> None:
        """End a process as a power cut would."""
        self.workers[n].stop(signal.SIGKILL)

    def start_worker(self, n: int) -> None:
        """Start a process again and wait until it can serve."""
        self.workers[n].start()
        self._await_worker(n)

    def restart_postgres(self) -> None:
        """Crash PostgreSQL and have it recover."""
        assert self.postgres is not None
        self.postgres.kill()
        self.postgres.start()

    # --- Starting -------------------------------------------------------------------------------------------

    def _start_stores(self) -> None:
        """Start what the processes share; PostgreSQL stops last, so the whole folder goes with it."""
        (self.folder / "instance").mkdir()
        if not self.database_url:
            self.postgres = start_postgres(self._room("postgres"), os.getpid(), DURABLE, tidied=self.folder)
            self.database_url = self.postgres.create(DATABASE)
        if self._with_redis:
            self.redis = RedisServer(self._room("redis"), os.getpid())
            self.redis_url = self.redis.url

    def _prepare(self) -> None:
        """Bring the database to the newest schema and fill it."""
        operate(self.env, "db", "upgrade")
        if self._demo:
            operate(self.env, "demo", "seed")

    def _keep_worker(self, n: int, port: int) -> GuardedProcess:
        env = {**self.env, "TRAMA_PORT": str(port)}
        return GuardedProcess(
            [sys.executable, *self.program], watched=os.getpid(), env=env, cwd=ROOT, log=self._log(n)
        )

    def _await_worker(self, n: int) -> None:
        wait_until_ready(lambda: is_healthy(self.worker_urls[n]), self.workers[n])

    def _start_balancer(self) -> None:
        words = balancer.command(self._room("caddy"), int(self.url.rpartition(":")[2]), self.ports)
        env = balancer.environment(self.folder / "caddy")
        tidied = None if self.postgres else self.folder
        self._balancer = GuardedProcess(
            words, watched=os.getpid(), folder=tidied, env=env, log=self._log("balancer")
        )
        wait_until_ready(lambda: is_healthy(self.url), self._balancer)

    def _room(self, name: str) -> Path:
        room = self.folder / name
        room.mkdir()
        return room

    def _log(self, name: str | int) -> Path | None:
        return self._logs / f"{name}.log" if self._logs else None
