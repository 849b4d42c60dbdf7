"""A mail of what somebody has not read: made when it is sent, so that nothing is in it that was read or removed since."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app, render_template
from flask_babel import gettext as _

from app.core.email_addresses import wire_domain
from app.core.i18n import available_language, public_url_for, speaking
from app.core.mail import Mail
from app.core.notices import NoticeText
from app.features.accounts.queries import find_person
from app.features.notifications.presenters import ShownNotification, present
from app.features.notifications.queries import unread_among
from app.features.notifications.unsubscribe_tokens import make_token
from app.features.organisations.queries import actor_of
from config import Settings


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
        shown = present(actor, unread_among(actor, notification_ids))
        if not shown:
            return None
        subject = str(shown[0].text.sentence.striptags())
        if len(shown) > 1:
            subject = _("%(first)s, and %(num)d more", first=subject, num=len(shown) - 1)
        token = make_token(person.id, (each.kind.name for each in shown))
        stop_url = public_url_for("unsubscribing.stop", token=token)
        context = {
            "subject": subject,
            "lines": [
                MailLine(each.text, f"{_public_url()}{each.text.url}", each.organisation) for each in shown
            ],
            "stop_url": stop_url,
            "choose_url": public_url_for("mail_choices.choose", lang),
            "locale": lang,
        }
        text = render_template("emails/notifications.txt", **context)
        html = render_template("emails/notifications.html", **context)
    return Mail(person.email, lang, subject, text, html, _headers(shown, stop_url))


def _headers(shown: Sequence[ShownNotification], stop_url: str) -> Mapping[str, str]:
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
