"""Reading notifications: a person's own, for the organisations that she acts for now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, true

from app.core.actors import Actor
from app.core.clock import now
from app.core.database import db
from app.core.errors import NotFound
from app.core.notices import Channel, notice_kinds
from app.core.pagination import Key, Page, paginate
from app.features.accounts.models import Login, Person
from app.features.accounts.queries import is_valid
from app.features.notifications.models import (
    MailChoice,
    MailPause,
    MailReturn,
    MailSchedule,
    Notification,
    PushKey,
    PushSubscription,
    Visit,
)

MAX_COUNTED = 100
"""So many unread ones are counted: a badge says "99+"."""
MAX_MAILED = 500
"""So many notifications are taken up by one mail."""
UNREAD_FOR = timedelta(minutes=10)
"""So long something waits to be read before it is mailed."""
MAIL_WITHIN = timedelta(days=1)
"""What is older is not mailed any more: after a restore nobody is written to about what was new long ago."""
DIGEST_WITHIN = timedelta(days=15)
"""What is older is not gathered any more; a Monday may be missed."""
MAX_RETURNS = 3
"""After so many mails that came back, none is sent to that address."""
VISITS_APART = timedelta(hours=4)
"""Who comes back after less than this is still here."""
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

    Half an hour after the last mail, and only if she was here since; not in quiet hours.
    """
    return or_(
        MailPause.mailed_at.is_(None),
        and_(MailPause.mailed_at <= moment - PAUSE, MailPause.seen_at > MailPause.mailed_at),
    ) & or_(MailPause.quiet_until.is_(None), MailPause.quiet_until <= moment)


def _is_wanted(*channels: Channel) -> ColumnElement[bool]:
    """The condition on Notification, joined to MailChoice, that its person is mailed about its kind in one of these ways."""
    usual = [kind.name for kind in notice_kinds().values() if kind.channel in channels]
    unchosen = and_(MailChoice.id.is_(None), Notification.kind.in_(usual))
    return or_(MailChoice.channel.in_(channels), unchosen)


def _is_waiting(since: datetime) -> ColumnElement[bool]:
    """The condition on Notification that it came after a moment, and was neither read nor mailed."""
    return and_(Notification.read_at.is_(None), Notification.mailed_at.is_(None), Notification.at > since)


def _can_be_mailed() -> ColumnElement[bool]:
    """The condition on Person, joined to MailReturn, that mail reaches her."""
    comes_back = and_(MailReturn.email == Person.email, MailReturn.count >= MAX_RETURNS)
    return and_(Person.verified_at.is_not(None), Person.suspended_at.is_(None), comes_back.is_not(true()))


_CHOSEN = and_(MailChoice.person_id == Notification.person_id, MailChoice.kind == Notification.kind)


def people_to_mail(moment: datetime, limit: int) -> Sequence[int]:
    """The ids of those who may be mailed again and for whom something waits at once for UNREAD_FOR, the longest first."""
    waiting = (
        select(Notification.person_id, func.min(Notification.at).label("at"))
        .outerjoin(MailChoice, _CHOSEN)
        .where(
            _is_waiting(moment - MAIL_WITHIN),
            Notification.at <= moment - UNREAD_FOR,
            _is_wanted(Channel.NOW),
        )
        .group_by(Notification.person_id)
        .subquery()
    )
    return db.session.scalars(
        select(Person.id)
        .join(waiting, waiting.c.person_id == Person.id)
        .outerjoin(MailPause, MailPause.person_id == Person.id)
        .outerjoin(MailReturn, MailReturn.person_id == Person.id)
        .where(_can_be_mailed(), or_(MailPause.id.is_(None), may_be_mailed(moment)))
        .order_by(waiting.c.at, Person.id)
        .limit(limit)
    ).all()


def people_to_digest(moment: datetime, limit: int) -> Sequence[int]:
    """The ids of those for whom something waits that is gathered, and whose hour has come or is not known yet."""
    waiting = (
        select(Notification.person_id)
        .outerjoin(MailChoice, _CHOSEN)
        .where(_is_waiting(moment - DIGEST_WITHIN), _is_wanted(Channel.DAILY, Channel.WEEKLY))
    )
    return db.session.scalars(
        select(Person.id)
        .outerjoin(MailSchedule, MailSchedule.person_id == Person.id)
        .outerjoin(MailReturn, MailReturn.person_id == Person.id)
        .where(
            Person.id.in_(waiting),
            _can_be_mailed(),
            or_(MailSchedule.digest_due_at.is_(None), MailSchedule.digest_due_at <= moment),
        )
        .order_by(MailSchedule.digest_due_at, Person.id)
        .limit(limit)
    ).all()


