"""The pages of rooms: which there are, one of them with its talk and its composer, and those that change what was said."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.actors import Actor
from app.core.errors import BadRequest
from app.core.forms import value_of
from app.core.http.pages import page, process_form, run_action
from app.core.i18n import current_language
from app.core.limits import count_attempt
from app.core.numbers import number_argument
from app.core.permissions import SIGNED_IN, authorize, can
from app.features.rooms import services
from app.features.rooms.api import SentFiles, sent_files
from app.features.rooms.forms import (
    CommandForm,
    FollowForm,
    MessageForm,
    ModeForm,
    MuteForm,
    ReactionForm,
    ReadForm,
    ReportForm,
    ThemeForm,
    WordsForm,
    fresh_cid,
    theme_values,
)
from app.features.rooms.presenters.pages import (
    list_page,
    message_page,
    place_of,
    place_of_day,
    print_page,
    report_page,
    report_rows,
    room_page,
    side_list,
    theme_page,
)
from app.features.rooms.queries import get_message, get_room
from app.features.rooms.queries.mentions import mentionables, organisation_labels
from app.features.rooms.queries.reports import list_reports
from app.features.rooms.queries.themes import get_theme
from app.features.rooms.services import moderation, themes

blueprint = Blueprint("rooms", __name__, url_prefix="/<lang:lang>/rooms")
reports = Blueprint("reports", __name__, url_prefix="/<lang:lang>/reports")
ROOM = "/<int:room_id>"
MESSAGE = f"{ROOM}/messages/<int:seq>"
PAGE_RATE = "30 per minute"
REPORTS_EACH = "10 per hour"


@page(blueprint, "", permission=SIGNED_IN)
def index() -> ResponseReturnValue:
    """The rooms that one may enter, those with the newest talk first."""
    return render_template("rooms/index.html", **list_page(g.actor, request.args.get("after")))


@page(blueprint, f"{ROOM}/list", permission="room.read")
def side(room_id: int) -> ResponseReturnValue:
    """A part of a room's page on wide screens: the rooms that one may enter."""
    get_room(g.actor, room_id)
    return render_template("rooms/_side_list.html", **side_list(g.actor, room_id))


@page(blueprint, ROOM, permission="room.read", methods=("GET", "POST"), takes_files=True)
def show(room_id: int) -> ResponseReturnValue:
    """A room: its talk, and the form that adds to it. `?at=` leads to one of its messages, wherever it
    stands by now, `?day=` to the first one since a day."""
    if request.method == "GET" and (at := number_argument("at")):
        get_message(g.actor, room_id, at)
        return redirect(place_of(room_id, at))
    if request.method == "GET" and (day := request.args.get("day")):
        place = place_of_day(g.actor, room_id, day)
        if not place:
            flash(_("Nothing was said since that day."), "problem")
        return redirect(place or url_for("rooms.show", room_id=room_id))
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


@page(blueprint, f"{ROOM}/mentions", permission="room.read")
def mentions(room_id: int) -> ResponseReturnValue:
    """A part of the room's page: who can be mentioned in it, for who moderates it all its organisations at once."""
    room = get_room(g.actor, room_id)
    found = mentionables(room)
    partners = organisation_labels(found) if can(g.actor, "room.moderate", room) else []
    return render_template("rooms/_mentions.html", mentionables=found, partners=partners)


@page(blueprint, "/new-theme", permission="theme.open", methods=("GET", "POST"))
def new_theme() -> ResponseReturnValue:
    """Open the room of a theme."""
    authorize(g.actor, "theme.open")
    form = ThemeForm()
    return process_form(
        form,
        "rooms/theme_form.html",
        lambda actor: themes.open_theme(actor, **form.theme()),
        lambda room: url_for("rooms.show", room_id=room.id),
        say=_("The room is open. Say what it is for: everybody who is signed in can read it."),
        room=None,
    )


@page(blueprint, f"{ROOM}/theme", permission="theme.edit", methods=("GET", "POST"))
def edit_theme(room_id: int) -> ResponseReturnValue:
    """Change what a theme is called and about."""
    room = get_theme(g.actor, room_id)
    authorize(g.actor, "theme.edit", room)
    form = ThemeForm(**theme_values(room))
    return process_form(
        form,
        "rooms/theme_form.html",
        lambda actor: themes.edit_theme(actor, room_id, **form.theme()),
        lambda _room: url_for("rooms.about", room_id=room_id),
        room=room,
    )


@page(blueprint, f"{ROOM}/close", permission="theme.edit", methods=("POST",))
def close(room_id: int) -> ResponseReturnValue:
    """Close the room of a theme; `off` opens it again."""
    closed = "off" not in request.form
    return run_action(
        lambda actor: themes.close_theme(actor, room_id, fresh_cid(), closed=closed),
        url_for("rooms.show", room_id=room_id),
    )


@page(blueprint, f"{ROOM}/about", permission="room.read")
def about(room_id: int) -> ResponseReturnValue:
    """What a theme is about."""
    return render_template("rooms/theme.html", **theme_page(g.actor, room_id))


