"""Says at the end which of the real things (browsers, PostgreSQL, Redis) the tests ran with, and which are not installed.

With TRAMA_TEST_REQUIRE_ALL=1 a run fails in which one of them had no test, or any test was skipped: a green
run must not hide that nothing was tried.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest

from tests.e2e.engines.engines import ENGINES, INSTALLATION

MARKERS = {
    "browser": "browser",
    "page": "browser",
    "new_context": "browser",
    "postgres_server": "postgres",
    "redis_url": "redis",
}
NAMES = {
    **{key: engine.name for key, engine in ENGINES.items()},
    "browser": "browser",
    "postgres": "PostgreSQL",
    "redis": "Redis",
}
RAN = pytest.StashKey[Counter[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Start counting."""
    config.stash[RAN] = Counter()
    config.pluginmanager.register(_Listener(config.stash[RAN]), "trama-parts")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark a test by the real things among its fixtures, so that nobody has to."""
    for name in dict.fromkeys(MARKERS[each] for each in getattr(item, "fixturenames", ()) if each in MARKERS):
        item.add_marker(name)
    for name in NAMES:
        if item.get_closest_marker(name):
            item.user_properties.append(("part", name))


class _Listener:
    """Counts the reports; under xdist those of all workers come to the controller."""

    def __init__(self, ran: Counter[str]) -> None:
        self.ran = ran

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped:
            self.ran["skipped"] += 1
        elif report.when == "call":
            self.ran.update(value for key, value in report.user_properties if key == "part")


def _lacks(ran: Counter[str]) -> list[str]:
    """What keeps a run from being a full one."""
    lacks = [f"no test ran with {name}" for part, name in NAMES.items() if not ran[part]]
    return lacks + ([f"{ran['skipped']} tests were skipped"] if ran["skipped"] else [])


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail a run that had to be a full one and was not."""
    required = os.environ.get("TRAMA_TEST_REQUIRE_ALL") == "1" and not hasattr(session.config, "workerinput")
    if required and exitstatus == pytest.ExitCode.OK and _lacks(session.config.stash[RAN]):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what ran."""
    ran = config.stash[RAN]
    counts = ", ".join(f"{name} {ran[part]}" for part, name in NAMES.items())
    terminalreporter.write_line(f"Tests with the real thing: {counts}; skipped: {ran['skipped']}.")
    missing = [engine.name for engine in ENGINES.values() if not engine.is_installed]
    if missing:
        terminalreporter.write_line(f"Not installed: {', '.join(missing)}. On Debian: {INSTALLATION}")
    if os.environ.get("TRAMA_TEST_REQUIRE_ALL") == "1":
        for lack in _lacks(ran):
            terminalreporter.write_line(f"Not a full run: {lack}.", red=True)
