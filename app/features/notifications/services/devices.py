"""Push subscriptions: made by a press in a browser, deleted with the sign-in in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import delete, update

from app.core.actors import Actor
from app.core.clock import now
from app.core.database import db
from app.core.errors import Invalid, SignInNeeded
from app.core.jobs import enqueue
from app.core.notices import notice_kinds
from app.core.transactions import write_transaction
from app.features.accounts.queries import find_person, lock_person
from app.features.notifications.mail_hours import end_of_quiet
from app.features.notifications.models import (
    MAX_ENDPOINT_CHARS,
    PushKey,
    PushSubscription,
    usual_schedule,
)
from app.features.notifications.push_delivery import (
    are_keys,
    is_push_service,
    make_private_key,
    public_key,
)
from app.features.notifications.queries import (
    ended_device_ids,
    mail_schedule_of,
    people_with_devices,
    push_key,
)

PUSH_JOB = "notifications.push"
GONE = (404, 410)
"""With these a push service says that a browser takes messages no more."""
MAX_FAILURES = 10
"""After so many failures in a row a device is forgotten."""


def ensure_public_key(actor: Actor) -> str:
    """The public key by which a browser knows this installation; the key is made when the first one asks.

    Raises Conflict where two ask for the first time at once: the second asks again.
    """
    if actor.person_id is None:
        raise SignInNeeded
    kept = push_key()
    if kept is None:
        kept = make_private_key()
        db.session.add(PushKey(id=1, private_key=kept))
        db.session.flush()
    return public_key(kept)


def subscribe_to_push(actor: Actor, endpoint: str, p256dh: str, auth: str) -> None:
    """Subscribe the browser in which the actor is signed in to push messages, in place of whoever was subscribed there.

    `endpoint` is the address that its push service gave it, `p256dh` and `auth` are its keys. Raises Invalid for an address
    of no push service that is known, and for what are no keys.
    """
    if actor.person_id is None or actor.login_id is None:
        raise SignInNeeded
    settings = current_app.extensions["trama.settings"]
    if len(endpoint) > MAX_ENDPOINT_CHARS or not is_push_service(endpoint, settings):
        raise Invalid(
            _("The service that brings messages to your browser is not one that this installation knows.")
        )
    if not are_keys(p256dh, auth):
        raise Invalid(_("What your browser sent could not be read. Load the page again and try once more."))
    lock_person(actor.person_id)
    unsubscribe_from_push(actor)
    db.session.execute(delete(PushSubscription).where(PushSubscription.endpoint == endpoint))
    db.session.add(PushSubscription(login_id=actor.login_id, endpoint=endpoint, p256dh=p256dh, auth=auth))
    db.session.flush()


def unsubscribe_from_push(actor: Actor) -> None:
    """Delete the push subscription of the browser in which the actor is signed in."""
    if actor.login_id is None:
        raise SignInNeeded
    db.session.execute(delete(PushSubscription).where(PushSubscription.login_id == actor.login_id))


def forget_ended_devices() -> None:
    """Forget the browsers in which the sign-in has ended: once a minute."""
    ended = ended_device_ids()
    if ended:
        with write_transaction():
            db.session.execute(delete(PushSubscription).where(PushSubscription.id.in_(ended)))


def enqueue_push_messages(kind: str, people: Collection[int], subject_id: int) -> None:
    """Enqueue push messages about a new notice to the devices of some people, where its kind is sent by push."""
    if people and notice_kinds()[kind].push:
        for person_id in people_with_devices(people):
            enqueue(PUSH_JOB, person_id=person_id, notice_kind=kind, subject_id=subject_id)


def wait_in_quiet_hours(person_id: int, kind: str, subject_id: int) -> bool:
    """Whether a person has quiet hours now; if so, the push is enqueued for their end, and sent if it is unread then."""
    person = find_person(person_id)
    schedule = mail_schedule_of(person_id) or usual_schedule()
    zone = person.timezone if person else "UTC"
    quiet_until = end_of_quiet(now(), zone, schedule.quiet_from, schedule.quiet_to)
    if quiet_until is None:
        return False
    with write_transaction():
        enqueue(PUSH_JOB, after=quiet_until, person_id=person_id, notice_kind=kind, subject_id=subject_id)
    return True


def note_deliveries(statuses: Mapping[int, int]) -> None:
    """Note how deliveries went, by the id of the device: one that is gone is forgotten, and one that failed ten times."""
    for device_id, status in statuses.items():
        this = PushSubscription.id == device_id
        failures = 0 if 200 <= status < 300 else PushSubscription.failures + 1
        db.session.execute(update(PushSubscription).where(this).values(failures=failures))
        is_gone = this if status in GONE else this & (PushSubscription.failures >= MAX_FAILURES)
        db.session.execute(delete(PushSubscription).where(is_gone))
