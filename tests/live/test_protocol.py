"""The whole protocol, in orders that nobody thought of: each reader's screen is what the database holds, whatever happens.

Hypothesis makes up what people do: send, vanish before the answer, send again, edit, remove, leave, come back in
another order, be removed and be let in again, while the process is killed in between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase
from hypothesis import settings as rules_of
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import update

from app.core.clock import now
from app.core.database import db
from app.core.streams.services import revoke
from app.core.transactions import write_transaction
from app.features.accounts.models import ClusterRole, Person
from app.features.initiatives.models import Partner
from config import Settings
from tests.live.client import Client
from tests.live.conftest import cookie_of
from tests.live.reader import Reader, Screen
from tests.live.truth import Truth
from tests.support.app import both_databases, sign_in
from tests.support.factories import Make
from tests.support.nursery import Nursery, QuickCluster

EXAMPLES, STEPS = 10, 30
KILLS, SUSPENSIONS = 4, 5
WORDS = ("Ciao", "Cześć **wszystkim**", "Γειά σου, Σωκράτη 🌱", "<script>", "x" * 300)
readers = st.integers(0, 2)
streams = st.integers(0, 1)
orders = st.permutations((0, 1))
ago = st.integers(0, 3)
words = st.sampled_from(WORDS)


class Talk(RuleBasedStateMachine):
    """Two rooms and three people: Giulia whose organisation leads, Marek whose is a partner, Ioana who facilitates."""

    app: Flask
    make: Make
    cluster: QuickCluster
    kills: list[int]
    suspensions: list[int]
    visits = 0

    @initialize()
    def open_two_rooms(self) -> None:
        """Everybody comes in."""
        make = self.make
        giulia, self.marek = make.person("Giulia Rossi"), make.person("Marek Wójcik")
        ioana = make.person("Ioana Facilitator", role=ClusterRole.FACILITATOR)
        lead, self.partner = make.organisation(editor=giulia), make.organisation(editor=self.marek)
        self.initiatives = [make.initiative(lead, title) for title in ("Seeds", "Bread")]
        for initiative in self.initiatives:
            make.partner(initiative, self.partner)
        self.rooms = {room.stream_id: room.id for room in map(make.room, self.initiatives)}
        self.streams = list(self.rooms)
        self.truth = Truth(self.app, self.rooms)
        self.closed_to_marek: set[str] = set()
        self.people = (giulia, self.marek, ioana)
        self.readers = [Reader(self._door_of(person), self.rooms) for person in self.people]
        for reader in self.readers:
            reader.come(self.streams)

    # --- What people do ---------------------------------------------------------------------------------------

    @rule(who=readers, which=streams, body=words, answers=st.booleans(), times=st.integers(0, 3))
    def say(self, who: int, which: int, body: str, answers: bool, times: int) -> None:
        """Say something, perhaps in answer to what one sees last: once, in one breath, or gone before it is answered."""
        reader, stream = self._present(who), self.streams[which]
        payload = self._message(reader.screens[stream], body, answers)
        if not times:
            reader.send_and_vanish("room_post", payload)
            return
        for answer in reader.send("room_post", *[payload] * times):
            self._check(answer, self._may(who, stream))

    @rule(who=readers, at=ago, first=orders)
    def send_again(self, who: int, at: int, first: Sequence[int]) -> None:
        """Come back and send an old command under its old id: it was carried out, or it is now."""
        reader = self.readers[who]
        if reader.sent:
            sent = reader.sent[-1 - at % len(reader.sent)]
            self._come(who, first)
            known = sent.is_confirmed
            if self._may(who, self._stream_of(sent.payload["room"])):
                answer = reader.resend(sent)
                if not known:
                    self._check(answer, True, *(["conflict"] if "seq" in sent.payload else []))

    @rule(who=readers, which=streams, at=ago, body=words, how=st.sampled_from(("edit", "remove", "vanish")))
    def change(self, who: int, which: int, at: int, body: str, how: str) -> None:
        """Put other words in place of one's own, and others again, or take them away, or be gone before the answer."""
        reader, stream = self._present(who), self.streams[which]
        own = reader.posted_in(self.rooms[stream])
        if not own:
            return
        target = {"room": self.rooms[stream], "seq": own[-1 - at % len(own)]}
        first, second = ({**target, "body": each, "lang": "it"} for each in (body, f"{body}, or rather"))
        if how == "vanish":
            reader.send_and_vanish("room_edit", first)
            return
        may = self._may(who, stream)
        sent = ("room_remove", target) if how == "remove" else ("room_edit", first, second)
        for answer in reader.send(*sent):
            self._check(answer, may, *(["conflict"] if may else []))

    @rule(who=readers)
    def go(self, who: int) -> None:
        """Lose the network."""
        self.readers[who].go()

    @rule(who=readers, first=orders)
    def come_back(self, who: int, first: Sequence[int]) -> None:
        """Come back and follow the rooms in another order."""
        self._come(who, first)

    @rule(who=readers, which=streams)
    def look_away_for_a_moment(self, who: int, which: int) -> None:
        """Leave a room's channel and come into it again on the same connection."""
        reader, stream = self._present(who), self.streams[which]
        if stream in reader.followed:
            reader.leave(stream)
            reader.follow(stream)

    # --- What is done to people and processes ----------------------------------------------------------------

    @rule(which=streams)
    def partner_leaves(self, which: int) -> None:
        """Marek's organisation takes part no longer, or again."""
        stream = self.streams[which]
        left = stream not in self.closed_to_marek
        with self.app.app_context(), write_transaction():
            db.session.execute(
                update(Partner)
                .where(
                    Partner.initiative_id == self.initiatives[which].id,
                    Partner.organisation_id == self.partner.id,
                )
                .values(left_at=now() if left else None)
            )
            revoke(org_id=self.partner.id)
        if not left:
            self.closed_to_marek.discard(stream)
            return
        self.closed_to_marek.add(stream)
        marek = self.readers[1]
        marek.wait_for(lambda: stream not in marek.followed)
        if marek.client:
            assert marek.ask("subscribe", stream=stream, after=0)["code"] == "not_found"

    @precondition(lambda self: self.suspensions)
    @rule(first=orders)
    def marek_is_suspended_for_a_while(self, first: Sequence[int]) -> None:
        """He is shown the door, finds it closed, and is let in again."""
        self.suspensions.pop()
        marek = self.readers[1]
        self._suspend(True)
        marek.wait_for(lambda: marek.client is None)
        with pytest.raises(AssertionError):
            marek.open_socket()
        self._suspend(False)
        self._come(1, first)

    @precondition(lambda self: self.kills)
    @rule()
    def kill_a_process(self) -> None:
        """Cut the power of the first or the second; whoever was connected to it is not any more."""
        which = self.kills.pop() % len(self.cluster.workers)
        there = [reader for reader in self.readers if reader.is_at(self.cluster.ports[which])]
        self.cluster.kill_worker(which)
        self.cluster.start_worker(which)
        for reader in there:
            reader.wait_for(lambda reader=reader: reader.client is None)

    # --- What must hold -----------------------------------------------------------------------------------------

    @invariant()
    def nothing_comes_that_may_not(self) -> None:
        """Whatever has arrived by now belongs to a room that one follows, and is shown in its turn."""
        for reader in getattr(self, "readers", ()):
            reader.listen()

    @rule()
    def all_are_level(self) -> None:
        """Everybody's screen is what the database holds, and what whoever comes now would be shown."""
        for who, reader in enumerate(self.readers):
            self._come_if_away(who)
            for stream in self.streams:
                if self._may(who, stream):
                    self.truth.is_shown_by(reader, stream)

    def teardown(self) -> None:
        """At the end all are level, and everything that was confirmed is there."""
        if hasattr(self, "readers"):
            try:
                self.all_are_level()
                for person, reader in zip(self.people, self.readers, strict=True):
                    self.truth.holds(reader.sent, person)
            finally:
                for reader in self.readers:
                    reader.go()

    # --- How ------------------------------------------------------------------------------------------------------

    def _door_of(self, person: Person) -> Callable[[], Client]:
        """A way in that leads to each process in turn."""
        cookie = cookie_of(self.app, sign_in(self.app, person))

        def open_socket() -> Client:
            self.visits += 1
            url = self.cluster.worker_urls[self.visits % len(self.cluster.workers)]
            return Client(url, cookie, self.cluster.url).join(lang="en")

        return open_socket

    def _may(self, who: int, stream: str) -> bool:
        return who != 1 or stream not in self.closed_to_marek

    def _stream_of(self, room: int) -> str:
        return next(stream for stream, each in self.rooms.items() if each == room)

    def _come(self, who: int, first: Sequence[int]) -> None:
        self.readers[who].come([self.streams[at] for at in first if self._may(who, self.streams[at])])

    def _come_if_away(self, who: int) -> None:
        reader = self.readers[who]
        reader.listen()
        hers = {stream for stream in self.streams if self._may(who, stream)}
        if reader.client is None or not hers <= reader.followed:
            self._come(who, (0, 1))

    def _present(self, who: int) -> Reader:
        self._come_if_away(who)
        return self.readers[who]

    def _message(self, screen: Screen, body: str, answers: bool) -> dict[str, Any]:
        standing = [seq for seq, message in screen.talk.items() if not message["redacted"]]
        reply = {"reply_to": standing[-1]} if answers and standing else {}
        return {"room": screen.room, "body": body, "lang": "en", **reply}

    def _check(self, answer: dict[str, Any], may: bool, *refusals: str) -> None:
        """Whoever may is not refused, unless she is too fast or for the reasons given; whoever may not finds nothing."""
        assert may if answer["ok"] else answer["code"] in (*refusals, "too_many" if may else "not_found"), (
            answer
        )

    def _suspend(self, suspended: bool) -> None:
        with self.app.app_context(), write_transaction():
            person = db.session.get_one(Person, self.marek.id)
            person.suspended_at = now() if suspended else None
            revoke(person_id=person.id)


@pytest.fixture
def cluster(nursery: Nursery, settings: Settings) -> Iterator[QuickCluster]:
    """One process on SQLite, two on PostgreSQL."""
    processes = 1 if settings.database_url.startswith("sqlite") else 2
    with QuickCluster(nursery, settings, processes) as cluster:
        yield cluster


@pytest.mark.slow
@pytest.mark.xdist_group("nursery")
@both_databases
def test_every_screen_is_what_the_database_holds_whatever_happens(
    app: Flask, make: Make, cluster: QuickCluster
) -> None:
    limits = {"kills": list(range(KILLS)), "suspensions": list(range(SUSPENSIONS))}
    world = {"app": app, "make": make, "cluster": cluster, **limits}
    machine = type("Talk", (Talk,), world)
    run_state_machine_as_test(
        machine,
        settings=rules_of(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            derandomize=True,
            deadline=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
