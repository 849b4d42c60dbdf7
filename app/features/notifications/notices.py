"""The kind of notice that is about mails themselves."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.i18n import path_for
from app.core.notices import Channel, NoticeKind, NoticeText, emphasised
from app.features.accounts.queries import get_person

RETURNED = "mail.returned"


def returned(actor: Actor, ids: Collection[int]) -> Mapping[int, NoticeText]:
    """That mails to the actor come back; the subject is herself."""
    if actor.person is None or actor.person.id not in ids:
        return {}
    sentence = emphasised(
        _("Emails to %(address)s come back, so we send none"), address=get_person(actor.person.id).email
    )
    text = NoticeText(
        sentence,
        path_for("mail_choices.choose", _anchor="returned"),
        _("See what to do"),
        _("Your email address"),
    )
    return {actor.person.id: text}


NOTICES = (
    NoticeKind(RETURNED, _l("Emails to you come back"), returned, channel=Channel.NEVER, asks=True, rank=5),
)
