"""All the people of an installation under attack: let in, made to talk, quietened, and asked whether they are level."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from app import create_app
from app.core.database import db
from bench.chaos.rows import Rows
from bench.chaos.simulated_user import Account, ServerUrls, SimulatedUser
from config import Settings
from tests.live.conftest import cookie_of
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
    accounts = []
    for number in range(load.clients):
        person = make.person(f"Person {number}")
        make.member(person, organisations[number % len(organisations)])
        room = rooms[number % len(rooms)]
        accounts.append(Account(person.name, cookie_of(app, sign_in(app, person)), {room.stream_id: room.id}))
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return accounts


class Crowd:
    """People who talk for as long as the context lasts."""

    def __init__(self, accounts: list[Account], place: ServerUrls, load: Load, rows: Rows) -> None:
        self.streams = sorted({stream for account in accounts for stream in account.rooms})
        self.rows = rows
        self._is_writing = threading.Event()
        every = load.clients / load.rate
        self.users = [
            SimulatedUser(account, place, every, self._is_writing, seed)
            for seed, account in enumerate(accounts)
        ]

    def __enter__(self) -> Crowd:
        for user in self.users:
            user.start()
        self.quieten()
        return self

    def __exit__(self, *nothing: object) -> None:
        for user in self.users:
            user.end()
        for user in self.users:
            user.join()

    def talk(self) -> None:
        """Begin to write."""
        self._is_writing.set()

    def quieten(self) -> bool:
        """Write nothing more, and wait until all is said and everybody shows it; returns whether that came about."""
        self._is_writing.clear()
        said = wait_until(lambda: all(user.has_said_all() for user in self.users))
        heads = self.rows.heads(self.streams)
        return wait_until(lambda: all(user.is_level(heads) for user in self.users)) and said

    def catch_up(self) -> list[float]:
        """How long from now until each is level with what the database holds now, and stays connected."""
        begun = time.monotonic()
        heads = self.rows.heads(self.streams)
        level: dict[SimulatedUser, float] = {}

        def look() -> bool:
            moment = time.monotonic()
            for user in self.users:
                if not user.is_level(heads):
                    level.pop(user, None)
                elif user not in level:
                    level[user] = moment - begun
            return len(level) == len(self.users) and moment - begun > SETTLED

        wait_until(look)
        return [level.get(user, TIMEOUT_SECONDS) for user in self.users]


def wait_until(holds: Callable[[], bool]) -> bool:
    """Wait until something holds; returns whether it came about."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True
