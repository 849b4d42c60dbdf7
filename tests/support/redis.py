"""A real Redis for the tests: one for each worker, so that no channel is shared."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from deploy.redis import MISSING, RedisServer, find_server


def start_redis() -> RedisServer:
    """Start a Redis that stops with this process; skips the test where the machine has none."""
    if find_server() is None:
        pytest.skip(MISSING)
    return RedisServer(Path(tempfile.mkdtemp(prefix="trama-redis-")), os.getpid())


@pytest.fixture(scope="session")
def redis_url() -> str:
    """The address of this worker's own Redis, by its Unix socket."""
    return start_redis().url
