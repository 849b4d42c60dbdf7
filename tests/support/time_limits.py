"""Limits the time of each test, so that one that hangs fails by its name and does not hold the run.

pytest-timeout raises in the test where it hangs (`timeout` in pyproject.toml; for slow tests the one below). A test that
catches even that ends with its worker after `faulthandler_timeout`; xdist names the test and starts another worker.
"""

from __future__ import annotations

import pytest

SLOW_TEST_SECONDS = 600


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give slow tests without a limit of their own a longer one."""
    for item in items:
        if item.get_closest_marker("slow") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(SLOW_TEST_SECONDS))
