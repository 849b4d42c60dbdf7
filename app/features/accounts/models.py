"""People, their sign-ins and the secrets mailed to them."""

from __future__ import annotations

import enum
import hashlib
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, validates

from app.core.database import Model, Row, choice
from app.core.email_addresses import MAX_EMAIL_LENGTH, normalise_email

LONGEST_NAME = 120
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 256


def digest(secret: str) -> str:
    """What is kept of a secret: enough to recognise it, not to use it."""
    return hashlib.sha256(secret.encode()).hexdigest()


class ClusterRole(enum.StrEnum):
    """What a person is in the whole cluster, whatever her organisations."""

    MEMBER = "member"
    FACILITATOR = "facilitator"
    MANAGER = "manager"


class ReadAloud(enum.StrEnum):
    """What a screen reader is given of what others do on a live page: all of it, who did it, or nothing."""

    ALL = "all"
    WHO = "who"
    NONE = "none"


class MailPurpose(enum.StrEnum):
    """What a mailed secret is for."""

    VERIFY = "verify"
    RESET = "reset"


class Person(Row, Model):
    """Somebody with an account; `email` is kept as `normalise_email` makes it.

    `reads_easy` is whether she chose easy words, None where she chose nothing.
    `is_demo` is true for people who were invented for the demonstration or joined while it was one (TRAMA_DEMO=1).
    """

    __tablename__ = "person"

    email: Mapped[str] = mapped_column(String(MAX_EMAIL_LENGTH), unique=True)
    verified_at: Mapped[datetime | None]
    password_hash: Mapped[str | None] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    locale: Mapped[str] = mapped_column(String(8), default="en")
    timezone: Mapped[str] = mapped_column(String(64), default="UTC")
    reads_easy: Mapped[bool | None]
    read_aloud: Mapped[str] = mapped_column(String(8), default=ReadAloud.ALL.value)
    cluster_role: Mapped[ClusterRole] = mapped_column(
        choice(ClusterRole, "cluster_role"), default=ClusterRole.MEMBER
    )
    suspended_at: Mapped[datetime | None]
    revoked_before: Mapped[datetime | None]
    is_demo: Mapped[bool] = mapped_column(default=False)

    @validates("email")
    def _fold_email(self, key: str, email: str) -> str:
        return normalise_email(email)


class Login(Row, Model):
    """One sign-in of a person in one browser; the cookie holds the secret, this row its hash.

    `organisation_id` is the organisation that she acts for in that browser, if she chose one.
    """

    __tablename__ = "login"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="SET NULL"))


class MailToken(Row, Model):
    """A secret that was mailed to a person, usable once until it expires."""

    __tablename__ = "mail_token"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[MailPurpose] = mapped_column(choice(MailPurpose, "purpose"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
