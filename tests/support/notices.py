"""Who is notified of what, and the mails that come of it."""

from __future__ import annotations

import email
import smtplib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from flask import Flask
from sqlalchemy import select

from app.core.clock import now, standing_at
from app.core.database import db
from app.core.jobs import run_due_jobs
from app.features.notifications.models import QUIET_TO, Notification
from app.features.notifications.services.mailing import claim_due_mails


def notified(app: Flask, kind: str = "") -> list[tuple[int, str]]:
    """For whom there is an unread notification and of what kind, perhaps of one kind alone, the oldest first."""
    with app.app_context():
        unread = select(Notification.person_id, Notification.kind).where(Notification.read_at.is_(None))
        rows = db.session.execute(unread.order_by(Notification.id)).all()
    return [(person_id, each) for person_id, each in rows if kind in ("", each)]


class Outbox:
    """The mails that an application hands to its mail server; `refuses` makes that server unreachable.

    Nobody has quiet hours who chose none, so that it does not matter at what hour a test runs.
    """

    def __init__(self, app: Flask, patch: Callable[..., None]) -> None:
        self.app = app
        self.mails: list[EmailMessage] = []
        self.refuses = False
        self.return_paths: list[str] = []
        settings = app.extensions["trama.settings"]
        app.extensions["trama.settings"] = replace(settings, mail_url="smtp://mail.example:587")
        patch("app.core.mail._send", self._take)
        patch("app.features.notifications.models.QUIET_FROM", QUIET_TO)

    def _take(self, settings: Any, message: EmailMessage, return_to: str) -> None:
        if self.refuses:
            raise smtplib.SMTPServerDisconnected("no mail server today")
        self.return_paths.append(return_to)
        self.mails.append(cast(EmailMessage, email.message_from_bytes(bytes(message), policy=default)))

    def after(self, minutes: float = 0) -> list[EmailMessage]:
        """What is sent when so many minutes have passed, and that minute's work and all jobs are done."""
        return self.at(now() + timedelta(minutes=minutes))

    def at(self, moment: datetime) -> list[EmailMessage]:
        """What is sent at a moment, when that minute's work and all jobs are done."""
        before = len(self.mails)
        with self.app.app_context(), standing_at(moment):
            claim_due_mails()
            while run_due_jobs():
                pass
        return self.mails[before:]


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    """The words of a mail, as plain text or as HTML."""
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())
