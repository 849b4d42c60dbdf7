"""Files that people attach to what they say in a stream."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.database import Model, choice
from app.core.uploads.formats import Format
from app.core.uploads.names import MAX_NAME_LENGTH

MAX_FILES_PER_MESSAGE = 10
MAX_ALT_LENGTH = 500


class Attachment(Model):
    """A file in a stream, without its bytes.

    `event_seq` is the number of the event with which it was posted, None until then. `cid` is the sender's id for it,
    so that a file which is sent twice is kept once. `alt` describes a picture for those who do not see it.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        UniqueConstraint("person_id", "cid"),
        Index(None, "stream_id", "event_seq"),
        Index(None, "person_id", "created_at"),
        Index(None, "event_seq", "created_at"),
        CheckConstraint("byte_count > 0", name="has_bytes"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=lambda: secrets.token_urlsafe(16))
    stream_id: Mapped[str] = mapped_column(ForeignKey("stream.id", ondelete="CASCADE"))
    event_seq: Mapped[int | None]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    cid: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(MAX_NAME_LENGTH))
    format: Mapped[Format] = mapped_column(choice(Format, "format"))
    byte_count: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    width: Mapped[int | None]
    height: Mapped[int | None]
    alt: Mapped[str] = mapped_column(String(MAX_ALT_LENGTH), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