@page(blueprint, f"{ROOM}/mode", permission="room.moderate", methods=("POST",))
def mode(room_id: int) -> ResponseReturnValue:
    """Say who writes in a room."""
    form = ModeForm()
    if not form.validate():
        raise BadRequest
    chosen, slow_seconds = form.chosen()
    return run_action(
        lambda actor: moderation.set_mode(actor, room_id, value_of(form.cid), chosen, slow_seconds),
        url_for("rooms.show", room_id=room_id),
        say=_("Done. Everybody in the room sees it."),
    )


@page(blueprint, f"{ROOM}/mute", permission="room.moderate", methods=("POST",))
def mute(room_id: int) -> ResponseReturnValue:
    """Let a person write nothing in a room for some days, or again."""
    form = MuteForm()
    if not form.validate():
        raise BadRequest
    person, days = value_of(form.person), value_of(form.days)
    return run_action(
        lambda actor: moderation.mute(actor, room_id, person, days),
        url_for("rooms.show", room_id=room_id),
        say=_("Done. The person reads it in place of the field to write in.")
        if days
        else _("Done. The person can write again."),
    )


@page(blueprint, f"{ROOM}/follow", permission="room.read", methods=("POST",))
def follow(room_id: int) -> ResponseReturnValue:
    """Choose of what in a room one is told."""
    form = FollowForm()
    if not form.validate():
        raise BadRequest
    chosen = form.chosen()
    return run_action(
        lambda actor: moderation.set_follow(actor, room_id, chosen),
        url_for("rooms.show", room_id=room_id),
        say=_("Done."),
    )


@page(blueprint, f"{ROOM}/print", permission="room.read")
def print_view(room_id: int) -> ResponseReturnValue:
    """A room's messages to be printed or kept, the newest or those before `?before=`."""
    shown = print_page(g.actor, room_id, number_argument("before"))
    return render_template("rooms/print.html", room_id=room_id, **shown)


@page(blueprint, MESSAGE, permission="room.read")
def message(room_id: int, seq: int) -> ResponseReturnValue:
    """A message with all that one can do with it."""
    return render_template("rooms/message.html", **message_page(g.actor, room_id, seq, "room.read"))


@page(blueprint, f"{MESSAGE}/react", permission="room.read", methods=("POST",))
def react(room_id: int, seq: int) -> ResponseReturnValue:
    """Say a word to a message, or take it back."""
    form = ReactionForm()
    if not form.validate() or not form.word:
        raise BadRequest
    word, on = form.word, bool(form.add.data)
    return run_action(
        lambda actor: services.react(_spend_page_rate(actor), room_id, seq, fresh_cid(), word, on=on),
        place_of(room_id, seq),
    )


@page(blueprint, f"{MESSAGE}/pin", permission="room.pin", methods=("POST",))
def pin(room_id: int, seq: int) -> ResponseReturnValue:
    """Put a message above the talk; `off` takes it from there."""
    on = "off" not in request.form
    return run_action(
        lambda actor: services.pin(_spend_page_rate(actor), room_id, seq, fresh_cid(), on=on),
        place_of(room_id, seq),
    )


@page(blueprint, f"{MESSAGE}/report", permission="room.read", methods=("GET", "POST"))
def report(room_id: int, seq: int) -> ResponseReturnValue:
    """Have those who run the cluster look at a message."""

    def act(actor: Actor) -> object:
        too_many = _("That was a lot at once. Try again in an hour.")
        count_attempt("message report of", REPORTS_EACH, str(actor.person_id), say=too_many)
        return services.report_message(actor, room_id, seq, lang=current_language(), **form.values())

    form = ReportForm()
    return process_form(
        form,
        "rooms/report.html",
        act,
        lambda _report: place_of(room_id, seq),
        say=_("Thank you. Those who run the cluster look at it, and you are told when it is settled."),
        **message_page(g.actor, room_id, seq, "room.read"),
    )


@page(reports, "", permission="report.settle")
def report_list() -> ResponseReturnValue:
    """The reports that are open; with `?settled=1` those that are settled."""
    authorize(g.actor, "report.settle")
    is_settled = request.args.get("settled") == "1"
    found = list_reports(g.actor, request.args.get("after"), settled=is_settled)
    return render_template(
        "rooms/reports.html", rows=report_rows(found.items), next=found.next, is_settled=is_settled
    )


@page(reports, "/<int:report_id>", permission="report.settle")
def show_report(report_id: int) -> ResponseReturnValue:
    """A report, with the message and what was said around it."""
    return render_template("rooms/reported.html", **report_page(g.actor, report_id))


@page(reports, "/<int:report_id>/settle", permission="report.settle", methods=("POST",))
def settle(report_id: int) -> ResponseReturnValue:
    """Settle a report."""
    return run_action(
        lambda actor: services.settle_report(actor, report_id), url_for("reports.report_list"), say=_("Done.")
    )


@page(reports, "/<int:report_id>/reopen", permission="report.settle", methods=("POST",))
def reopen(report_id: int) -> ResponseReturnValue:
    """Let a report be open again."""
    return run_action(
        lambda actor: services.reopen_report(actor, report_id),
        url_for("reports.report_list"),
        say=_("It waits again."),
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
