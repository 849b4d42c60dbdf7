"""The door for mails that come back: a mail server hands them over by LMTP, or one by one on standard input."""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import Any, NamedTuple

import click
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session
from click import IntRange
from flask import Flask, current_app
from flask.cli import AppGroup

from app.core.errors import NotFound, TooMany
from app.features.notifications.inbound_addresses import read_address, takes_mail
from app.features.notifications.inbound_mail import MAX_MAIL_BYTES, Unreadable
from app.features.notifications.services.inbound import take_mail

log = logging.getLogger(__name__)


class Answer(NamedTuple):
    """What a mail server is told of a mail: the reply of LMTP (RFC 5321, RFC 3463), and the exit code of sysexits.h."""

    reply: str
    exit_code: int


TAKEN = Answer("250 2.0.0 Taken", 0)
UNKNOWN = Answer("550 5.1.1 Nobody has this address, or it is misspelt", 67)
UNREADABLE = Answer("554 5.6.0 This mail cannot be read", 65)
LATER = Answer("451 4.3.0 This cannot be taken now, please try again later", 75)
ONE_AT_A_TIME = "452 4.5.3 One recipient for each mail"
IDLE_SECONDS = 60

mail = AppGroup("mail", help="Mails that come back.")


@mail.command("receive")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where LMTP is spoken.")
@click.option("--port", type=IntRange(0, 65535), default=8024, show_default=True, help="0 is any free one.")
@click.option("--to", "recipient", help="Take one mail for this address from standard input, and end.")
def receive(host: str, port: int, recipient: str | None) -> None:
    """Take in answers by mail, and reports of mails that could not be delivered.

    The mail server hands over what arrives for the address in TRAMA_MAIL_REPLIES, with anything after a + in it.
    """
    if not takes_mail():
        raise click.ClickException("Set TRAMA_MAIL_REPLIES to the address at which answers arrive.")
    if recipient is not None:
        sys.exit(_take_from_input(recipient))
    application: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        asyncio.run(_serve(application, host, port))
    except OSError as error:
        raise click.ClickException(f"{host}:{port}: {error.strerror}") from error


def _take_from_input(recipient: str) -> int:
    """Take one mail from standard input; returns the exit code that tells a mail server what became of it."""
    content = sys.stdin.buffer.read(MAX_MAIL_BYTES + 1)
    answer = UNREADABLE if len(content) > MAX_MAIL_BYTES else take(recipient, content)
    if answer is not TAKEN:
        click.echo(answer.reply, err=True)
    return answer.exit_code


def take(recipient: str, content: bytes) -> Answer:
    """Take in a mail; where something breaks here, the mail server keeps it and tries again."""
    try:
        take_mail(recipient, content)
    except NotFound:
        return UNKNOWN
    except Unreadable:
        return UNREADABLE
    except TooMany:
        return LATER
    except Exception:
        log.exception("a mail could not be taken in")
        return LATER
    return TAKEN


async def _serve(app: Flask, host: str, port: int) -> None:
    """Serve LMTP until the process is stopped."""
    door = LmtpDoor(app)
    server = await asyncio.get_running_loop().create_server(
        lambda: LMTP(door, data_size_limit=MAX_MAIL_BYTES, timeout=IDLE_SECONDS, ident="Trama"), host, port
    )
    click.echo(f"Mails are taken at {host}:{server.sockets[0].getsockname()[1]} by LMTP.")
    sys.stdout.flush()
    async with server:
        await server.serve_forever()


class LmtpDoor:
    """What an LMTP server does with each recipient and mail (RFC 2033), one after the other."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    async def handle_RCPT(
        self, server: LMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient whose address was made here."""
        if envelope.rcpt_tos:
            return ONE_AT_A_TIME
        try:
            with self._app.app_context():
                read_address(address)
        except NotFound:
            return UNKNOWN.reply
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: LMTP, session: Session, envelope: Envelope) -> str:
        """Take a mail for the recipient that was accepted."""
        content: Any = envelope.content
        with self._app.app_context():
            return take(envelope.rcpt_tos[0], content).reply
