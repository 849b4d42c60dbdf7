"""The audit: who changed what, and from what to what, without the words of messages."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, update
from sqlalchemy.orm import Mapped, mapped_column

from app.core.actors import Actor
from app.core.database import Model, Row, db


class Audit(Row, Model):
    """One change: `subject` is "organisation:12"; `before` and `after` hold only what changed."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "subject"),)

    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    org_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="SET NULL"), index=True)
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(80))
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


def record(
    actor: Actor,
    action: str,
    subject: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Write one line of the audit inside the caller's transaction."""
    db.session.add(
        Audit(
            actor_id=actor.person_id,
            org_id=actor.organisation_id,
            action=action,
            subject=subject,
            before=before or {},
            after=after or {},
        )
    )


def forget_values(subject: str) -> None:
    """Keep of a subject that is deleted with its words only who did what to it and when, not what it said."""
    db.session.execute(update(Audit).where(Audit.subject == subject).values(before={}, after={}))
