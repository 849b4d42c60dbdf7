"""The taxonomy: language-neutral concepts, their labels and synonyms, their codes in other schemes."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Model, Row, choice

MAX_LABEL_CHARS = 40
"""A label stands on chips of a phone and in the weave's legend; a wish for a word is no longer than a label."""
MAX_SYNONYM_CHARS, MAX_SYNONYMS_CHARS = 80, 1_000
"""Of one synonym, and of all of one language as they are written in a line."""
MAX_SENTENCE_CHARS = 300
"""Of the answer to a wish that is declined."""
MANAGED_KINDS = ("sector", "skill", "region", "goal", "topic")
"""The kinds whose concepts managers edit; countries and languages come from CLDR, kinds of cooperation with the code."""
ADDED, HIDDEN, BROADER = "added", "hidden", "broader"
"""What a manager decided of a concept, beside the languages whose labels she wrote (`Concept.managed`)."""
STAYS_AT_MERGE = {"stays_at_merge": True}
"""The `info` of a column with a concept's id that a merge does not move."""
HOLDS_CODE = {"holds_concept_code": True}
"""The `info` of a column with concepts' codes, which a merge changes like ids."""


class ConceptKind(enum.StrEnum):
    """What a concept is about."""

    SECTOR = "sector"
    SKILL = "skill"
    COUNTRY = "country"
    REGION = "region"
    LANGUAGE = "language"
    GOAL = "goal"
    TOPIC = "topic"
    COOPERATION = "cooperation"


class Concept(Row, Model):
    """A term that means the same in every language.

    `hidden` ones are used by the engine but never offered; `pickable` is false for groups of skills; `dye` is
    the colour of a top-level sector or a group of skills in the weave, and `tone` (0, 1 or 2) how a concept has that
    colour: its index among its siblings by code, modulo 3, so that relatives look alike and are not the same. `managed`
    is what managers decided of it, which loading the vocabulary leaves alone. One that was merged is hidden.
    """

    __tablename__ = "concept"
    __table_args__ = (
        Index(None, "kind", "hidden"),
        CheckConstraint("merged_into_id <> id", name="merged_into_another"),
    )

    code: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[ConceptKind] = mapped_column(choice(ConceptKind, "kind"))
    broader_id: Mapped[int | None] = mapped_column(ForeignKey("concept.id"), index=True)
    hidden: Mapped[bool] = mapped_column(default=False)
    pickable: Mapped[bool] = mapped_column(default=True)
    dye: Mapped[str | None] = mapped_column(String(10))
    tone: Mapped[int] = mapped_column(SmallInteger, default=0)
    country: Mapped[str | None] = mapped_column(String(2))
    managed: Mapped[list[str]] = mapped_column(JSON, default=list)
    merged_into_id: Mapped[int | None] = mapped_column(
        ForeignKey("concept.id"), index=True, info=STAYS_AT_MERGE
    )

    labels: Mapped[list[ConceptLabel]] = relationship(back_populates="concept", cascade="all, delete-orphan")
    broader: Mapped[Concept | None] = relationship(
        remote_side="Concept.id", foreign_keys="Concept.broader_id"
    )


class ConceptLabel(Row, Model):
    """What a concept is called in one language: its label, or a synonym that people type."""

    __tablename__ = "concept_label"
    __table_args__ = (UniqueConstraint("concept_id", "lang", "text"), Index(None, "folded"))

    concept_id: Mapped[int] = mapped_column(
        ForeignKey("concept.id", ondelete="CASCADE"), index=True, info=STAYS_AT_MERGE
    )
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


class ChangeKind(enum.StrEnum):
    """What a manager did to a concept."""

    ADD = "add"
    EDIT = "edit"
    HIDE = "hide"
    SHOW = "show"
    MERGE = "merge"
    UNDO = "undo"


class ConceptChange(Row, Model):
    """What a manager did to a concept, with what changed in it; of a merge also into which, and when it was undone."""

    __tablename__ = "concept_change"

    concept_id: Mapped[int] = mapped_column(
        ForeignKey("concept.id", ondelete="CASCADE"), index=True, info=STAYS_AT_MERGE
    )
    kind: Mapped[ChangeKind] = mapped_column(choice(ChangeKind, "kind"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    into_id: Mapped[int | None] = mapped_column(ForeignKey("concept.id"), index=True, info=STAYS_AT_MERGE)
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    undone_at: Mapped[datetime | None]

    concept: Mapped[Concept] = relationship(foreign_keys="ConceptChange.concept_id", lazy="raise_on_sql")
    into: Mapped[Concept | None] = relationship(foreign_keys="ConceptChange.into_id", lazy="raise_on_sql")


class ConceptMove(Row, Model):
    """A row that a merge moved, until it can no longer be undone.

    `dropped` holds the values of a row that was deleted because the row `twin_id` said the same of the other concept; it
    is null for a row that was moved. The rows of `concept_label` are synonyms that the merge added.
    """

    __tablename__ = "concept_move"
    __table_args__ = (Index(None, "table_name", "twin_id"),)

    change_id: Mapped[int] = mapped_column(ForeignKey("concept_change.id", ondelete="CASCADE"), index=True)
    table_name: Mapped[str] = mapped_column(String(63))
    column_name: Mapped[str] = mapped_column(String(63))
    row_id: Mapped[int]
    twin_id: Mapped[int | None]
    dropped: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class WishState(enum.StrEnum):
    """What became of a word that somebody asked for."""

    OPEN = "open"
    ADDED = "added"
    DECLINED = "declined"


class ConceptWish(Row, Model):
    """A word that is no concept's and that people ask for: once for a kind, as search compares it.

    `concept_id` is what it leads to once it is added, `answer` the sentence with which it is declined.
    """

    __tablename__ = "concept_wish"
    __table_args__ = (UniqueConstraint("kind", "folded"), Index(None, "state", "id"))

    kind: Mapped[ConceptKind] = mapped_column(choice(ConceptKind, "kind"))
    folded: Mapped[str] = mapped_column(String(160))
    text: Mapped[str] = mapped_column(String(MAX_LABEL_CHARS))
    lang: Mapped[str] = mapped_column(String(8))
    state: Mapped[WishState] = mapped_column(choice(WishState, "state"), default=WishState.OPEN)
    concept_id: Mapped[int | None] = mapped_column(ForeignKey("concept.id"), index=True)
    answer: Mapped[str] = mapped_column(String(MAX_SENTENCE_CHARS), default="")
    answer_lang: Mapped[str] = mapped_column(String(8), default="")
    answered_at: Mapped[datetime | None]

    people: Mapped[list[ConceptWishPerson]] = relationship(lazy="raise_on_sql", cascade="all, delete-orphan")
    concept: Mapped[Concept | None] = relationship(lazy="raise_on_sql")


class ConceptWishPerson(Row, Model):
    """Somebody who asked for a word."""

    __tablename__ = "concept_wish_person"
    __table_args__ = (UniqueConstraint("wish_id", "person_id"),)

    wish_id: Mapped[int] = mapped_column(ForeignKey("concept_wish.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
