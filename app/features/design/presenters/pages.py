"""What the pages of design sessions show: the list, the lobby, the preparation, the board."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime as format_in
from babel.dates import format_time as format_hour
from flask_babel import format_datetime, format_time, get_locale, to_user_timezone

from app.core.actors import Actor
from app.core.clock import now
from app.core.i18n import ALL_LANGUAGES, language_name
from app.core.permissions import can
from app.features.design.forms import AboutForm, DateForm, InvitationForm
from app.features.design.methods import METHODS, Method
from app.features.design.models.sessions import DesignSession, DesignState, Phase
from app.features.design.presenters.board_words import board_words, kind_names
from app.features.design.presenters.built_in_texts import built_in_texts
from app.features.design.projections.private_state import own_state
from app.features.design.projections.public_state import format_moment
from app.features.design.queries.participants import participant_of, participants_of, time_zones_of
from app.features.design.queries.sessions import initiative_of, list_design_sessions, phases_of, snapshot_of
from app.features.design.session_context import load_context
from app.features.design.states import SESSION_STATES, SessionMove
from app.features.initiatives.queries import text_in

NAMED = 8


def method_cards(methods: Iterable[Method]) -> list[dict[str, Any]]:
    """The methods as one chooses among them."""
    return [
        {
            "code": method.code,
            "name": str(method.name),
            "promise": str(method.promise),
            "people": str(method.people),
            "minutes": method.minutes,
            "phases": [str(phase.title) for phase in method.phases],
            "source": method.source,
            "url": method.url,
        }
        for method in methods
    ]


def list_page(actor: Actor, token: str | None) -> dict[str, Any]:
    """The list of design sessions, and whether one may make another."""
    found = list_design_sessions(actor, token)
    live = [each for each in found.items if each.state is DesignState.LIVE]
    return {
        "design_sessions": found.items,
        "next": found.next,
        "live": live,
        "may_prepare": can(actor, "design.prepare"),
    }


def lobby_page(actor: Actor, design_session: DesignSession) -> dict[str, Any]:
    """What a design session is about, when it is for everybody, what will be done, who comes."""
    me = participant_of(design_session, actor.person_id)
    texts = built_in_texts(design_session.lang)
    about = _about(design_session)
    for phase in about["phases"]:
        for name in ("title", "prompt"):
            phase[f"{name}_lang"] = "" if phase[name] in texts else design_session.lang
            phase[name] = texts.get(phase[name], phase[name])
    return {
        **about,
        "is_in": me is not None and me.joined_at is not None and me.removed_at is None,
        "may_join": can(actor, "design.join", design_session),
        "may_prepare": can(actor, "design.prepare", design_session),
        "may_run": can(actor, "design.run", design_session),
    }


def prepare_page(actor: Actor, design_session: DesignSession) -> dict[str, Any]:
    """The page of preparation: the words, the plan and the people of a session, with their forms."""
    day_and_hour: dict[str, Any] = {}
    if design_session.starts_at is not None:
        local = to_user_timezone(design_session.starts_at)
        day_and_hour = {"day": local.date(), "hour": local.time().replace(second=0, microsecond=0)}
    moves = SESSION_STATES.allowed_moves(design_session.state)
    return {
        **_about(design_session),
        "moves": [move.value for move in moves],
        "may_start": can(actor, "design.run", design_session) and SessionMove.START in moves,
        "about": AboutForm(formdata=None, obj=design_session),
        "date": DateForm(formdata=None, **day_and_hour),
        "invite": InvitationForm(formdata=None),
        "total": sum(phase.minutes for phase in phases_of(design_session)),
    }


def _about(design_session: DesignSession) -> dict[str, Any]:
    initiative = initiative_of(design_session)
    method = METHODS.get(design_session.method)
    return {
        "design": design_session,
        "initiative": {"slug": initiative.slug, "title": text_in(initiative).title} if initiative else None,
        "method": {"name": method.name, "source": method.source, "url": method.url} if method else None,
        "phases": phase_rows(phases_of(design_session), design_session.starts_at),
        "people": [
            {
                "id": participant.person_id,
                "name": participant.name,
                "organisation": participant.organisation_name,
                "country": participant.country,
                "role": participant.role.value,
                "joined": participant.joined_at is not None,
            }
            for participant in participants_of(design_session)
        ],
        "times": local_times(design_session),
    }


def phase_rows(phases: Sequence[Phase], starts_at: datetime | None = None) -> list[dict[str, Any]]:
    """The phases as rows of a plan, `at` the hour of each in the reader's time zone where the beginning is set."""
    names = kind_names()
    before = [sum(each.minutes for each in phases[:place]) for place in range(len(phases))]
    return [
        {
            "id": phase.id,
            "position": phase.position,
            "kind": names[phase.kind.value],
            "title": phase.title,
            "prompt": phase.prompt,
            "minutes": phase.minutes,
            "at": format_time(starts_at + timedelta(minutes=before[place]), "short") if starts_at else "",
            "status": phase.status.value,
            "first": phase.position == 1,
            "last": phase.position == len(phases),
        }
        for place, phase in enumerate(phases)
    ]


