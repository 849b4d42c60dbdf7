"""How one is mailed: the page of choices, and the address in each mail that ends mails like it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.actors import Actor
from app.core.extensions import csrf
from app.core.http.pages import page, process_form, run_action
from app.core.notices import Channel, notice_kinds
from app.core.numbers import parse_integer
from app.core.permissions import PUBLIC, SIGNED_IN
from app.core.transactions import write_transaction
from app.features.notifications.forms import choices_form, field_name, push_field_name
from app.features.notifications.models import usual_schedule
from app.features.notifications.notices import RETURNED
from app.features.notifications.queries import (
    MAX_RETURNS,
    choices_of,
    has_device,
    mail_return_of,
    mail_schedule_of,
)
from app.features.notifications.services.choices import choose_mails, unsubscribe
from app.features.notifications.services.returns import mail_again
from app.features.notifications.unsubscribe_tokens import read_token

choices = Blueprint("mail_choices", __name__, url_prefix="/<lang:lang>/account/notifications")
unsubscribing = Blueprint("unsubscribing", __name__)


@page(choices, "", permission=SIGNED_IN, methods=("GET", "POST"))
def choose() -> ResponseReturnValue:
    """What is mailed to the reader, why, and otherwise if she wants."""
    person = g.actor.person
    kinds = {name: kind for name, kind in notice_kinds().items() if name != RETURNED}
    schedule = mail_schedule_of(person.id) or usual_schedule()
    form = choices_form(kinds, choices_of(person.id), schedule)
    pushed = [name for name, kind in kinds.items() if kind.push]

    def act(actor: Actor) -> None:
        chosen: dict[str, Any] = form.values()
        channels = {
            name: None if (channel := Channel(chosen[field_name(name)])) is kind.channel else channel
            for name, kind in kinds.items()
        }
        choose_mails(
            actor,
            channels,
            parse_integer(chosen["quiet_from"]) or 0,
            parse_integer(chosen["quiet_to"]) or 0,
            with_words=chosen["with_words"],
            pushes_words=chosen["pushes_words"],
            unpushed_kinds=[name for name in pushed if not chosen[push_field_name(name)]],
        )

    came_back = mail_return_of(person)

    return process_form(
        form,
        "notifications/choices.html",
        act,
        lambda _result: url_for("mail_choices.choose"),
        say=_("Kept."),
        names=[field_name(kind) for kind in kinds],
        push_fields={field_name(name): push_field_name(name) for name in pushed},
        pushes_words=schedule.pushes_words,
        is_told_here=has_device(g.actor),
        chosen={field_name(kind) for kind in choices_of(person.id)},
        address=person.email,
        timezone=person.timezone,
        comes_back=came_back is not None and came_back.count >= MAX_RETURNS,
    )


@page(choices, "/again", permission=SIGNED_IN, methods=("POST",))
def again() -> ResponseReturnValue:
    """Send mails to the reader again, after some came back."""
    return run_action(mail_again, url_for("mail_choices.choose"), say=_("Emails are sent to you again."))


@page(unsubscribing, "/unsubscribe/<token>", permission=PUBLIC, methods=("GET", "POST"))
def stop(token: str) -> ResponseReturnValue:
    """End mails of some kinds by one press (RFC 8058); looking at the page changes nothing."""
    _person_id, kinds = read_token(token)
    is_done = request.method == "POST"
    if is_done:
        with write_transaction():
            unsubscribe(token)
    names = [str(notice_kinds()[kind].says) for kind in kinds]
    return render_template("notifications/stop.html", is_done=is_done, names=names, token=token)


csrf.exempt(stop)
