"""The taxonomy: language-neutral concepts, their labels and synonyms, their codes in other schemes."""

from __future__ import annotations

import enum

from sqlalchemy import ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Model, Row, choice


class ConceptKind(enum.StrEnum):
    """What a concept is about."""

    SECTOR = "sector"
    SKILL = "skill"
    COUNTRY = "country"
    REGION = "region"
    LANGUAGE = "language"
    GOAL = "goal"
    TOPIC = "topic"


class Concept(Row, Model):
    """A term that means the same in every language.

    `hidden` ones are used by the engine but never offered; `pickable` is false for groups of skills; `dye` is
    the colour of a top-level sector or a group of skills in the weave, and `tone` (0, 1 or 2) how a concept has that
    colour: its index among its siblings by code, modulo 3, so that relatives look alike and are not the same.
    """

    __tablename__ = "concept"
    __table_args__ = (Index(None, "kind", "hidden"),)

    code: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[ConceptKind] = mapped_column(choice(ConceptKind, "kind"))
    broader_id: Mapped[int | None] = mapped_column(ForeignKey("concept.id"), index=True)
    hidden: Mapped[bool] = mapped_column(default=False)
    pickable: Mapped[bool] = mapped_column(default=True)
    dye: Mapped[str | None] = mapped_column(String(10))
    tone: Mapped[int] = mapped_column(SmallInteger, default=0)
    country: Mapped[str | None] = mapped_column(String(2))

    labels: Mapped[list[ConceptLabel]] = relationship(back_populates="concept", cascade="all, delete-orphan")
    broader: Mapped[Concept | None] = relationship(remote_side="Concept.id")


class ConceptLabel(Row, Model):
    """What a concept is called in one language: its label, or a synonym that people type."""

    __tablename__ = "concept_label"
    __table_args__ = (UniqueConstraint("concept_id", "lang", "text"), Index(None, "folded"))

    concept_id: Mapped[int] = mapped_column(ForeignKey("concept.id", ondelete="CASCADE"), index=True)
    lang: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(String(160))
    folded: Mapped[str] = mapped_column(String(160))
    synonym: Mapped[bool] = mapped_column(default=False)

    concept: Mapped[Concept] = relationship(back_populates="labels")


class ConceptCode(Row, Model):
    """The code of a concept in another scheme (NACE, ESCO, NUTS, SDG)."""

    __tablename__ = "concept_code"
    __table_args__ = (UniqueConstraint("concept_id", "scheme", "code"),)

    concept_id: Mapped[int] = mapped_column(ForeignKey("concept.id", ondelete="CASCADE"))
    scheme: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(40))
