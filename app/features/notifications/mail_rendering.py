"""A mail of what somebody has not read: made when it is sent, so that nothing is in it that was read or removed since."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from flask import current_app, render_template
from flask_babel import gettext as _

from app.core.email_addresses import wire_domain
from app.core.i18n import available_language, public_url_for, speaking
from app.core.mail import Mail
from app.core.notices import NoticeText
from app.features.accounts.queries import find_person
from app.features.notifications.inbound_addresses import Purpose, digest_of, make_address
from app.features.notifications.presenters import ShownNotification, present
from app.features.notifications.queries import mail_schedule_of, unread_among
from app.features.notifications.reply_text import MARKER
from app.features.notifications.unsubscribe_tokens import make_token
from app.features.organisations.queries import actor_of
from config import Settings

MAX_LINES = 20
"""So many notices stand in one mail; of the others it says how many there are."""


@dataclass(frozen=True)
class MailLine:
    """One notice in a mail, with the whole address of what it is about; `organisation` is the reader's own, if named."""

    text: NoticeText
    url: str
    organisation: str


def render_unread_mail(person_id: int, notification_ids: Collection[int]) -> Mail | None:
    """The mail of what a person has still not read of some notifications; None where nothing is left to say."""
    person = find_person(person_id)
    if person is None or person.suspended_at is not None:
        return None
    lang = available_language(person.locale)
    with speaking(lang):
        actor = actor_of(person)
        unread = unread_among(actor, notification_ids)
        shown = present(actor, unread[:MAX_LINES])
        if not shown:
            return None
        more = len(unread[MAX_LINES:])
        subject = str(shown[0].text.sentence.striptags())
        if len(shown) + more > 1:
            subject = _("%(first)s, and %(num)d more", first=subject, num=len(shown) + more - 1)
        token = make_token(person.id, (each.kind.name for each in shown))
        stop_url = public_url_for("unsubscribing.stop", token=token)
        schedule = mail_schedule_of(person.id)
        shows_words = schedule is None or schedule.with_words
        reply_to = _reply_address(person.id, shown)
        context = {
            "subject": subject,
            "lines": [
                MailLine(
                    each.text if shows_words else replace(each.text, words="", author=""),
                    f"{_public_url()}{each.text.url}",
                    each.organisation,
                )
                for each in shown
            ],
            "more": more,
            "marker": MARKER if reply_to else "",
            "stop_url": stop_url,
            "choose_url": public_url_for("mail_choices.choose", lang),
            "locale": lang,
        }
        text = render_template("emails/notifications.txt", **context)
        html = render_template("emails/notifications.html", **context)
    headers = _headers(shown, stop_url) | ({"Reply-To": reply_to} if reply_to else {})
    return_to = make_address(Purpose.RETURN, person.id, digest_of(person.email))
    return Mail(person.email, lang, subject, text, html, headers, return_to)


def _reply_address(person_id: int, shown: Sequence[ShownNotification]) -> str:
    """Where an answer to a mail goes if it is about one room alone; "" where none is taken."""
    rooms = {(each.text.room_id, each.organisation_id) for each in shown}
    room_id, organisation_id = rooms.pop()
    if rooms or not room_id:
        return ""
    return make_address(Purpose.REPLY, person_id, room_id, organisation_id)


def _headers(shown: Sequence[ShownNotification], stop_url: str) -> dict[str, str]:
    """What mail programs act on: one thread for each subject, and a way out that needs one press (RFC 8058)."""
    host = wire_domain(urlsplit(_public_url()).hostname or "localhost")
    first = shown[0]
    thread = f"<{first.kind.name.partition('.')[0]}.{first.subject_id}@{host}>"
    return {
        "Message-ID": f"<notification.{first.id}.{int(first.at.timestamp())}@{host}>",
        "In-Reply-To": thread,
        "References": thread,
        "List-Unsubscribe": f"<{stop_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Precedence": "bulk",
        "X-Auto-Response-Suppress": "All",
    }


def _public_url() -> str:
    settings: Settings = current_app.extensions["trama.settings"]
    return settings.public_url


def quoted(words: str) -> str:
    """What somebody wrote, as a mail in plain text quotes it."""
    return "\n".join(f"> {line}".rstrip() for line in words.splitlines())
