"""What every test may ask for. Fixtures live in tests/support, by what they give."""

from __future__ import annotations

import gc

from hypothesis import settings

pytest_plugins = [
    "tests.support.shared",
    "tests.support.scheduling",
    "tests.support.time_limits",
    "tests.support.browser",
    "tests.support.proxy",
    "tests.support.parts",
    "tests.support.postgres",
    "tests.support.redis",
    "tests.support.app",
    "tests.support.nursery",
    "tests.support.factories",
    "tests.support.translator",
]

# A deadline measures the machine; and the same commit must give the same result twice.
settings.register_profile("trama", deadline=None, derandomize=True, database=None)
settings.load_profile("trama")

MIN_NEW_OBJECTS = 100_000
"""How many objects more than before make Python look for garbage; its own 700 cost a tenth of what small tests do."""


def pytest_collection_finish() -> None:
    """Leave what was imported and collected out of garbage collection: it stays until the end of the run anyway."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(MIN_NEW_OBJECTS, 10, 20)