def local_times(design_session: DesignSession) -> list[dict[str, Any]]:
    """The local start times of the people who are invited, each with their names."""
    if design_session.starts_at is None:
        return []
    names: dict[str, list[str]] = defaultdict(list)
    for name, zone in time_zones_of(design_session):
        names[zone].append(name)
    rows = [_local(design_session.starts_at, zone, found) for zone, found in names.items()]
    return sorted(rows, key=lambda row: (row["offset"], row["place"]))


def _local(moment: datetime, zone: str, names: Sequence[str]) -> dict[str, Any]:
    local = moment.astimezone(ZoneInfo(zone))
    return {
        "offset": local.utcoffset(),
        "day": format_datetime(moment, "EEEE d MMMM")
        if local.date() != to_user_timezone(moment).date()
        else "",
        "hour": format_hour(moment, "short", tzinfo=ZoneInfo(zone), locale=get_locale()),
        "place": zone.rpartition("/")[2].replace("_", " "),
        "names": names[:NAMED],
        "more": max(0, len(names) - NAMED),
    }


# --- The board -------------------------------------------------------------------------------------------


def board_page(actor: Actor, design_session: DesignSession) -> dict[str, Any]:
    """The board as the actor sees it; everything after that comes as events."""
    snapshot = snapshot_of(design_session)
    state = {"now": {}, **snapshot["state"]}
    own = own_state(load_context(actor, design_session))
    phases = sorted(state.get("phases", {}).items(), key=lambda each: each[1]["position"])
    cards = sorted(state.get("cards", {}).values(), key=lambda card: card["rank"])
    columns = sorted(state.get("columns", {}).items(), key=lambda pair: pair[1]["rank"])
    texts = built_in_texts(design_session.lang)
    return {
        "design": {"id": design_session.id},
        "stream": {"id": snapshot["stream"], "epoch": snapshot["epoch"], "head": snapshot["seq"]},
        "state": state,
        "mine": own,
        "phases": phases,
        "now": state.get("phases", {}).get(state["now"].get("phase")),
        "columns": [
            (key, column, [card for card in cards if card["column"] == key])
            for key, column in columns
            if column["board"] == "main"
        ],
        "words": board_words(),
        "built_in": texts,
        "runs": "run" in own["may"],
        "is_in": own["joined"],
        "moment": format_moment(now()),
        "writing_languages": [(code, language_name(code)) for code in ALL_LANGUAGES],
    }


def replay_page(actor: Actor, design_session: DesignSession) -> dict[str, Any]:
    """The page that plays a design session back from its first event; what is one's own has no place in it."""
    return {**board_page(actor, design_session), "mine": {"may": []}, "runs": False}


# --- Moments as pages and mails write them ---------------------------------------------------------------


WHOLE = "EEEE d MMMM y, HH:mm"


def whole_moment(moment: datetime) -> str:
    """Day and hour in the reader's own time."""
    return str(format_datetime(moment, WHOLE))


def moment_in(moment: datetime, zone: str) -> str:
    """Day and hour in a time zone, with its name: for notices, which are mailed to readers whom no page knows."""
    return format_in(moment, f"{WHOLE} (VVV)", tzinfo=ZoneInfo(zone), locale=get_locale())
