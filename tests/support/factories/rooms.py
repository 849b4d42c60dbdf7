"""Rooms and what is said in them."""

from __future__ import annotations

import io
import secrets

from sqlalchemy import select

from app.core.actors import Actor
from app.core.clock import now
from app.core.database import db
from app.core.streams.services import open_stream
from app.core.transactions import write_transaction
from app.core.uploads.storage import received
from app.features.accounts.models import Person
from app.features.files.services import FileReference
from app.features.initiatives.models import Initiative
from app.features.introductions.models import Introduction
from app.features.organisations.models import Organisation
from app.features.rooms.models import Message, MessageReport, Room, RoomKind, RoomText
from app.features.rooms.services import add_file, post_message
from app.features.translation.models import Translation
from tests.support.factories.rows import Rows


class Rooms(Rows):
    """Makes rooms and messages."""

    def room(self, owner: Initiative | Introduction) -> Room:
        """The room of an initiative or of an introduction; the one that is there, if it is."""
        kind = RoomKind.INITIATIVE if isinstance(owner, Initiative) else RoomKind.INTRODUCTION
        column = f"{kind.value}_id"
        with self.app.app_context(), write_transaction():
            room = db.session.scalar(select(Room).filter_by(**{column: owner.id}))
            if room is None:
                room = Room(kind=kind, stream_id=open_stream("room").id, **{column: owner.id})
                db.session.add(room)
                db.session.flush()
            db.session.refresh(room)
            db.session.expunge(room)
        return room

    def theme(self, title: str = "Public contracts that include", about: str = "") -> Room:
        """The room of a theme, opened by nobody in particular."""
        with self.app.app_context(), write_transaction():
            room = Room(
                kind=RoomKind.THEME,
                stream_id=open_stream("room").id,
                texts=[RoomText(lang="en", title=title, about=about)],
            )
            db.session.add(room)
            db.session.flush()
            db.session.refresh(room)
            db.session.expunge(room)
        return room

    def message(self, room: Room, person: Person, organisation: Organisation, body: str = "Hello") -> int:
        """Something said in a room; returns its number."""
        with self.app.app_context(), write_transaction():
            actor = Actor(person, organisation, "editor", (organisation,))
            return int(post_message(actor, room.id, secrets.token_urlsafe(12), body, "en")["seq"])

    def file(self, room: Room, person: Person, organisation: Organisation, name: str = "note.txt") -> str:
        """A text that was posted in a room; returns its id."""
        actor = Actor(person, organisation, "editor", (organisation,))
        with (
            self.app.app_context(),
            received(io.BytesIO(b"Twelve chairs"), name) as stored,
            write_transaction(),
        ):
            kept = add_file(actor, room.id, secrets.token_urlsafe(12), stored)
            post_message(
                actor, room.id, secrets.token_urlsafe(12), "Look", "en", files=[FileReference(kept.id)]
            )
            return kept.id

    def translation(
        self, room: Room, seq: int, body: str = "Ciao", lang: str = "it", corrected_by: Person | None = None
    ) -> Translation:
        """What a message says in another language."""
        with self.app.app_context():
            message = db.session.scalar(select(Message.id).filter_by(room_id=room.id, event_seq=seq))
        return self._keep(
            Translation(
                message_id=message,
                lang=lang,
                body=body,
                corrected_by=corrected_by and corrected_by.id,
                corrected_at=corrected_by and now(),
            )
        )

    def message_report(self, room: Room, seq: int, person: Person | None = None) -> MessageReport:
        """That somebody wants a message to be looked at."""
        with self.app.app_context():
            message = db.session.scalar(select(Message.id).filter_by(room_id=room.id, event_seq=seq))
        report = MessageReport(
            message_id=message, person_id=person and person.id, why="It is rude", lang="en"
        )
        return self._keep(report)
