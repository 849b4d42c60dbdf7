"""Notifications: one row for each person and thing that concerns her, without a word of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.database import Model, Row, choice
from app.core.email_addresses import MAX_EMAIL_LENGTH
from app.core.notices import Channel

MAX_ENDPOINT_CHARS = 1000
"""So long is the address that a push service gives to a browser at most."""
QUIET_FROM, QUIET_TO = 22, 7
"""The hours between which nobody is mailed at once, where she chose no others."""


class Notification(Row, Model):
    """That something of a kind concerns a person, for one of her organisations if it is named.

    `subject_id` is the id of what it is about, in the table that the kind knows; `at` is when it last came.
    """

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "subject_id"),
        Index(None, "kind", "subject_id"),
        Index(None, "person_id", "at", "id"),
        Index(
            "ix_notification_waiting",
            "at",
            sqlite_where=text("read_at IS NULL AND mailed_at IS NULL"),
            postgresql_where=text("read_at IS NULL AND mailed_at IS NULL"),
        ),
        Index(
            "ix_notification_unread",
            "person_id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[int]
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime] = mapped_column(default=now)
    read_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]
    """When it was mailed since it last came."""


class MailChoice(Row, Model):
    """How a person wants to be mailed about a kind of notice, where she chose; else as the kind says."""

    __tablename__ = "mail_choice"
    __table_args__ = (UniqueConstraint("person_id", "kind"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(60))
    channel: Mapped[Channel] = mapped_column(choice(Channel, "channel"))


class MailPause(Row, Model):
    """When notices were last mailed to a person, and when she was last here, as far as that matters for the next mail.

    `quiet_until` is the end of her quiet hours, where a mail waits for it.
    """

    __tablename__ = "mail_pause"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    mailed_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    quiet_until: Mapped[datetime | None]


class Visit(Row, Model):
    """When a person was last here, and until when she was here the time before that."""

    __tablename__ = "visit"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    last_at: Mapped[datetime]
    before_at: Mapped[datetime | None]


class MailSchedule(Row, Model):
    """When a person wants mails, where she chose, what her devices show; and when the next mail that gathers news is due.

    Hours are those of her time zone. From `quiet_from` to `quiet_to` nothing is mailed at once; where they are equal there
    are no quiet hours. `unpushed_kinds` names the kinds of notices that her devices do not show. `digested_on` is her day
    of the last digest: there is never a second one for a day.
    """

    __tablename__ = "mail_schedule"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    quiet_from: Mapped[int] = mapped_column(default=QUIET_FROM)
    quiet_to: Mapped[int] = mapped_column(default=QUIET_TO)
    with_words: Mapped[bool] = mapped_column(default=True)
    pushes_words: Mapped[bool] = mapped_column(default=False)
    unpushed_kinds: Mapped[list[str]] = mapped_column(JSON, default=list)
    digest_due_at: Mapped[datetime | None]
    digested_on: Mapped[date | None]


def usual_schedule() -> MailSchedule:
    """When somebody wants mails who never chose; it is not kept."""
    return MailSchedule(
        quiet_from=QUIET_FROM, quiet_to=QUIET_TO, with_words=True, pushes_words=False, unpushed_kinds=[]
    )


class PushKey(Row, Model):
    """The key by which push services know this installation (VAPID, RFC 8292): one row, made when the first device asks.

    `private_key` is a number of P-256, 32 bytes as base64url. A new key makes every push subscription invalid.
    """

    __tablename__ = "push_key"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    private_key: Mapped[str] = mapped_column(String(64))


class PushSubscription(Row, Model):
    """A push subscription of a browser (RFC 8030), valid as long as the sign-in: its endpoint and its public keys.

    `failures` counts the deliveries in a row that failed.
    """

    __tablename__ = "push_subscription"

    login_id: Mapped[int] = mapped_column(ForeignKey("login.id", ondelete="CASCADE"), unique=True)
    endpoint: Mapped[str] = mapped_column(String(MAX_ENDPOINT_CHARS), unique=True)
    p256dh: Mapped[str] = mapped_column(String(100))
    auth: Mapped[str] = mapped_column(String(40))
    failures: Mapped[int] = mapped_column(default=0)


class MailReturn(Row, Model):
    """How many mails to an address of a person came back `since` a moment; another address begins anew."""

    __tablename__ = "mail_return"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    email: Mapped[str] = mapped_column(String(MAX_EMAIL_LENGTH))
    count: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime]
