"""Mails of the accounts: in the person's language, with a secret that is used once."""

from __future__ import annotations

import secrets
from datetime import timedelta

from flask_babel.speaklater import LazyString

from app.core.clock import now
from app.core.database import db
from app.core.i18n import available_language, speaking
from app.core.mail import post
from app.features.accounts import queries
from app.features.accounts.models import MailPurpose, MailToken, Person, digest

VALID_FOR = {MailPurpose.VERIFY: timedelta(days=7), MailPurpose.RESET: timedelta(hours=2)}


def write_to(person: Person, subject: LazyString, template: str, **context: object) -> None:
    """Have a mail sent to a person in her language, after this transaction."""
    lang = available_language(person.locale)
    with speaking(lang):
        words = str(subject)
    post(person.email, lang, words, template, **context)


def new_secret(person: Person, purpose: MailPurpose) -> str:
    """A secret to mail to a person.

    Secrets to verify with that were mailed before open nothing any more. Those to reset with stay good until one is
    used: anybody may ask for one, and must not take away the one that the person is about to open.
    """
    if purpose is MailPurpose.VERIFY:
        for earlier in queries.open_tokens(person.id, purpose):
            earlier.used_at = now()
    secret = secrets.token_urlsafe(32)
    db.session.add(
        MailToken(
            person_id=person.id,
            purpose=purpose,
            token_hash=digest(secret),
            expires_at=now() + VALID_FOR[purpose],
        )
    )
    return secret
