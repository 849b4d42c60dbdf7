"""Reactions to messages: who said which word."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select

from app.core.database import db
from app.core.source_names import EventKind
from app.features.accounts.models import Person
from app.features.rooms.models import Message, Reaction, ReactionWord, Room

REACTION: EventKind = "reaction"
"""The kind of the event that tells how the reactions to a message stand."""


class Reacted(NamedTuple):
    """That a person said a word to a message."""

    word: ReactionWord
    person_id: int
    name: str


def reactions_in(stream_id: str, numbers: Collection[int]) -> Mapping[int, Sequence[Reacted]]:
    """The reactions to some messages of a stream by their numbers, the earliest first; in one query."""
    found: dict[int, list[Reacted]] = defaultdict(list)
    if numbers:
        rows = db.session.execute(
            select(Message.event_seq, Reaction.word, Person.id, Person.name)
            .join(Room, Room.id == Message.room_id)
            .join(Reaction, Reaction.message_id == Message.id)
            .join(Person, Person.id == Reaction.person_id)
            .where(Room.stream_id == stream_id, Message.event_seq.in_(numbers))
            .order_by(Reaction.id)
        )
        for seq, word, person_id, name in rows:
            found[seq].append(Reacted(word, person_id, name))
    return found


def has_reaction(message: Message, person_id: int | None, word: ReactionWord) -> bool:
    """Whether a person said a word to a message."""
    query = select(Reaction.id).where(
        Reaction.message_id == message.id, Reaction.person_id == person_id, Reaction.word == word
    )
    return db.session.scalar(query) is not None
