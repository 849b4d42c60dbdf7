"""Spreads the tests over the workers of xdist: a group stays on one worker, and what takes long begins first.

pytest-xdist 3.8 tells its scheduler the groups through an attribute that pytest 9.2 no longer reads
(pytest-xdist issue 1386): `--dist=loadgroup` alone takes every test for a group of its own, without a warning.
Here the workers write the groups to the folder that the run shares, and the scheduler reads them there.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from tests.support.shared import FOLDER

FILE = "groups.json"
MOST_WORKERS = 6
"""Each holds half a gigabyte, with its browser and its servers twice as much."""
MIN_PENDING_TESTS = 2


def group_of(item: pytest.Item) -> str | None:
    """The name of the group to which a test belongs."""
    marker = item.get_closest_marker("xdist_group")
    return str(marker.args[0]) if marker else None


def rank(item: pytest.Item) -> int:
    """The place of a test in a run: groups first, then slow tests, then those with a browser, then all others."""
    if group_of(item):
        return 0
    return 1 if item.get_closest_marker("slow") else 2 if item.get_closest_marker("browser") else 3


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In a worker, sort the tests by rank and write down the groups.

    Short tests at the end keep all workers busy until the end of the run.
    """
    if not hasattr(config, "workerinput"):
        return
    items.sort(key=rank)
    groups = {item.nodeid: group for item in items if (group := group_of(item))}
    unfinished = config.stash[FOLDER] / f"{os.getpid()}.{FILE}"
    unfinished.write_text(json.dumps(groups))
    unfinished.replace(config.stash[FOLDER] / FILE)


class GroupScheduling(LoadScopeScheduling):
    """Sends the tests of a group to the same worker, and others one by one to the next idle worker."""

    def __init__(self, folder: Path, config: pytest.Config, log: Any) -> None:
        super().__init__(config, log)
        self._folder = folder
        self._groups: dict[str, str] = {}

    def schedule(self) -> None:
        """Read the groups and distribute the tests; called when all workers have collected."""
        written = self._folder / FILE
        # Workers that were asked for a file that does not exist write none; the run ends with "no tests ran".
        self._groups = json.loads(written.read_text()) if written.exists() else {}
        super().schedule()

    def remove_node(self, node: WorkerController) -> str | None:
        """Take a worker out; returns the test in which it crashed, which has failed: xdist 3.8 would run it again."""
        for tests in self.assigned_work[node].values():
            for crashed, completed in tests.items():
                if not completed:
                    tests[crashed] = True
                    super().remove_node(node)
                    return crashed
        return super().remove_node(node)

    def _reschedule(self, node: WorkerController) -> None:
        """Give a worker two tests or tell it that no more will come: xdist's workers begin a test when they know the next.

        xdist 3.8 gives the worker that takes the place of a crashed one a single group, which may be a single test.
        """
        super()._reschedule(node)
        while not node.shutting_down and self._pending_of(self.assigned_work[node]) < MIN_PENDING_TESTS:
            super()._reschedule(node)

    def _split_scope(self, nodeid: str) -> str:
        return self._groups.get(nodeid, nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> GroupScheduling | None:
    """Take the place of xdist's own scheduler for `--dist=loadgroup`."""
    if config.getvalue("dist") != "loadgroup":
        return None
    config.option.loadscopereorder = False  # the order of the collection is that of the ranks
    return GroupScheduling(config.stash[FOLDER], config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are cores: many tests wait, for frames of a browser or for limits that end.

    Those of bad networks use a core for a fifth of their time.
    """
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable + 1, MOST_WORKERS)
