"""Imports of organisations: the file as a batch, each of its rows with what became of it."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Model, Row, choice
from app.features.accounts.models import Person
from app.features.organisations.models import Organisation

MAX_FILE_NAME_LENGTH = 120
MAX_SOURCE_LENGTH = 40
DEFAULT_SOURCE = "import"


class BatchState(enum.StrEnum):
    """How far an import is."""

    UPLOADED = "uploaded"
    CHECKING = "checking"
    CHECKED = "checked"
    IMPORTING = "importing"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


class RowFate(enum.StrEnum):
    """What an import does with a row."""

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    DECIDE = "decide"
    SKIP = "skip"
    REFUSE = "refuse"


class UndoFate(enum.StrEnum):
    """What taking an import back did with a row: undone, or kept because of what happened to it since."""

    UNDONE = "undone"
    KEPT_EDITED = "kept_edited"
    KEPT_USED = "kept_used"
    PARTLY = "partly"
    GONE = "gone"


class ImportBatch(Row, Model):
    """One file. `mapping` leads from the index of a column, as text, to the name of a field.

    `source` names the register that the rows come from: an organisation is found again by (source, its id there). `lang`
    is the language of the stories and of the sentences about the rows. `counts` holds the number of rows by fate.
    """

    __tablename__ = "import_batch"
    __table_args__ = (
        Index(
            "uq_import_batch_running",
            "is_running",
            unique=True,
            sqlite_where=text("is_running"),
            postgresql_where=text("is_running"),
        ),
        Index(
            "uq_import_batch_digest",
            "file_digest",
            unique=True,
            sqlite_where=text("state = 'done'"),
            postgresql_where=text("state = 'done'"),
        ),
    )

    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    file_name: Mapped[str] = mapped_column(String(MAX_FILE_NAME_LENGTH))
    file_digest: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(MAX_SOURCE_LENGTH), default=DEFAULT_SOURCE)
    lang: Mapped[str] = mapped_column(String(8))
    country: Mapped[str] = mapped_column(String(2), default="")
    encoding: Mapped[str] = mapped_column(String(20), default="")
    header: Mapped[list[str]] = mapped_column(JSON)
    mapping: Mapped[dict[str, str]] = mapped_column(JSON)
    state: Mapped[BatchState] = mapped_column(choice(BatchState, "state"), default=BatchState.UPLOADED)
    is_running: Mapped[bool] = mapped_column(default=False)
    row_count: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    done_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)

    person: Mapped[Person | None] = relationship(foreign_keys=[person_id], lazy="raise_on_sql")


class ImportRow(Row, Model):
    """A row of a file, with its line in it.

    `reasons` are sentences as {field, text}; `candidates` are organisations and rows that it may be, best first, as
    {organisation_id or line, name, score, reasons}. `decision` is "", "new", "skip" or "same:ID", `kept_fields`
    are those that stay as they are here by decision. `before` holds what an
    update replaced and `after` what was imported, by field; `version_after` is the organisation's version then.
    """

    __tablename__ = "import_row"
    __table_args__ = (UniqueConstraint("batch_id", "line"), Index(None, "batch_id", "fate"))

    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id", ondelete="CASCADE"))
    line: Mapped[int]
    cells: Mapped[list[str]] = mapped_column(JSON)
    fate: Mapped[RowFate | None] = mapped_column(choice(RowFate, "fate"))
    undo: Mapped[UndoFate | None] = mapped_column(choice(UndoFate, "undo"))
    is_done: Mapped[bool] = mapped_column(default=False)
    reasons: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    candidates: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    decision: Mapped[str] = mapped_column(String(20), default="")
    kept_fields: Mapped[list[str]] = mapped_column(JSON, default=list)
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="SET NULL"), index=True
    )
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    version_after: Mapped[int | None]

    organisation: Mapped[Organisation | None] = relationship(lazy="raise_on_sql")
