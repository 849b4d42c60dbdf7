"""Answers by mail: the words of a mail become a message of its writer in the room that its address stands for."""

from __future__ import annotations

import hashlib
import logging

from flask_babel import gettext as _

from app.core.email_addresses import normalise_email
from app.core.errors import AppError
from app.core.i18n import available_language, public_url_for, speaking
from app.core.limits import count_attempt
from app.core.mail import post
from app.core.transactions import write_transaction
from app.features.accounts.models import Person
from app.features.accounts.queries import find_person
from app.features.notifications.inbound_addresses import InboundAddress
from app.features.notifications.inbound_mail import InboundMail
from app.features.organisations.queries import actor_of
from app.features.rooms.services import post_message

log = logging.getLogger(__name__)
RATE = "20 per day"
"""So many answers by mail are taken from a person; her mail server keeps the others and comes again."""
MAX_ID_CHARS = 40


def take_reply(address: InboundAddress, mail: InboundMail) -> None:
    """Post the words of a mail, once however often it arrives; where that cannot be, its writer is told by mail.

    Answers of programs are dropped without a word, since a word would be answered. Raises TooMany.
    """
    person = find_person(address.person_id)
    if person is None or person.suspended_at is not None or mail.is_automatic:
        log.info("an answer by mail was dropped")
        return
    count_attempt("reply by mail", RATE, str(person.id))
    lang = available_language(person.locale)
    with speaking(lang):
        if refusal := _refusal(address, person, mail) or _post(address, person, mail, lang):
            with write_transaction():
                post(
                    person.email,
                    lang,
                    _("Your answer was not posted"),
                    "reply_refused",
                    refusal=refusal,
                    text=mail.text,
                    url=public_url_for("rooms.show", lang, room_id=address.detail),
                )


def _refusal(address: InboundAddress, person: Person, mail: InboundMail) -> str:
    """Why an answer is not posted, as far as it can be said without looking at the room; "" where nothing is wrong."""
    if normalise_email(mail.sender) != person.email:
        return _("It came from another address than the one of your account.")
    if address.is_expired:
        return _("Emails can be answered for 30 days; this one is older.")
    if not mail.text:
        return _("We found no words of yours in it. Write them above the email that you answer.")
    return ""


def _post(address: InboundAddress, person: Person, mail: InboundMail, lang: str) -> str:
    """Post an answer; returns why that cannot be, "" where it is posted."""
    identity = f"{address.detail} {mail.identity}".encode("utf-8", "replace")
    cid = "mail-" + hashlib.sha256(identity).hexdigest()[:MAX_ID_CHARS]
    try:
        with write_transaction():
            actor = actor_of(person, address.organisation_id or None)
            post_message(actor, address.detail, cid, mail.text, lang)
    except AppError as error:
        return str(next((sentences[0] for sentences in error.fields.values()), error.message))
    return ""
