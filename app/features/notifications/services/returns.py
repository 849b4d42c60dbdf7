"""Mails that came back: after a few of them nothing is sent to that address, and its person reads so where she signs in."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import and_, case, delete, update

from app.core.actors import Actor
from app.core.announcements import announce
from app.core.clock import now
from app.core.database import db
from app.core.errors import SignInNeeded
from app.core.notices import NoticesRead, notify
from app.features.accounts.models import Person
from app.features.notifications.models import MailReturn
from app.features.notifications.notices import RETURNED
from app.features.notifications.queries import MAX_RETURNS
from app.features.notifications.services.mailing import add_row

RETURNS_COUNT_FOR = timedelta(days=30)
"""Mails that come back count together for so long; an address that is refused at once stays so."""


def note_return(person: Person) -> None:
    """Count one mail to a person's present address that could not be delivered for good."""
    add_row(MailReturn, person.id, email=person.email, since=now())
    moment = now()
    goes_on = and_(MailReturn.email == person.email, MailReturn.since > moment - RETURNS_COUNT_FOR)
    count = db.session.scalar(
        update(MailReturn)
        .where(MailReturn.person_id == person.id)
        .values(
            email=person.email,
            count=case((goes_on, MailReturn.count + 1), else_=1),
            since=case((goes_on, MailReturn.since), else_=moment),
        )
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
