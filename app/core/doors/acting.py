"""Who stands in the door: the actor of this request or command, read anew for every transaction that writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import g

from app.core.actors import Actor, identify
from app.core.doors.transaction import writing


def receive(token: str | None) -> Actor:
    """Recognise who comes in by the secret of a sign-in, and remember it for this request or command."""
    g.token = token
    g.actor = identify(token)
    actor: Actor = g.actor
    return actor


@contextmanager
def acting() -> Iterator[Actor]:
    """A writing transaction with the actor as she stands inside it: whoever was suspended just now is not."""
    with writing():
        yield receive(g.get("token"))
