"""What the tests of accounts share."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.database import db
from app.core.jobs import Job
from app.core.limits import attempts
from app.features.accounts.models import Person
from app.features.accounts.services import passwords
from tests.support.door import Door
from tests.support.factories import Make

PASSWORD = "seven warm threads"


@pytest.fixture(autouse=True)
def no_attempts_yet(app: Flask) -> None:
    """Every test begins with all its attempts."""
    with app.app_context():
        attempts().reset()


@pytest.fixture
def giulia(app: Flask, make: Make) -> Person:
    """Giulia, who has a password."""
    with app.app_context():
        password_hash = passwords.hash_password(PASSWORD)
    return make.person("Giulia Rossi", email="giulia@example.org", password_hash=password_hash)


class Post:
    """The mails that were written, newest last."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def all(self) -> list[dict[str, str]]:
        """Each mail with its address, subject, body and language."""
        with self.app.app_context():
            return [
                job.payload
                for job in db.session.scalars(select(Job).where(Job.kind == "mail").order_by(Job.id))
            ]

    def link(self, part: str) -> str:
        """The path of the first address in the newest mail, which must contain `part`."""
        found = re.search(r"https?://[^/\s]+(/\S*)", self.all()[-1]["body"])
        assert found and part in found[1], self.all()[-1]["body"]
        return found[1]


@pytest.fixture
def post(app: Flask) -> Post:
    """The letter box."""
    return Post(app)


def secret_of(door: Door) -> str | None:
    """The secret of the sign-in that a browser holds."""
    with door.client.session_transaction() as cookie:
        return cookie.get("_user_id")
