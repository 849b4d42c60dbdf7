"""The actor of this request or command, read again for every transaction that writes, and compared with the page's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import g
from flask_babel import gettext as _

from app.core.actors import Actor, OrganisationLike, identify
from app.core.errors import ActorChanged
from app.core.transactions import write_transaction


def load_actor(token: str | None) -> Actor:
    """Recognise who comes in by the secret of a sign-in, and remember it for this request or command."""
    g.token = token
    g.actor = identify(token)
    actor: Actor = g.actor
    return actor


@contextmanager
def actor_transaction() -> Iterator[Actor]:
    """A writing transaction with the actor as she is inside it: a person suspended just now is a visitor.

    Raises ActorChanged where the request's form was made for another actor (`g.acting_as`, set by `pages.page`).
    """
    with write_transaction():
        actor = load_actor(g.get("token"))
        check_actor(actor, g.get("acting_as"))
        yield actor


def check_actor(actor: Actor, acting_as: str | None) -> None:
    """Raise ActorChanged where `acting_as`, the key that a form or command carries, is not the actor's.

    A program without a page sends none on a socket: it acts as its sign-in does.
    """
    if not acting_as or actor.person is None or acting_as == actor.key:
        return
    person_id, _colon, organisation_id = acting_as.partition(":")
    if person_id != str(actor.person.id):
        raise ActorChanged(details={"now": _named(actor, actor.organisation), "before": None})
    before = next((each for each in actor.organisations if str(each.id) == organisation_id), None)
    details = {"now": _named(actor, actor.organisation), "before": before and _named(actor, before)}
    raise ActorChanged(_sentence(actor.organisation, before), details=details)


def _sentence(now: OrganisationLike | None, before: OrganisationLike | None) -> str:
    if now is None:
        return _("You no longer act for the organisation for which this page was made.")
    if before is None:
        return _("You now act for %(now)s. This page was made before that.", now=now.name)
    return _("You now act for %(now)s. This page was made for %(before)s.", now=now.name, before=before.name)


def _named(actor: Actor, organisation: OrganisationLike | None) -> dict[str, Any]:
    assert actor.person is not None
    if organisation is None:
        return {"key": actor.key, "name": actor.person.name, "slug": None}
    return {
        "key": f"{actor.person.id}:{organisation.id}",
        "name": organisation.name,
        "slug": organisation.slug,
    }
