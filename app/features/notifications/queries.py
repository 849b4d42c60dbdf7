"""Reading notifications: a person's own, for the organisations that she acts for now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.core.actors import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.notices import Channel, notice_kinds
from app.core.pagination import Key, Page, paginate
from app.features.accounts.models import Person
from app.features.notifications.models import MailChoice, MailPause, Notification

MAX_COUNTED = 100
"""So many unread ones are counted: a badge says "99+"."""
MAX_MAILED = 20
"""So many notifications stand in one mail."""
UNREAD_FOR = timedelta(minutes=10)
"""So long something waits to be read before it is mailed."""
MAIL_WITHIN = timedelta(days=1)
"""What is older is not mailed any more: after a restore nobody is written to about what was new long ago."""
PAUSE = timedelta(minutes=30)
"""So long a person is left in peace after a mail, and then until she was here."""


def is_own(actor: Actor) -> ColumnElement[bool]:
    """The condition on Notification that it is the actor's, of a kind that is known and no organisation that she left."""
    own = [organisation.id for organisation in actor.organisations]
    of_hers = or_(Notification.organisation_id.is_(None), Notification.organisation_id.in_(own))
    return (Notification.person_id == actor.person_id) & of_hers & Notification.kind.in_(notice_kinds())


def count_unread(actor: Actor) -> int:
    """How many notifications the actor has not read, at most MAX_COUNTED."""
    if actor.person is None:
        return 0
    unread = select(Notification.id).where(is_own(actor), Notification.read_at.is_(None))
    return db.session.scalar(select(func.count()).select_from(unread.limit(MAX_COUNTED).subquery())) or 0


def list_notifications(actor: Actor, token: str | None) -> Page[Notification]:
    """The actor's notifications, the latest first."""
    query = select(Notification).where(is_own(actor))
    return paginate(
        query, [Key(Notification.at, descending=True), Key(Notification.id, descending=True)], token
    )


def latest_unread(actor: Actor, kinds: Sequence[str], limit: int) -> Sequence[Notification]:
    """The latest notifications of some kinds that the actor has not read."""
    if actor.person is None:
        return ()
    return db.session.scalars(
        select(Notification)
        .where(is_own(actor), Notification.read_at.is_(None), Notification.kind.in_(kinds))
        .order_by(Notification.at.desc(), Notification.id.desc())
        .limit(limit)
    ).all()


def get_notification(actor: Actor, notification_id: int) -> Notification:
    """One of the actor's notifications; raises NotFound."""
    found = db.session.scalar(select(Notification).where(is_own(actor), Notification.id == notification_id))
    if found is None:
        raise NotFound
    return found


def choices_of(person_id: int) -> dict[str, Channel]:
    """What a person chose of how she is mailed, by the kind of notice."""
    rows = db.session.execute(
        select(MailChoice.kind, MailChoice.channel).where(MailChoice.person_id == person_id)
    )
    return dict(rows.all())


def has_choice(person_id: int, kind: str) -> bool:
    """Whether a person chose how she is mailed about a kind of notice."""
    query = select(MailChoice.id).where(MailChoice.person_id == person_id, MailChoice.kind == kind)
    return db.session.scalar(query) is not None


def may_be_mailed(moment: datetime) -> ColumnElement[bool]:
    """The condition on MailPause under which its person may be mailed again.

    Half an hour after the last mail, and only if she was here since.
    """
    return or_(
        MailPause.mailed_at.is_(None),
        and_(MailPause.mailed_at <= moment - PAUSE, MailPause.seen_at > MailPause.mailed_at),
    )


def _wants_mail() -> ColumnElement[bool]:
    """The condition on Notification, joined to MailChoice, that its person wants mails of its kind at once."""
    at_once = [kind.name for kind in notice_kinds().values() if kind.channel is Channel.NOW]
    unchosen = and_(MailChoice.id.is_(None), Notification.kind.in_(at_once))
    return or_(MailChoice.channel == Channel.NOW, unchosen)


_CHOSEN = and_(MailChoice.person_id == Notification.person_id, MailChoice.kind == Notification.kind)


def people_to_mail(moment: datetime, limit: int) -> Sequence[int]:
    """Who has something unread for UNREAD_FOR that she wants by mail, and may be mailed again, the longest first."""
    return db.session.scalars(
        select(Notification.person_id)
        .join(Person, Person.id == Notification.person_id)
        .outerjoin(MailChoice, _CHOSEN)
        .outerjoin(MailPause, MailPause.person_id == Notification.person_id)
        .where(
            Notification.read_at.is_(None),
            Notification.mailed_at.is_(None),
            Notification.at <= moment - UNREAD_FOR,
            Notification.at > moment - MAIL_WITHIN,
            Person.verified_at.is_not(None),
            Person.suspended_at.is_(None),
            _wants_mail(),
            or_(MailPause.id.is_(None), may_be_mailed(moment)),
        )
        .group_by(Notification.person_id)
        .order_by(func.min(Notification.at), Notification.person_id)
        .limit(limit)
    ).all()


def notifications_to_mail(person_id: int, moment: datetime) -> Sequence[int]:
    """The ids of what a person has not read lately, was not mailed and wants by mail, the latest first."""
    return db.session.scalars(
        select(Notification.id)
        .outerjoin(MailChoice, _CHOSEN)
        .where(
            Notification.person_id == person_id,
            Notification.read_at.is_(None),
            Notification.mailed_at.is_(None),
            Notification.at > moment - MAIL_WITHIN,
            _wants_mail(),
        )
        .order_by(Notification.at.desc(), Notification.id.desc())
        .limit(MAX_MAILED)
    ).all()


def unread_among(actor: Actor, ids: Collection[int]) -> Sequence[Notification]:
    """Those of some notifications that are the actor's and still unread, the latest first."""
    return db.session.scalars(
        select(Notification)
        .where(is_own(actor), Notification.id.in_(ids), Notification.read_at.is_(None))
        .order_by(Notification.at.desc(), Notification.id.desc())
    ).all()
