"""What a device shows of a notice: of what kind it is and where it leads, no word and no name, for others see the screen."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from flask import current_app

from app.core.i18n import available_language, speaking
from app.features.accounts.queries import find_person
from app.features.notifications.presenters import present
from app.features.notifications.queries import unread_about
from app.features.organisations.queries import actor_of
from config import Settings

MAX_TITLE_CHARS = 100
MAX_URL_CHARS = 1500
TOPIC_CHARS = 32
DECLARATIVE = 8030
"""Says to browsers that know it that they may show the message without a script (Declarative Web Push)."""


@dataclass(frozen=True)
class PushMessage:
    """The content of a push message, far below the 4,096 bytes that push services take, and what it replaces."""

    content: bytes
    topic: str


def render_push(person_id: int, kind: str, subject_id: int) -> PushMessage | None:
    """The push message about a notice for a person's devices; None where she has read it, or may not see it any more."""
    person = find_person(person_id)
    if person is None or person.suspended_at is not None:
        return None
    settings: Settings = current_app.extensions["trama.settings"]
    lang = available_language(person.locale)
    with speaking(lang):
        actor = actor_of(person)
        shown = present(actor, unread_about(actor, kind, subject_id))
        if not shown:
            return None
        topic = hashlib.sha256(f"{kind.partition('.')[0]}:{subject_id}".encode()).hexdigest()[:TOPIC_CHARS]
        notification = {
            "title": settings.cluster_name[:MAX_TITLE_CHARS],
            "body": str(shown[0].kind.says),
            "lang": lang,
            "tag": topic,
            "navigate": f"{settings.public_url}{shown[0].text.url}"[:MAX_URL_CHARS],
        }
    return PushMessage(json.dumps({"web_push": DECLARATIVE, "notification": notification}).encode(), topic)
