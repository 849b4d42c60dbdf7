"""How a person wants to be mailed: chosen on her page, or by the address in a mail that asks for no sign-in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, update

from app.core.actors import Actor
from app.core.database import db
from app.core.errors import SignInNeeded
from app.core.notices import Channel
from app.features.accounts.queries import get_person, lock_person
from app.features.notifications.models import MailChoice, MailPause, MailSchedule
from app.features.notifications.queries import has_choice
from app.features.notifications.services.mailing import add_row
from app.features.notifications.unsubscribe_tokens import read_token


def choose_mails(
    actor: Actor,
    chosen: Mapping[str, Channel | None],
    quiet_from: int,
    quiet_to: int,
    *,
    with_words: bool,
    pushes_words: bool,
    unpushed_kinds: Sequence[str],
) -> None:
    """Keep what the actor chose for kinds of notices, None being as everybody has it; and when and how they come.

    `quiet_from` and `quiet_to` are hours of her day, from 0 to 23; mails have the words that were written `with_words`,
    devices show them if `pushes_words`, and nothing of `unpushed_kinds`.
    """
    if actor.person_id is None:
        raise SignInNeeded
    lock_person(actor.person_id)
    for kind, channel in chosen.items():
        _set(actor.person_id, kind, channel)
    add_row(MailSchedule, actor.person_id)
    mine = update(MailSchedule).where(MailSchedule.person_id == actor.person_id)
    db.session.execute(
        mine.values(
            quiet_from=quiet_from,
            quiet_to=quiet_to,
            with_words=with_words,
            pushes_words=pushes_words,
            unpushed_kinds=list(unpushed_kinds),
        )
    )
    pause = update(MailPause).where(MailPause.person_id == actor.person_id)
    db.session.execute(pause.values(quiet_until=None))


def _set(person_id: int, kind: str, channel: Channel | None) -> None:
    mine = (MailChoice.person_id == person_id, MailChoice.kind == kind)
    if channel is None:
        db.session.execute(delete(MailChoice).where(*mine))
    elif has_choice(person_id, kind):
        db.session.execute(update(MailChoice).where(*mine).values(channel=channel))
    else:
        db.session.add(MailChoice(person_id=person_id, kind=kind, channel=channel))
        db.session.flush()


def unsubscribe(token: str) -> None:
    """End a person's mails of the kinds that a token names. Raises NotFound where she has no account any more."""
    person_id, kinds = read_token(token)
    lock_person(get_person(person_id).id)
    for kind in kinds:
        _set(person_id, kind, Channel.NEVER)
