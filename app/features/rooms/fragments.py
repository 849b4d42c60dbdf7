"""What rooms show on the pages of earlier features."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup

from app.core.actors import Actor
from app.features.initiatives.models import Initiative
from app.features.rooms.models import RoomKind
from app.features.rooms.queries import is_visible, organisation_summaries, room_of, talk_in


def on_initiative_page(actor: Actor, *, initiative: Initiative) -> Markup | str:
    """The way into an initiative's room, for those who may enter it; nothing for others and before it is opened."""
    room = room_of(RoomKind.INITIATIVE, initiative.id) if actor.person is not None else None
    if room is None or not is_visible(actor, room.stream_id):
        return ""
    unread = talk_in(actor, [room])[room.id].unread
    return Markup(render_template("rooms/_of_initiative.html", room=room, unread=unread))


def own_weave(actor: Actor) -> Markup | str:
    """The weave of the organisation that the actor acts for, beside her name; nothing without one."""
    own = organisation_summaries({actor.organisation_id}) if actor.organisation_id else {}
    return Markup("").join(
        Markup(render_template("rooms/_weave.html", weave_of=each.weave)) for each in own.values()
    )
