"""Limits where those who count together cannot be asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from config import Settings
from tests.support.door import Door

Doors = Callable[..., Door]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """An installation whose Redis is away."""
    return replace(settings, redis_url="redis://127.0.0.1:1/0")


def test_without_its_redis_people_can_sign_in_and_nobody_can_guess_for_ever(door: Doors) -> None:
    browser = door()
    guess = {"email": "somebody-else@example.org", "password": "whatever it is"}
    answers = [browser.fill("/en/sign-in", **guess).status for _ in range(6)]
    assert answers == [422] * 5 + [429]
