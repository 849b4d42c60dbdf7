"""The four kinds of fault, each with the installation that it hits."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.chaos.pages import ServerUrls
from deploy.local_deployment import LocalDeployment, is_healthy

MAX_OUTAGE_SECONDS = 2.0
Mend = Callable[[], None]


@dataclass(frozen=True)
class Fault:
    """A kind of fault.

    `begin(logs)` makes the installation, not started yet; `strike(cluster, number, chance)` breaks something and
    returns what brings it back; `is_back(cluster)` tells whether the service can be reached, or what was broken.
    """

    says: str
    begin: Callable[[Path], LocalDeployment]
    strike: Callable[[LocalDeployment, int, random.Random], Mend]
    is_back: Callable[[LocalDeployment], bool]


def server_urls_of(cluster: LocalDeployment) -> ServerUrls:
    """Where people reach it: a process that is alone needs no balancer before it."""
    alone = len(cluster.worker_urls) == 1
    return ServerUrls(cluster.worker_urls[0] if alone else cluster.url, cluster.url)


def _alone(logs: Path) -> LocalDeployment:
    return LocalDeployment(1, database_url=f"sqlite:///{logs / 'trama.db'}", redis=False, logs=logs)


def _two(logs: Path) -> LocalDeployment:
    return LocalDeployment(2, logs=logs)


def _answers(cluster: LocalDeployment) -> bool:
    return is_healthy(server_urls_of(cluster).address)


def _kill_worker(cluster: LocalDeployment, number: int, chance: random.Random) -> Mend:
    which = number % len(cluster.workers)
    cluster.kill_worker(which)
    return lambda: cluster.start_worker(which)


def _stop_redis(cluster: LocalDeployment, number: int, chance: random.Random) -> Mend:
    redis = cluster.redis
    assert redis is not None
    redis.kill()
    return lambda: _wait_and(chance, redis.start)


def _redis_answers(cluster: LocalDeployment) -> bool:
    return cluster.redis is not None and cluster.redis.answers()


def _stop_postgres(cluster: LocalDeployment, number: int, chance: random.Random) -> Mend:
    """In turn as a crash and as an operator would."""
    postgres = cluster.postgres
    assert postgres is not None and postgres.kept is not None
    postgres.kept.stop((signal.SIGQUIT, signal.SIGINT)[number % 2])
    return lambda: _wait_and(chance, postgres.start)


def _wait_and(chance: random.Random, act: Callable[[], None]) -> None:
    time.sleep(chance.uniform(0, MAX_OUTAGE_SECONDS))
    act()


FAULTS = {
    "sqlite": Fault("kill -9 of the process, SQLite", _alone, _kill_worker, _answers),
    "processes": Fault("kill -9 of one of two processes, PostgreSQL", _two, _kill_worker, _answers),
    "redis": Fault("kill and restart of Redis", _two, _stop_redis, _redis_answers),
    "postgres": Fault("crash or restart of PostgreSQL", _two, _stop_postgres, _answers),
}
