"""Pages of a list: nothing twice, nothing lost, and no token that upsets a database."""

from __future__ import annotations

import base64
import json

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.errors import BadRequest
from app.core.pagination import Key, paginate
from app.features.accounts.models import Person
from tests.support.app import both_databases
from tests.support.factories import Make

KEYS = (Key(Person.name), Key(Person.created_at, descending=True), Key(Person.id))
pytestmark = both_databases


def walk(app: Flask, size: int) -> list[int]:
    """The ids of all people, page after page."""
    ids, token = [], None
    with app.app_context():
        while True:
            page = paginate(select(Person), KEYS, token, size)
            ids += [person.id for person in page.items]
            if page.next is None:
                return ids
            token = page.next


def test_pages_together_are_the_list(app: Flask, make: Make) -> None:
    """Also where many rows have the same name."""
    for name in ("Anna", "Bruno", "Anna", "Łucja", "Ελένη", "Anna", "Bruno"):
        make.person(name)
    whole = walk(app, 100)
    assert len(whole) == 7
    for size in (1, 2, 3, 7):
        assert walk(app, size) == whole


def test_somebody_who_joins_meanwhile_shifts_nothing(app: Flask, make: Make) -> None:
    """The second page begins where the first ended."""
    for name in ("Bruno", "Carla", "Dario"):
        make.person(name)
    with app.app_context():
        first = paginate(select(Person), KEYS, None, 2)
        names = [person.name for person in first.items]
    make.person("Anna")
    with app.app_context():
        second = paginate(select(Person), KEYS, first.next, 2)
        assert names + [person.name for person in second.items] == ["Bruno", "Carla", "Dario"]


def token_of(*values: object) -> str:
    """A token such as somebody might forge."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


@pytest.mark.parametrize(
    "forged",
    [
        "x",
        "%%%",
        "é",
        token_of(),
        token_of(1, "x", {}),
        token_of("Anna", "2026-01-01T00:00:00", 1),
        token_of("Anna", "2026-01-01T00:00:00+00:00", 2**70),
        token_of("An\x00na", "2026-01-01T00:00:00+00:00", 1),
        token_of("Anna", "2026-01-01T00:00:00+00:00", True),
    ],
)
def test_a_forged_token_is_refused_as_such(app: Flask, forged: str) -> None:
    """Never a traceback."""
    with app.app_context(), pytest.raises(BadRequest):
        paginate(select(Person), KEYS, forged)
