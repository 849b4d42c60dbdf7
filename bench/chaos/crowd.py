"""All the people of an installation under attack: let in, made to talk, quietened, and asked whether they are level."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from app import create_app
from app.core.database import db
from app.core.streams.models import Stream
from bench.chaos.pages import Account, Pages, ServerUrls, SimulatedUser
from bench.chaos.rows import Rows
from config import Settings
from tests.live.conftest import cookie_of, csrf_token_of
from tests.support.app import sign_in
from tests.support.factories import Make

TIMEOUT_SECONDS = 90.0
POLL_SECONDS = 0.005
SETTLED = 0.5
"""How long after the return of the service somebody may still notice that she was cut off."""


@dataclass(frozen=True)
class Load:
    """How many people talk in how many rooms, each in one, and how many messages a second they write together."""

    clients: int = 30
    rooms: int = 5
    rate: float = 50.0


def settle(settings: Settings, load: Load) -> list[Account]:
    """Put people, initiatives with their rooms and sign-ins into an empty database."""
    app = create_app(settings)
    make = Make(app)
    organisations = [
        make.organisation(name) for name in ("Il Filo Verde", "Zielona Spółdzielnia", "Die Werkstatt")
    ]
    initiatives = [make.initiative(organisations[0], f"Initiative {number}") for number in range(load.rooms)]
    for initiative in initiatives:
        for organisation in organisations[1:]:
            make.partner(initiative, organisation)
    rooms = [make.room(initiative) for initiative in initiatives]
    with app.app_context():
        epochs = {room.id: db.session.get_one(Stream, room.stream_id).epoch for room in rooms}
    accounts = []
    for number in range(load.clients):
        person = make.person(f"Person {number}")
        organisation = organisations[number % len(organisations)]
        make.member(person, organisation)
        room = rooms[number % len(rooms)]
        cookie = cookie_of(app, sign_in(app, person))
        acting_as = f"{person.id}:{organisation.id}"
        accounts.append(
            Account(
                person.name, cookie, csrf_token_of(app), acting_as, room.id, room.stream_id, epochs[room.id]
            )
        )
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return accounts


class Crowd:
    """People who talk for as long as the context lasts."""

    def __init__(self, accounts: list[Account], urls: ServerUrls, load: Load, rows: Rows) -> None:
        self.streams = sorted({account.stream for account in accounts})
        self.rows = rows
        self._pages = Pages(accounts, urls, every=load.clients / load.rate)
        self.users = self._pages.users

    def __enter__(self) -> Crowd:
        self._pages.__enter__()
        return self

    def __exit__(self, *nothing: object) -> None:
        self._pages.__exit__()

    def talk(self) -> None:
        """Begin to write."""
        self._pages.talk(True)

    def quieten(self) -> bool:
        """Write nothing more, and wait until all is said and everybody shows it; returns whether that came about."""
        self._pages.talk(False)
        said = self._wait_until(self._pages.is_quiet)
        heads = self.rows.heads(self.streams)
        return self._wait_until(lambda: all(_is_level(user, heads) for user in self.users)) and said

    def catch_up(self) -> list[float]:
        """How long from now until each is level with what the database holds now, and stays connected."""
        begun = time.monotonic()
        heads = self.rows.heads(self.streams)
        level: dict[str, float] = {}

        def look() -> bool:
            moment = time.monotonic()
            for user in self.users:
                if not _is_level(user, heads):
                    level.pop(user.account.name, None)
                elif user.account.name not in level:
                    level[user.account.name] = moment - begun
            return len(level) == len(self.users) and moment - begun > SETTLED

        self._wait_until(look)
        return [level.get(user.account.name, TIMEOUT_SECONDS) for user in self.users]

    def _wait_until(self, holds: Callable[[], bool]) -> bool:
        """Wait until something holds of the pages; raises RuntimeError where one came to an end."""

        def look() -> bool:
            self._pages.check()
            return holds()

        return wait_until(look)


def _is_level(user: SimulatedUser, heads: dict[str, int]) -> bool:
    return user.is_level(heads[user.account.stream])


def wait_until(holds: Callable[[], bool]) -> bool:
    """Wait until something holds; returns whether it came about."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True
