"""The pages of rooms: which there are, one of them with its talk and its composer, and those that change what was said."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.actors import Actor
from app.core.errors import BadRequest
from app.core.forms import value_of
from app.core.http.pages import page, process_form, run_action
from app.core.limits import count_attempt
from app.core.numbers import number_argument
from app.core.permissions import SIGNED_IN
from app.features.rooms import services
from app.features.rooms.api import SentFiles, sent_files
from app.features.rooms.forms import CommandForm, MessageForm, ReadForm, WordsForm
from app.features.rooms.presenters.pages import list_page, message_page, place_of, room_page

blueprint = Blueprint("rooms", __name__, url_prefix="/<lang:lang>/rooms")
ROOM = "/<int:room_id>"
MESSAGE = f"{ROOM}/messages/<int:seq>"
PAGE_RATE = "30 per minute"


@page(blueprint, "", permission=SIGNED_IN)
def index() -> ResponseReturnValue:
    """The rooms that one may enter, those with the newest talk first."""
    return render_template("rooms/index.html", **list_page(g.actor, request.args.get("after")))


@page(blueprint, ROOM, permission="room.read", methods=("GET", "POST"), takes_files=True)
def show(room_id: int) -> ResponseReturnValue:
    """A room: its talk, and the form that adds to it."""
    sent = sent_files(room_id) if request.method == "POST" else SentFiles([], [])
    shown = room_page(g.actor, room_id, before=number_argument("before"), answering=number_argument("reply"))
    form = MessageForm(lang=g.actor.person.locale, reply_to=shown["answering"] and shown["answering"]["seq"])
    return process_form(
        form,
        "rooms/show.html",
        lambda actor: services.post_message(
            _spend_page_rate(actor), room_id, files=sent.references(), **form.message()
        ),
        lambda answer: url_for("rooms.show", room_id=room_id, _anchor=f"message-{answer['seq']}"),
        read_form=ReadForm(seq=shown["room"]["head"]),
        sent=sent.kept,
        **shown,
    )


@page(blueprint, f"{MESSAGE}/edit", permission="room.edit", methods=("GET", "POST"))
def edit(room_id: int, seq: int) -> ResponseReturnValue:
    """Put other words in the place of those of one's message."""
    shown = message_page(g.actor, room_id, seq, "room.edit")
    form = WordsForm(**shown["words"])
    return process_form(
        form,
        "rooms/edit.html",
        lambda actor: services.edit_message(_spend_page_rate(actor), room_id, seq, **form.values()),
        lambda answer: place_of(room_id, seq),
        **shown,
    )


@page(blueprint, f"{MESSAGE}/remove", permission="room.remove", methods=("GET", "POST"))
def remove(room_id: int, seq: int) -> ResponseReturnValue:
    """Take a message away, once one is sure."""
    form = CommandForm()
    return process_form(
        form,
        "rooms/remove.html",
        lambda actor: services.remove_message(actor, room_id, seq, **form.values()),
        lambda answer: place_of(room_id, seq),
        **message_page(g.actor, room_id, seq, "room.remove"),
    )


def _spend_page_rate(actor: Actor) -> Actor:
    """The actor, once counted against the rate at which people write; raises TooMany."""
    count_attempt("room-post", PAGE_RATE, str(actor.person_id))
    return actor


@page(blueprint, f"{ROOM}/read", permission="room.read", methods=("POST",))
def read(room_id: int) -> ResponseReturnValue:
    """Note how far one has read, for browsers without a script."""
    form = ReadForm()
    if not form.validate():
        raise BadRequest
    return run_action(
        lambda actor: services.mark_read(actor, room_id, value_of(form.seq)),
        url_for("rooms.show", room_id=room_id),
    )
