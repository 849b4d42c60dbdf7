"""Telling the initiative's room that a design session is over, and where its report is."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.actors import Actor
from app.core.i18n import available_language, public_url_for, speaking
from app.core.permissions import can
from app.features.design.models.sessions import DesignSession
from app.features.design.presenters.public_state import public_state
from app.features.rooms.models import RoomKind
from app.features.rooms.queries import room_of
from app.features.rooms.services import post_message


def post_report(actor: Actor, design_session: DesignSession) -> None:
    """Say in the initiative's room, if there is one and the actor may, what was decided and where the report is."""
    if design_session.initiative_id is None:
        return
    room = room_of(RoomKind.INITIATIVE, design_session.initiative_id)
    if room is None or not can(actor, "room.post", room):
        return
    lang = available_language(design_session.lang)
    with speaking(lang):
        body = _words(design_session, lang)
    post_message(actor, room.id, f"design-report-{design_session.id}", body, lang)


def _words(design_session: DesignSession, lang: str) -> str:
    state = public_state(design_session, ("proposals", "commitments"))
    agreed = sum(each["stage"] == "agreed" for each in state.get("proposals", {}).values())
    promised = len(state.get("commitments", {}))
    return _(
        "The design session “%(title)s” is over: %(decisions)s, %(commitments)s. Read the report: %(url)s",
        title=design_session.title,
        decisions=ngettext("%(num)d decision", "%(num)d decisions", agreed),
        commitments=ngettext("%(num)d commitment", "%(num)d commitments", promised),
        url=public_url_for("design.report", lang=lang, design_id=design_session.id),
    )
