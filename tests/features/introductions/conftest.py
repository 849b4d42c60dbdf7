"""Whose browsers ask and answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.door import Door
from tests.support.factories import Cast


@pytest.fixture
def giulia(door: Callable[..., Door], cast: Cast) -> Door:
    """Giulia, of Il Filo Verde."""
    return door(cast.member)


@pytest.fixture
def marek(door: Callable[..., Door], cast: Cast) -> Door:
    """Marek, of Zielona Spółdzielnia."""
    return door(cast.other)
