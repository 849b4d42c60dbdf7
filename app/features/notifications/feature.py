"""The manifest of the notifications feature."""

from __future__ import annotations

from smtplib import SMTPRecipientsRefused

from flask import current_app
from flask_babel import lazy_gettext as _l

from app.core.feature import Feature, NavigationItem
from app.core.mail import send_mail
from app.core.notices import Notice, NoticesRead
from app.core.permissions import SIGNED_IN
from app.core.transactions import end_read_transaction, write_transaction
from app.features.accounts.queries import get_person
from app.features.notifications.cli import mail as mail_commands
from app.features.notifications.fragments import bell
from app.features.notifications.inbound_mail import says_mailbox_is_gone
from app.features.notifications.mail_rendering import quoted, render_unread_mail
from app.features.notifications.notices import NOTICES
from app.features.notifications.push_delivery import Device, deliver
from app.features.notifications.push_rendering import render_push
from app.features.notifications.queries import devices_of, push_key
from app.features.notifications.services.devices import (
    PUSH_JOB,
    forget_ended_devices,
    note_deliveries,
    wait_in_quiet_hours,
)
from app.features.notifications.services.keeping import keep, note_read
from app.features.notifications.services.mailing import MAIL_JOB, claim_due_mails, prepare_seen
from app.features.notifications.services.returns import note_return
from app.features.notifications.views import devices as device_views
from app.features.notifications.views import mails as mail_views
from app.features.notifications.views.notifications import blueprint


def send_unread_mail(person_id: int, notification_ids: list[int]) -> None:
    """The job that mails a person what she has still not read, if there is anything left to say.

    Where the mail server says at once that it will never deliver to her address, that counts as a mail that came back.
    """
    mail = render_unread_mail(person_id, notification_ids)
    end_read_transaction()
    if mail is None:
        return
    try:
        send_mail(mail)
    except SMTPRecipientsRefused as error:
        if not all(says_mailbox_is_gone(code, text) for code, text in error.recipients.values()):
            raise
        with write_transaction():
            note_return(get_person(person_id))


def send_pushes(person_id: int, notice_kind: str, subject_id: int) -> None:
    """The job that tells a person's devices of a notice, if she has not read it by now and has no quiet hours."""
    message = render_push(person_id, notice_kind, subject_id)
    private_key = push_key()
    devices = [Device(each.id, each.endpoint, each.p256dh, each.auth) for each in devices_of(person_id)]
    if message is None or private_key is None or not devices:
        return
    if wait_in_quiet_hours(person_id, notice_kind, subject_id):
        return
    settings = current_app.extensions["trama.settings"]
    end_read_transaction()
    statuses = {
        each.id: deliver(each, message.content, message.topic, private_key, settings) for each in devices
    }
    with write_transaction():
        note_deliveries(statuses)


FEATURE = Feature(
    name="notifications",
    blueprints=(blueprint, mail_views.choices, mail_views.unsubscribing, device_views.devices),
    navigation=(
        NavigationItem(
            _l("What reaches you by email"), "mail_choices.choose", SIGNED_IN, bars=("account",), order=20
        ),
    ),
    jobs={MAIL_JOB: send_unread_mail, PUSH_JOB: send_pushes},
    chores=(claim_due_mails, forget_ended_devices),
    filters={"quoted": quoted},
    prepare=prepare_seen,
    listens=((Notice, keep), (NoticesRead, note_read)),
    fragments={"site.bell": bell},
    notices=NOTICES,
    cli=(mail_commands,),
)
