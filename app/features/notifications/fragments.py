"""What notifications show on every page: the bell."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup

from app.core.actors import Actor
from app.features.notifications.queries import count_unread
from app.features.notifications.services.mailing import note_seen


def bell(actor: Actor) -> Markup | str:
    """The bell with how much is unread; visitors have none."""
    if actor.person is None:
        return ""
    note_seen(actor.person.id)
    return Markup(render_template("notifications/_bell.html", unread=count_unread(actor)))
