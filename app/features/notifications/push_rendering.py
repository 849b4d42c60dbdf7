"""What a device shows of a notice: of what kind it is and where it leads, no word and no name, for others see the screen.

Who chose so on her page of choices sees the sentence and the first words, too.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from flask import current_app

from app.core.i18n import available_language, speaking
from app.core.markdown import cut
from app.features.accounts.queries import find_person
from app.features.notifications.models import usual_schedule
from app.features.notifications.presenters import present
from app.features.notifications.queries import mail_schedule_of, unread_about
from app.features.organisations.queries import actor_of
from config import Settings

MAX_TITLE_CHARS = 100
MAX_URL_CHARS = 1500
MAX_WORDS_CHARS = 200
TOPIC_CHARS = 32
DECLARATIVE = 8030
"""Says to browsers that know it that they may show the message without a script (Declarative Web Push)."""


@dataclass(frozen=True)
class PushMessage:
    """The content of a push message, far below the 4,096 bytes that push services take, and what it replaces."""

    content: bytes
    topic: str


def render_push(person_id: int, kind: str, subject_id: int) -> PushMessage | None:
    """The push message about a notice for a person's devices.

    None where she has read it, may not see it any more, or wants none of its kind there.
    """
    person = find_person(person_id)
    if person is None or person.suspended_at is not None:
        return None
    schedule = mail_schedule_of(person_id) or usual_schedule()
    if kind in schedule.unpushed_kinds:
        return None
    settings: Settings = current_app.extensions["trama.settings"]
    lang = available_language(person.locale)
    with speaking(lang):
        actor = actor_of(person)
        shown = present(actor, unread_about(actor, kind, subject_id))
        if not shown:
            return None
        topic = hashlib.sha256(f"{kind.partition('.')[0]}:{subject_id}".encode()).hexdigest()[:TOPIC_CHARS]
        text = shown[0].text
        title, body = settings.cluster_name, str(shown[0].kind.says)
        if schedule.pushes_words:
            title, body = text.sentence.striptags(), text.words or body
        notification = {
            "title": cut(title, MAX_TITLE_CHARS),
            "body": cut(body, MAX_WORDS_CHARS),
            "lang": lang,
            "tag": topic,
            "navigate": f"{settings.public_url}{text.url}"[:MAX_URL_CHARS],
        }
    return PushMessage(json.dumps({"web_push": DECLARATIVE, "notification": notification}).encode(), topic)
