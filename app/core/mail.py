"""Mails: written as jobs inside the transaction, sent after it; printed to the console unless told otherwise."""

from __future__ import annotations

import logging
import smtplib
import ssl
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formataddr, formatdate, make_msgid, parseaddr
from urllib.parse import unquote, urlsplit

from flask import current_app, render_template

from app.core.email_addresses import ascii_email, wire_domain
from app.core.i18n import speaking
from app.core.jobs import enqueue
from config import Settings

log = logging.getLogger(__name__)
TIMEOUT_SECONDS = 20


class NotEncrypted(Exception):
    """The mail server offers no TLS that can be trusted, so nothing was sent to it."""


@dataclass(frozen=True)
class Mail:
    """A mail that is ready to be sent; `html` may be empty, `headers` are sent beside our own or in their place.

    `return_to` is the address to which servers report that it could not be delivered; "" is the sender's.
    """

    address: str
    lang: str
    subject: str
    text: str
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    return_to: str = ""


def post(address: str, lang: str, subject: str, template: str, **context: object) -> None:
    """Have a mail sent after this transaction commits.

    `template` names `emails/<template>.txt`, rendered now in `lang`; `subject` is already in it.
    """
    with speaking(lang):
        body = render_template(f"emails/{template}.txt", **context)
    enqueue("mail", address=address, subject=subject, body=body, lang=lang)


def deliver(address: str, subject: str, body: str, lang: str) -> None:
    """The job that sends a mail which was rendered before."""
    send_mail(Mail(address, lang, subject, body))


def send_mail(mail: Mail) -> None:
    """Send a mail by the way that TRAMA_MAIL_URL names; raises where the server refuses, so that it is retried."""
    settings: Settings = current_app.extensions["trama.settings"]
    message = EmailMessage()
    name, sender = parseaddr(settings.mail_from)
    message["From"] = formataddr((name, ascii_email(sender)))
    message["To"] = ascii_email(mail.address)
    message["Subject"] = " ".join(mail.subject.split())
    message["Date"] = formatdate()
    host = wire_domain(urlsplit(settings.public_url).hostname or "localhost")
    message["Message-ID"] = mail.headers.get("Message-ID") or make_msgid(domain=host)
    message["Auto-Submitted"] = "auto-generated"
    for name, value in mail.headers.items():
        if name not in message:
            message[name] = value
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    message["Content-Language"] = mail.lang
    if settings.mail_url.startswith("console:"):
        sys.stdout.write(f"\n--- mail to {mail.address}: {mail.subject}\n{mail.text}\n---\n")
        sys.stdout.flush()
    else:
        _send(settings, message, mail.return_to or ascii_email(sender))


def _send(settings: Settings, message: EmailMessage, return_to: str) -> None:
    """Hand a mail to an SMTP server: smtp://user:password@host:587 (STARTTLS, RFC 3207) or smtps://…:465 (RFC 8314).

    Neither the password nor the mail is sent before TLS with a valid certificate is established, unless
    TRAMA_MAIL_TLS is "off". Raises NotEncrypted where that is not possible, and what smtplib raises.
    """
    parts = urlsplit(settings.mail_url)
    host = parts.hostname or "localhost"
    server: smtplib.SMTP
    try:
        if parts.scheme == "smtps":
            context = ssl.create_default_context()
            server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=context)
        else:
            server = smtplib.SMTP(host, parts.port or 587, timeout=TIMEOUT_SECONDS)
    except ssl.SSLError as error:
        raise _not_encrypted("has no certificate that is valid for its name") from error
    with server:
        if parts.scheme == "smtp" and settings.mail_tls == "required":
            _start_tls(server)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message, from_addr=return_to)


def _start_tls(server: smtplib.SMTP) -> None:
    """Encrypt a connection to an SMTP server; raises NotEncrypted where it offers no STARTTLS or no valid certificate."""
    server.ehlo()
    if not server.has_extn("starttls"):
        raise _not_encrypted("offers no STARTTLS")
    try:
        server.starttls(context=ssl.create_default_context())
    except (ssl.SSLError, smtplib.SMTPException) as error:
        server.close()
        raise _not_encrypted("has no certificate that is valid for its name") from error


def _not_encrypted(fault: str) -> NotEncrypted:
    """Say in the log why mails wait; only what an operator set is in it, no address of a reader."""
    log.error(
        "The mail server of TRAMA_MAIL_URL %s, so no mail is sent to it. Name a server with TLS; for a relay on this "
        "machine alone, TRAMA_MAIL_TLS=off sends without.",
        fault,
    )
    return NotEncrypted(fault)
