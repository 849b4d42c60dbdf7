"""The index of search: a row for each thing that can be found, with its words folded, and how far each kind was indexed.

The index for words is made by a migration, since models cannot describe it: on SQLite the FTS5 table `search_words`, which
triggers keep, on PostgreSQL a GIN index over `WORD_LIST`.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    literal_column,
    table,
    text,
)
from sqlalchemy import column as plain_column
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Model, choice, table_of

LARGE = BigInteger().with_variant(Integer, "sqlite")
WORD_LIST: ColumnElement[Any] = literal_column(
    "array_to_tsvector(string_to_array(search_text.words, ' '))", TSVECTOR
)
"""What the index on PostgreSQL holds of a row; a query that uses the index must say the same."""
FTS_WORDS = table("search_words", plain_column("rowid", Integer), plain_column("search_words", Text))
"""The FTS5 table on SQLite. Its column of the same name takes the question."""
FORGETS = "CASCADE"


class FoundKind(enum.StrEnum):
    """What can be found."""

    ORGANISATION = "organisation"
    INITIATIVE = "initiative"
    MESSAGE = "message"
    CARD = "card"
    COMMITMENT = "commitment"
    ROOM = "room"


def _owner(target: str, type_: type[Integer] | BigInteger | None = None) -> Mapped[int | None]:
    """The column of a kind of thing: the row goes with it."""
    if type_ is None:
        return mapped_column(ForeignKey(target, ondelete=FORGETS))
    return mapped_column(type_, ForeignKey(target, ondelete=FORGETS))


def _unique(name: str) -> Index:
    given = text(f"{name} IS NOT NULL")
    return Index(f"uq_search_text_{name}", name, unique=True, sqlite_where=given, postgresql_where=given)


class SearchText(Model):
    """The words of one thing. `words` are folded: its own, then lemmas, then where it belongs, between bars.

    Later ids are of later things. Those of cards are random, so that nothing tells in which order cards were written;
    `at` is the moment that readers may know.
    """

    __tablename__ = "search_text"
    __table_args__ = tuple(_unique(f"{kind}_id") for kind in FoundKind)

    id: Mapped[int] = mapped_column(LARGE, primary_key=True)
    kind: Mapped[FoundKind] = mapped_column(choice(FoundKind, "kind"))
    organisation_id: Mapped[int | None] = _owner("organisation.id")
    initiative_id: Mapped[int | None] = _owner("initiative.id")
    message_id: Mapped[int | None] = _owner("message.id")
    card_id: Mapped[int | None] = _owner("design_card.id", LARGE)
    commitment_id: Mapped[int | None] = _owner("design_commitment.id")
    room_id: Mapped[int | None] = _owner("room.id")
    at: Mapped[datetime]
    words: Mapped[str] = mapped_column(Text)


class SearchedRoom(Model):
    """Up to which event the messages of a room are in the index. Later ones are looked through as they are."""

    __tablename__ = "search_room"

    room_id: Mapped[int] = mapped_column(ForeignKey("room.id", ondelete=FORGETS), primary_key=True)
    seq: Mapped[int]


class SearchProgress(Model):
    """How far a kind of things has been brought into the index since it was emptied: up to `last_id`, or all of it."""

    __tablename__ = "search_progress"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    last_id: Mapped[int] = mapped_column(LARGE, default=0)
    done: Mapped[bool] = mapped_column(default=False)


ROWS: Table = table_of(SearchText)
OWNERS: Mapping[FoundKind, Column[Any]] = {kind: ROWS.c[f"{kind}_id"] for kind in FoundKind}
"""The column of each kind of thing."""
