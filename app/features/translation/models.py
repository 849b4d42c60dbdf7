"""Translations of what people wrote, and which organisations allow them in the room of their introduction."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Model, Row
from app.core.rendered import rendered_column
from app.features.accounts.models import Person
from app.features.design.models.board import LARGE
from app.features.organisations.models import LONGEST_STORY

MAX_SOURCE_CHARS = LONGEST_STORY
"""A text with more characters is not translated. No text that people may write is longer."""
MAX_TRANSLATION_CHARS = 2 * MAX_SOURCE_CHARS
VERSION_CHARS = 32
GOES = "CASCADE"
SOURCES = ("message_id", "organisation_text_id", "initiative_text_id", "card_id")
"""The columns of which one names the text."""


class Translation(Row, Model):
    """A text in another language, `lang`; `corrected_by` is the person who corrected what the machine made of it.

    It belongs to the text as it is now: a change of the text, or of its language, deletes it in the same transaction.
    """

    __tablename__ = "translation"
    __table_args__ = (
        UniqueConstraint("message_id", "lang"),
        UniqueConstraint("organisation_text_id", "lang"),
        UniqueConstraint("initiative_text_id", "lang"),
        UniqueConstraint("card_id", "lang"),
        CheckConstraint(
            " OR ".join(
                "(" + " AND ".join(f"{each} IS {'NOT ' * (each == one)}NULL" for each in SOURCES) + ")"
                for one in SOURCES
            ),
            name="one_source",
        ),
    )

    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id", ondelete=GOES))
    organisation_text_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation_text.id", ondelete=GOES)
    )
    initiative_text_id: Mapped[int | None] = mapped_column(ForeignKey("initiative_text.id", ondelete=GOES))
    card_id: Mapped[int | None] = mapped_column(LARGE, ForeignKey("design_card.id", ondelete=GOES))
    lang: Mapped[str] = mapped_column(String(8))
    body: Mapped[str] = mapped_column(Text)
    body_rendered: Mapped[dict[str, Any] | None] = rendered_column("body")
    corrected_at: Mapped[datetime | None]
    corrected_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)

    corrector: Mapped[Person | None] = relationship(lazy="raise_on_sql")

    def version(self, source: str) -> str:
        """What tells this translation of the text `source` from those before and after it."""
        return sha256(f"{source}\0{self.body}".encode()).hexdigest()[:VERSION_CHARS]


class TranslationConsent(Model):
    """That an organisation allows words of the room of its introduction to be sent to the translation service."""

    __tablename__ = "translation_consent"

    room_id: Mapped[int] = mapped_column(ForeignKey("room.id", ondelete=GOES), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete=GOES), primary_key=True, index=True
    )
