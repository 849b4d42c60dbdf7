"""Groups of tests stay on one worker, and a test that hangs fails by its name."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from config import ROOT

PLUGINS = (
    *("xdist.plugin", "pytest_timeout"),
    *("tests.support.shared", "tests.support.scheduling", "tests.support.time_limits"),
)
TESTS = """
import time
import pytest

@pytest.mark.parametrize("number", range(4))
def test_alone(number):
    pass

@pytest.mark.xdist_group("first")
@pytest.mark.parametrize("number", range(4))
def test_first(number):
    time.sleep(0.05)

@pytest.mark.xdist_group("second")
@pytest.mark.parametrize("number", range(4))
def test_second(number):
    time.sleep(0.05)

@pytest.mark.slow
@pytest.mark.timeout(1)
def test_hanging():
    time.sleep(60)
"""
REPORT = re.compile(r"\[(gw\d)\].* (PASSED|FAILED) .*::test_(\w+)")


CRASH = """
import os
import pytest

@pytest.mark.parametrize("number", range(6))
def test_one(number):
    if number == 2:
        os._exit(1)
"""


def run(folder: Path, tests: str, *options: str) -> str:
    """What pytest prints of these tests, run by our scheduler in a process of its own."""
    (folder / "test_sample.py").write_text(tests)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n    slow: takes long\n")
    words = ["--dist=loadgroup", "-v", *options, *(f"-p{name}" for name in PLUGINS)]
    env = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT)}
    env.pop("PYTEST_XDIST_WORKER", None)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.stdout + done.stderr


def test_a_group_stays_on_one_worker_and_begins_before_others_and_a_test_that_hangs_fails(
    tmp_path: Path,
) -> None:
    printed = run(tmp_path, TESTS, "-n2")
    reports = REPORT.findall(printed)
    assert len(reports) == 13, printed
    for worker in ("gw0", "gw1"):
        order = [test for by, _, test in reports if by == worker]
        assert order[:4] in (["first"] * 4, ["second"] * 4), "each worker begins with a whole group"
    assert [test for _, outcome, test in reports if outcome == "FAILED"] == ["hanging"]
    assert "Timeout (>1.0s) from pytest-timeout" in printed


def test_a_run_goes_on_after_a_worker_crashed(tmp_path: Path) -> None:
    printed = run(tmp_path, CRASH, "-n1")
    assert "1 failed, 5 passed" in printed


def test_a_run_has_one_worker_more_than_there_are_cores(tmp_path: Path) -> None:
    printed = run(tmp_path, "def test_one():\n    pass\n", "-nauto")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    assert f"created: {min(cores + 1, 6)}/" in printed, printed