def notifications_to_mail(
    person_id: int, moment: datetime, *channels: Channel, until: datetime | None = None
) -> Sequence[int]:
    """The ids of what a person has not read lately, was not mailed and wants in these ways, the latest first.

    Of what came after `until` there is none.
    """
    within = MAIL_WITHIN if channels == (Channel.NOW,) else DIGEST_WITHIN
    return db.session.scalars(
        select(Notification.id)
        .outerjoin(MailChoice, _CHOSEN)
        .where(
            Notification.person_id == person_id,
            _is_waiting(moment - within),
            Notification.at <= (until or moment),
            _is_wanted(*channels),
        )
        .order_by(Notification.at.desc(), Notification.id.desc())
        .limit(MAX_MAILED)
    ).all()


def lock_pauses(people: Collection[int]) -> None:
    """Hold the rows of MailPause of some people until the end of this transaction, always in the same order."""
    db.session.execute(
        select(MailPause.id)
        .where(MailPause.person_id.in_(people))
        .order_by(MailPause.person_id)
        .with_for_update()
    )


def mail_schedule_of(person_id: int) -> MailSchedule | None:
    """When a person wants mails; None where she never chose and was never sent a digest."""
    return db.session.scalar(select(MailSchedule).where(MailSchedule.person_id == person_id))


def mail_return_of(person: Person) -> MailReturn | None:
    """How many mails to a person's present address came back; None where none did."""
    query = select(MailReturn).where(MailReturn.person_id == person.id, MailReturn.email == person.email)
    return db.session.scalar(query)


def visits_at(people: Collection[int], moment: datetime) -> Select[int, datetime, datetime]:
    """Rows of Visit for those of some people who are still known: person, when she is here, when the row is made."""
    at = literal(moment)
    return select(Person.id, at, at).where(Person.id.in_(people)).order_by(Person.id)


def last_visit_of(person_id: int) -> datetime | None:
    """Until when a person was here the time before this one; None where that is not known."""
    visit = db.session.scalar(select(Visit).where(Visit.person_id == person_id))
    if visit is None:
        return None
    return visit.last_at if visit.last_at < now() - VISITS_APART else visit.before_at


def unread_among(actor: Actor, ids: Collection[int]) -> Sequence[Notification]:
    """Those of some notifications that are the actor's and still unread, the latest first."""
    return db.session.scalars(
        select(Notification)
        .where(is_own(actor), Notification.id.in_(ids), Notification.read_at.is_(None))
        .order_by(Notification.at.desc(), Notification.id.desc())
    ).all()


def push_key() -> str | None:
    """The private key of this installation for push services; None before the first device asked."""
    return db.session.scalar(select(PushKey.private_key))


def devices_of(person_id: int) -> Sequence[PushSubscription]:
    """The push subscriptions of the browsers in which a person is signed in."""
    return db.session.scalars(
        select(PushSubscription)
        .join(Login, Login.id == PushSubscription.login_id)
        .join(Person, Person.id == Login.person_id)
        .where(Login.person_id == person_id, is_valid())
        .order_by(PushSubscription.id)
    ).all()


def has_device(actor: Actor) -> bool:
    """Whether the browser in which the actor is signed in has a push subscription."""
    query = select(PushSubscription.id).where(PushSubscription.login_id == actor.login_id)
    return db.session.scalar(query) is not None


def people_with_devices(people: Collection[int]) -> Sequence[int]:
    """The ids of those of some people who have a push subscription."""
    return db.session.scalars(
        select(Login.person_id)
        .join(PushSubscription, PushSubscription.login_id == Login.id)
        .where(Login.person_id.in_(people))
        .distinct()
        .order_by(Login.person_id)
    ).all()


def ended_device_ids() -> Sequence[int]:
    """The ids of the push subscriptions whose sign-in has ended."""
    return db.session.scalars(
        select(PushSubscription.id)
        .join(Login, Login.id == PushSubscription.login_id)
        .join(Person, Person.id == Login.person_id)
        .where(~is_valid())
    ).all()


def unread_about(actor: Actor, kind: str, subject_id: int) -> Sequence[Notification]:
    """The actor's notification of a kind about a subject, as long as it is unread."""
    return db.session.scalars(
        select(Notification).where(
            is_own(actor),
            Notification.kind == kind,
            Notification.subject_id == subject_id,
            Notification.read_at.is_(None),
        )
    ).all()
