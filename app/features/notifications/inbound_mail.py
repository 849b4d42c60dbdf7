"""What there is to know of a mail that came in. Anybody can write one, so reading it is bounded in time."""

from __future__ import annotations

import email
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.errors import ObsoleteHeaderDefect, UndecodableBytesDefect
from email.message import EmailMessage, Message
from email.policy import default
from typing import Any

from app.core.text import tidy
from app.features.notifications.reply_text import reply_text

MAX_MAIL_BYTES = 1024 * 1024
MAX_SECONDS = 5.0
"""So long a mail may take to be read; an ordinary one takes milliseconds."""
MAX_TEXT_CHARS = 20_000
"""So much of what was written is kept; a message may have a fifth of it."""
AUTOMATIC_PRECEDENCES = frozenset({"bulk", "junk", "list", "auto_reply"})
AUTOMATIC_HEADERS = ("X-Autoreply", "X-Autorespond", "List-Id")
ABOUT_THE_MAILBOX = ("5.1", "5.2")
"""Lasting failures of an address or a mailbox (RFC 3463); others are of servers and say nothing of its person."""
FIRST_LASTING_CODE = 500


class Unreadable(Exception):
    """A mail that cannot be read, or takes too long to."""


@dataclass(frozen=True)
class InboundMail:
    """A mail as far as it matters here.

    `sender` is the only address that From names, "" where it names none or several. `identity` is the same in each
    delivery of a mail. `text` is what was written in it. `is_automatic` is whether a program wrote it (RFC 3834) or it
    goes to many; `is_return` whether it reports that a mailbox takes no mails any more (RFC 3464).
    """

    sender: str
    identity: str
    text: str
    is_automatic: bool
    is_return: bool


def read_mail(content: bytes) -> InboundMail:
    """Read a mail. Raises Unreadable."""
    try:
        with _time_limit():
            message: EmailMessage = email.message_from_bytes(content, policy=default)
            text = tidy(reply_text(message))[:MAX_TEXT_CHARS]
            identity = _raw(message, "Message-ID") or f"{_raw(message, 'Date')} {text}"
            return InboundMail(_sender(message), identity, text, _is_automatic(message), _is_return(message))
    except Exception as error:
        raise Unreadable from error


@contextmanager
def _time_limit() -> Iterator[None]:
    """End what runs in this context after MAX_SECONDS by an exception; in the main thread alone, where signals arrive."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(*_: object) -> None:
        raise TimeoutError

    handler = signal.signal(signal.SIGALRM, end)
    delay, interval = signal.setitimer(signal.ITIMER_REAL, MAX_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, delay, interval)
        signal.signal(signal.SIGALRM, handler)


def _raw(message: EmailMessage, name: str) -> str:
    """A header as it came: some that occur break the parser of structured headers."""
    return next((str(value).strip() for key, value in message.raw_items() if key.lower() == name.lower()), "")


def _sender(message: EmailMessage) -> str:
    """The address of the only sender; "" where From says more than one thing, or one that programs read in two ways."""
    headers: list[Any] = message.get_all("From", [])
    if len(headers) != 1 or len(headers[0].addresses) != 1:
        return ""
    harmless = (ObsoleteHeaderDefect, UndecodableBytesDefect)
    if any(not isinstance(defect, harmless) for defect in headers[0].defects):
        return ""
    return str(headers[0].addresses[0].addr_spec)


def _is_automatic(message: EmailMessage) -> bool:
    submitted = _raw(message, "Auto-Submitted").lower() or "no"
    is_marked = any(_raw(message, name) for name in AUTOMATIC_HEADERS)
    is_to_many = _raw(message, "Precedence").lower() in AUTOMATIC_PRECEDENCES
    return submitted != "no" or is_to_many or is_marked or message.get_content_type() == "multipart/report"


def says_mailbox_is_gone(code: int, text: bytes) -> bool:
    """Whether a mail server's refusal is for good (RFC 5321, 4.2.1) and about the mailbox, as far as it says (RFC 3463)."""
    status = text.decode("ascii", "replace").lstrip()
    return code >= FIRST_LASTING_CODE and (
        status.startswith(ABOUT_THE_MAILBOX) or not status.startswith("5.")
    )


def _is_return(message: EmailMessage) -> bool:
    for part in message.walk():
        blocks = part.get_payload() if part.get_content_type() == "message/delivery-status" else None
        for block in blocks if isinstance(blocks, list) else ():
            action = block.get("Action", "") if isinstance(block, Message) else ""
            status = block.get("Status", "") if isinstance(block, Message) else ""
            if str(action).strip().lower() == "failed" and str(status).strip().startswith(ABOUT_THE_MAILBOX):
                return True
    return False
