"""Answers by mail: the words of a mail become a message of its writer in the room that its address stands for."""

from __future__ import annotations

import hashlib
import logging
from email.message import EmailMessage
from email.utils import parseaddr

from flask_babel import gettext as _

from app.core.email_addresses import normalise_email
from app.core.errors import AppError
from app.core.i18n import available_language, public_url_for, speaking
from app.core.limits import try_attempt
from app.core.mail import post
from app.core.transactions import write_transaction
from app.features.accounts.models import Person
from app.features.accounts.queries import find_person
from app.features.notifications.inbound_addresses import InboundAddress
from app.features.notifications.reply_text import reply_text
from app.features.organisations.queries import actor_of
from app.features.rooms.services import post_message

log = logging.getLogger(__name__)
RATE = "20 per day"
"""So many answers by mail are taken from a person."""
AUTOMATIC_PRECEDENCES = frozenset({"bulk", "junk", "list", "auto_reply"})
MAX_ID_CHARS = 40


def take_reply(address: InboundAddress, message: EmailMessage) -> None:
    """Post the words of a mail, once however often it arrives; where that cannot be, its writer is told by mail.

    Answers of programs are dropped without a word, since a word would be answered.
    """
    person = find_person(address.person_id)
    if person is None or person.suspended_at is not None or is_automatic(message):
        log.info("an answer by mail was dropped")
        return
    if not try_attempt("reply by mail", RATE, str(person.id)):
        log.warning("too many answers by mail of one person")
        return
    lang = available_language(person.locale)
    with speaking(lang):
        text = reply_text(message)
        if refusal := _refusal(address, person, message, text) or _post(address, person, message, text, lang):
            with write_transaction():
                post(
                    person.email,
                    lang,
                    _("Your answer was not posted"),
                    "reply_refused",
                    refusal=refusal,
                    text=text,
                    url=public_url_for("rooms.show", lang, room_id=address.room_id),
                )


def _refusal(address: InboundAddress, person: Person, message: EmailMessage, text: str) -> str:
    """Why an answer is not posted, as far as it can be said without looking at the room; "" where nothing is wrong."""
    if normalise_email(parseaddr(str(message.get("From", "")))[1]) != person.email:
        return _("It came from another address than the one of your account.")
    if address.is_expired:
        return _("Emails can be answered for 30 days; this one is older.")
    if not text:
        return _("We found no words of yours in it. Write them above the email that you answer.")
    return ""


def _post(address: InboundAddress, person: Person, message: EmailMessage, text: str, lang: str) -> str:
    """Post an answer; returns why that cannot be, "" where it is posted."""
    identity = str(message.get("Message-ID", "")).strip() or text
    cid = "mail-" + hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:MAX_ID_CHARS]
    try:
        with write_transaction():
            actor = actor_of(person, address.organisation_id or None)
            post_message(actor, address.room_id, cid, text, lang)
    except AppError as error:
        return str(next((sentences[0] for sentences in error.fields.values()), error.message))
    return ""


def is_automatic(message: EmailMessage) -> bool:
    """Whether a mail was written by a program (RFC 3834) or for many, so that nobody waits for an answer."""
    submitted = str(message.get("Auto-Submitted", "no")).strip().lower()
    precedence = str(message.get("Precedence", "")).strip().lower()
    signs = ("X-Autoreply", "X-Autorespond", "List-Id")
    is_report = message.get_content_type() == "multipart/report"
    is_marked = any(message.get(sign) is not None for sign in signs)
    return submitted != "no" or precedence in AUTOMATIC_PRECEDENCES or is_report or is_marked
