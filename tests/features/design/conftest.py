"""A design session at work: people from three countries, a facilitator, and their commands without a network."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask, g

from app.core.database import db
from app.core.errors import AppError, SignInNeeded
from app.core.http.request_actor import actor_transaction
from app.core.live.commands import commands_of
from app.features.accounts.models import ClusterRole, Person
from app.features.design.models.sessions import DesignSession
from app.features.design.projections.public_state import public_state
from app.features.design.queries.board import last_step
from app.features.design.queries.sessions import running_phase, snapshot_of
from app.features.design.services import drafts, participants
from tests.support.app import sign_in
from tests.support.factories import Make

WRITING = {"kind": "silent_writing", "title": "Write", "prompt": "What hinders you?", "minutes": 5}
REVEAL = {"kind": "reveal", "title": "Reveal", "minutes": 0}
CLUSTER = {"kind": "cluster", "title": "Cluster", "minutes": 10}
VOTE = {"kind": "dot_vote", "title": "Vote", "minutes": 5, "policy": {"vote": 3}}
OPEN_WRITING = {"kind": "how_might_we", "title": "Ideas", "minutes": 10}
COMMITMENTS = {"kind": "commitments", "title": "Commit", "minutes": 10}
PROMISE = {"what": "Write the letter", "by_when": "2100-05-01", "lang": "en"}
LAST = {"kind": "check_out", "title": "Goodbye", "minutes": 5}
USUAL = (WRITING, REVEAL, CLUSTER, VOTE, LAST)


class Refused(Exception):
    """A command was refused; `code` and `message` as the ack tells them."""

    def __init__(self, error: AppError) -> None:
        super().__init__(error.code, str(error.message), error.fields)
        self.code = error.code
        self.message = str(error.message)
        self.fields = error.fields


class _Tried(Exception):
    """Ends a transaction in which something was only tried."""


class Table:
    """One design session and its people; `do` sends a command as the live door would."""

    def __init__(self, app: Flask, make: Make) -> None:
        self.app = app
        self.make = make
        self.tokens: dict[int, str] = {}
        self.facilitator = make.person("Ioana Facilitator", role=ClusterRole.FACILITATOR)
        self.people: list[Person] = []
        self.organisations: list[Any] = []
        for name, organisation, country in (
            ("Giulia Rossi", "Il Filo Verde", "IT"),
            ("Marek Wójcik", "Zielona Spółdzielnia", "PL"),
            ("Eleni Pavlou", "Prasini Geitonia", "CY"),
        ):
            self.add(name, organisation, country)
        self.id = 0

    def add(self, name: str, organisation: str, country: str) -> Person:
        """Somebody who acts for an organisation of her own."""
        person = self.make.person(name)
        self.people.append(person)
        self.organisations.append(self.make.organisation(organisation, country=country, editor=person))
        return person

    @contextmanager
    def acting(self, person: Person | None) -> Iterator[Any]:
        """A writing transaction in somebody's name."""
        token = None
        if person is not None:
            token = self.tokens.get(person.id) or sign_in(self.app, person)
            self.tokens[person.id] = token
        with self.app.app_context():
            g.token = token
            with actor_transaction() as actor:
                yield actor

    def prepare(self, *phases: Mapping[str, Any], columns: Sequence[str] = ("Ideas",), **more: Any) -> int:
        """A draft by the facilitator, to which everybody is invited."""
        method = {"code": "tried", "version": 1, "columns": list(columns), "phases": list(phases or USUAL)}
        with self.acting(self.facilitator) as actor:
            self.id = drafts.prepare(actor, title="Seeds", lang="en", method=method, **more).id
            for person in self.people:
                participants.invite(actor, self.id, person.id)
        return self.id

    def start(self, *phases: Mapping[str, Any], **more: Any) -> int:
        """A design session that goes on, with everybody in it."""
        self.prepare(*phases, **more)
        self.desk("start")
        for person in self.people:
            self.do(person, "join")
        return self.id

    def do(
        self, person: Person | None, command: str, cid: str | None = None, /, **content: Any
    ) -> dict[str, Any]:
        """Send `design_<command>`; raises Refused."""
        found = commands_of(self.app)[f"design_{command}"]
        content = {"design": self.id, **self.seen_by_page(command), **content}
        form = found.form.model_validate({"v": 2, "cid": cid or secrets.token_urlsafe(12), **content})
        try:
            with self.acting(person) as actor:
                if actor.person is None:
                    raise SignInNeeded
                return found.handle(actor, form)
        except AppError as error:
            raise Refused(error) from error

    def seen_by_page(self, command: str) -> dict[str, Any]:
        """What a command says that its sender sees, as the page does: the phase that goes on, the last step."""
        if command not in ("go", "timer", "undo"):
            return {}
        with self.app.app_context():
            design_session = db.session.get_one(DesignSession, self.id)
            if command == "undo":
                step = last_step(design_session)
                return {"step": step.number if step else 0}
            phase = running_phase(design_session)
            return {"from": phase.id if phase else None, "run": phase.run if phase else 0}

    def accepts(self, person: Person, command: str, content: Mapping[str, Any]) -> bool:
        """Whether a command would be carried out now; nothing of it is kept."""
        try:
            with self.acting(person) as actor:
                form = commands_of(self.app)[f"design_{command}"]
                asked = {
                    "v": 2,
                    "cid": secrets.token_urlsafe(12),
                    "design": self.id,
                    **self.seen_by_page(command),
                    **content,
                }
                form.handle(actor, form.form.model_validate(asked))
                raise _Tried
        except _Tried:
            return True
        except AppError:
            return False

    def desk(self, command: str, /, **content: Any) -> dict[str, Any]:
        """Send a command as the facilitator."""
        return self.do(self.facilitator, command, **content)

    def state(self) -> dict[str, Any]:
        """The state that readers are told; it must be the one that the rows make."""
        with self.app.app_context():
            design_session = db.session.get_one(DesignSession, self.id)
            snapshot = snapshot_of(design_session)["state"]
            assert snapshot == public_state(design_session)
            return snapshot

    def column(self, title: str = "") -> int:
        """The id of a column, the first one unless named."""
        columns = self.state()["columns"]
        chosen = sorted(columns, key=lambda number: columns[number]["rank"])
        return int(next(number for number in chosen if title in ("", columns[number]["title"])))

    def write(self, person: Person, text: str, column: int | None = None) -> str:
        """Write a card; returns the key that only its author knows."""
        before = set(self.mine(person)["cards"])
        answer = self.do(person, "card_add", column=column or self.column(), text=text, lang="en")
        (own,) = set(answer["mine"]["cards"]) - before
        return own

    def mine(self, person: Person) -> dict[str, Any]:
        """What is one person's own."""
        return self.do(person, "join")["mine"]

    def key(self, text: str) -> str:
        """The key of the card with this text, as everybody sees it."""
        return next(key for key, card in self.state()["cards"].items() if card.get("text") == text)


@pytest.fixture
def table(app: Flask, make: Make) -> Table:
    """A table with three people from three countries and a facilitator."""
    return Table(app, make)
