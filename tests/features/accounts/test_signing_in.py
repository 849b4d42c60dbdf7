"""Signing in and out, through the pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app.core.limits import limiter
from app.features.accounts import services
from app.features.accounts.models import Person
from tests.support.door import Door
from tests.support.factories import Make

PASSWORD = "seven warm threads"
WRONG = "This address and this password do not belong together."


@pytest.fixture(autouse=True)
def no_attempts_yet(app: Flask) -> None:
    """Every test begins with all its attempts."""
    with app.app_context():
        limiter.reset()


@pytest.fixture
def giulia(app: Flask, make: Make) -> Person:
    """Somebody with a password."""
    with app.app_context():
        password_hash = services.hash_password(PASSWORD)
    return make.person("Giulia Rossi", email="giulia@example.org", password_hash=password_hash)


def secret_of(door: Door) -> str | None:
    """The secret that a browser holds."""
    with door.client.session_transaction() as cookie:
        return cookie.get("_user_id")


def test_a_person_signs_in_however_she_writes_her_address(door: Callable[..., Door], giulia: Person) -> None:
    seen = door().fill("/en/sign-in", email=" Giulia@Example.ORG ", password=PASSWORD, follow=True)
    assert seen.status == 200 and "Giulia Rossi" in seen.text
