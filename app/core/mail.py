"""Mails: written as jobs inside the transaction, sent after it; printed to the console unless told otherwise."""

from __future__ import annotations

import smtplib
import ssl
import sys
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

from flask import current_app, render_template

from app.core.i18n import speaking
from app.core.jobs import enqueue
from config import Settings

TIMEOUT = 20


def post(address: str, lang: str, subject: str, template: str, **context: object) -> None:
    """Have a mail sent after this transaction commits.

    `template` names `emails/<template>.txt`, rendered now in `lang`; `subject` is already in it.
    """
    with speaking(lang):
        body = render_template(f"emails/{template}.txt", **context)
    enqueue("mail", address=address, subject=subject, body=body, lang=lang)


def deliver(address: str, subject: str, body: str, lang: str) -> None:
    """Send one mail by the way that TRAMA_MAIL_URL names; raises where the server refuses, so that it is retried."""
    settings: Settings = current_app.extensions["trama.settings"]
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = address
    message["Subject"] = " ".join(subject.split())
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=urlsplit(settings.public_url).hostname or "localhost")
    message["Content-Language"] = lang
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    if settings.mail_url.startswith("console:"):
        sys.stdout.write(f"\n--- mail to {address}: {subject}\n{body}\n---\n")
        sys.stdout.flush()
    else:
        _send(settings.mail_url, message)


def _send(url: str, message: EmailMessage) -> None:
    """Hand a mail to an SMTP server: smtp://user:password@host:587 (STARTTLS) or smtps://…:465."""
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(
            host, parts.port or 465, timeout=TIMEOUT, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(host, parts.port or 587, timeout=TIMEOUT)
    with server:
        server.ehlo()
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)
