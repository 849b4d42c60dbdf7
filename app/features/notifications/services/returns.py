"""Mails that came back: after a few of them nothing is sent to that address, and its person reads so where she signs in."""

from __future__ import annotations

from email.message import EmailMessage, Message

from sqlalchemy import case, delete, update

from app.core.actors import Actor
from app.core.announcements import announce
from app.core.database import db
from app.core.errors import SignInNeeded
from app.core.notices import NoticesRead, notify
from app.features.accounts.models import Person
from app.features.notifications.models import MailReturn
from app.features.notifications.notices import RETURNED
from app.features.notifications.queries import MAX_RETURNS
from app.features.notifications.services.mailing import add_row


def note_return(person: Person) -> None:
    """Count one mail to a person's present address that could not be delivered for good."""
    add_row(MailReturn, person.id, email=person.email)
    is_same = MailReturn.email == person.email
    count = db.session.scalar(
        update(MailReturn)
        .where(MailReturn.person_id == person.id)
        .values(email=person.email, count=case((is_same, MailReturn.count + 1), else_=1))
        .returning(MailReturn.count)
    )
    if count == MAX_RETURNS:
        notify(RETURNED, [person.id], person.id)


def mail_again(actor: Actor) -> None:
    """Send mails to the actor again, although some came back."""
    if actor.person_id is None:
        raise SignInNeeded
    db.session.execute(delete(MailReturn).where(MailReturn.person_id == actor.person_id))
    announce(NoticesRead((RETURNED,), actor.person_id, actor.person_id))


def is_lasting_failure(message: EmailMessage) -> bool:
    """Whether a report says that a mail cannot be delivered now or later (RFC 3464: "failed", a status of class 5)."""
    for part in message.walk():
        blocks = part.get_payload() if part.get_content_type() == "message/delivery-status" else None
        for block in blocks if isinstance(blocks, list) else ():
            if isinstance(block, Message):
                failed = str(block.get("Action", "")).strip().lower() == "failed"
                if failed and str(block.get("Status", "")).strip().startswith("5"):
                    return True
    return False
