"""What all workers of one test run share: made by the first that asks for it, found there by the others."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

MEMORY = Path("/dev/shm")
ROOM = 2 * 1024**3
FOLDER = pytest.StashKey[Path]()
CONTROLLER = pytest.StashKey[int]()


class Shared:
    """A folder for the whole run, and the process at whose end the run is over."""

    def __init__(self, folder: Path, controller: int) -> None:
        self.folder = folder
        self.controller = controller

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """The answer of `make`, called by one worker only; it must be plain data."""
        with (self.folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            answer = self.folder / f"{name}.json"
            if not answer.exists():
                answer.write_text(json.dumps(make()))
            return json.loads(answer.read_text())


def use_memory() -> None:
    """Keep what the tests write in memory where there is room: no test cuts the power, and a disk may be slow."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
        os.environ.setdefault("TMPDIR", str(MEMORY))
        tempfile.tempdir = None


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder in the controller; find it in a worker."""
    use_memory()
    told = getattr(config, "workerinput", {})
    config.stash[FOLDER] = Path(told.get("shared_folder") or tempfile.mkdtemp(prefix="trama-run-"))
    config.stash[CONTROLLER] = told.get("controller") or os.getpid()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each worker where the folder is."""
    node.workerinput["shared_folder"] = str(node.config.stash[FOLDER])
    node.workerinput["controller"] = node.config.stash[CONTROLLER]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take the folder away when the run is over."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(config.stash[FOLDER], ignore_errors=True)


@pytest.fixture(scope="session")
def shared(pytestconfig: pytest.Config) -> Shared:
    """What the workers of this run share."""
    return Shared(pytestconfig.stash[FOLDER], pytestconfig.stash[CONTROLLER])
