"""What the database holds of the rooms, for the test of the whole protocol: what every screen must show."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.core.database import db
from app.core.streams.kinds import kind_of
from app.core.streams.models import Stream
from app.core.streams.services import events_after
from app.features.accounts.models import Person
from app.features.rooms.models import Message
from tests.features.rooms.folding import fold
from tests.live.reader import Reader, Sent

KINDS = {"room_post": "message", "room_edit": "edited", "room_remove": "removed"}


class Truth:
    """The events of rooms' streams as the database holds them. `rooms` are their ids by their streams."""

    def __init__(self, app: Flask, rooms: dict[str, int]) -> None:
        self.app = app
        self.rooms = rooms
        self.known: dict[str, list[dict[str, Any]]] = {}

    def of(self, stream: str) -> list[dict[str, Any]]:
        """The events of a stream as they are now; looked at again whenever its head has moved."""
        with self.app.app_context():
            if db.engine.dialect.name == "postgresql":
                # What somebody sent before she vanished may come to pass between two queries.
                db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            kept = db.session.get_one(Stream, stream)
            known = self.known.get(stream, [])
            if len(known) != kept.head or not known:
                self.known[stream] = known = self._checked(kept)
        return known

    def _checked(self, kept: Stream) -> list[dict[str, Any]]:
        """All events: dense, each command once, agreeing with the messages' rows, and no older words left."""
        events = events_after(kept.id, 0, 10_000)
        assert [event.seq for event in events] == list(range(1, kept.head + 1))
        cids = [event.payload["cid"] for event in events if "cid" in event.payload]
        assert len(cids) == len(set(cids)), "no command was carried out twice"
        shown = kind_of(kept).present(events)
        query = select(Message).where(Message.room_id == self.rooms[kept.id]).order_by(Message.event_seq)
        rows = [(row.event_seq, row.body, row.removed_at is not None) for row in db.session.scalars(query)]
        said = {event["seq"]: event for event in shown if event["kind"] == "message"}
        assert [(seq, each["body"], each["redacted"]) for seq, each in said.items()] == rows
        telling = [each["seq"] for each in shown if each["kind"] == "edited" and not each["redacted"]]
        assert telling == sorted(each["edited"]["seq"] for each in said.values() if each["edited"])
        return shown

    def is_shown_by(self, reader: Reader, stream: str) -> None:
        """Wait until a screen is level, then compare; what somebody sent before she vanished may still come to pass."""
        screen, truth = reader.screens[stream], self.of(stream)
        while True:
            head = len(truth)
            reader.wait_for(lambda head=head: screen.last >= head)
            seen, truth = truth, self.of(stream)
            if len(seen) == len(truth) == screen.last:
                assert not screen.early and screen.talk == fold({}, truth)
                return

    def holds(self, commands: Iterable[Sent], person: Person) -> None:
        """Whatever was confirmed of somebody's commands is there, once, and is hers."""
        confirmed = [sent for sent in commands if (sent.answer or {}).get("ok")]
        for stream, room in self.rooms.items():
            truth = {event["seq"]: event for event in self.of(stream)}
            here = [sent for sent in confirmed if sent.payload["room"] == room]
            for sent in here:
                assert sent.answer
                event = truth[sent.answer["seq"]]
                # The same words again are no change: then the answer has the number of what said them.
                assert event["kind"] == KINDS[sent.event] or sent.event == "room_edit"
                assert event["actor"]["id"] == person.id
            posted = [sent.answer["seq"] for sent in here if sent.answer and sent.event == "room_post"]
            assert len(posted) == len(set(posted))
