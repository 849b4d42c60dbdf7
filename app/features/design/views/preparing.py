"""Preparing a design session: making it from a method, its words and its date, who comes, and the way to its start."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.errors import SHOWN_ALONE, AppError, BadRequest
from app.core.http.pages import page, process_form, run_action
from app.core.http.request_actor import actor_transaction
from app.core.numbers import number_sent
from app.core.permissions import authorize
from app.features.design import services
from app.features.design.forms import AboutForm, DateForm, InviteForm, NewForm
from app.features.design.methods import METHODS
from app.features.design.presenters.pages import method_cards, prepare_page
from app.features.design.queries import get_design_session
from app.features.design.services.invitations import invite_address
from app.features.design.views.blueprint import ONE, blueprint


@page(blueprint, "/new", permission="design.prepare", methods=("GET", "POST"))
def new() -> ResponseReturnValue:
    """Make a design session from a method."""
    authorize(g.actor, "design.prepare")
    form = NewForm.of(g.actor, initiative=request.args.get("initiative", ""))
    return process_form(
        form,
        "design/new.html",
        lambda actor: services.create_from_template(actor, **form.values()),
        lambda made: url_for(".prepare", design_id=made.id),
        say=_("Your design session is prepared. You can begin at once, or change it first."),
        methods=method_cards(METHODS.values()),
    )


@page(blueprint, f"{ONE}/prepare", permission="design.prepare")
def prepare(design_id: int) -> ResponseReturnValue:
    """Everything that is to be settled before: phases, date, people, words."""
    design_session = get_design_session(g.actor, design_id)
    authorize(g.actor, "design.prepare", design_session)
    return _prepared(design_id)


def _prepared(design_id: int, status: int = 200, **forms: object) -> ResponseReturnValue:
    """The page of preparation, perhaps with one form as it came back."""
    shown = prepare_page(g.actor, get_design_session(g.actor, design_id))
    return render_template("design/prepare.html", **{**shown, **forms}), status


@page(blueprint, f"{ONE}/about", permission="design.prepare", methods=("POST",))
def about(design_id: int) -> ResponseReturnValue:
    """Change what it is called and asks."""
    form = AboutForm()
    return _save(
        design_id, "about", form, lambda actor: services.edit(actor, design_id, **form.values()), _("Saved.")
    )


@page(blueprint, f"{ONE}/date", permission="design.prepare", methods=("POST",))
def date(design_id: int) -> ResponseReturnValue:
    """Set the day and the hour, in the time of whoever sets it."""
    form = DateForm()
    return _save(
        design_id,
        "date",
        form,
        lambda actor: services.schedule(actor, design_id, form.moment(actor.person.timezone)),
        _("The date is set. Everybody who is invited sees it in their own time."),
    )


@page(blueprint, f"{ONE}/invitations", permission="design.prepare", methods=("POST",))
def invitations(design_id: int) -> ResponseReturnValue:
    """Invite somebody of the cluster by their address."""
    form = InviteForm()
    return _save(
        design_id,
        "invite",
        form,
        lambda actor: invite_address(actor, design_id, form.email.data, form.runs.data),
        _("They are invited."),
    )


def _save(design_id, name, form, act, said) -> ResponseReturnValue:  # type: ignore[no-untyped-def]
    """Act on one of the page's forms; refused, the page comes back with what was typed."""
    authorize(g.actor, "design.prepare", get_design_session(g.actor, design_id))
    if form.validate():
        try:
            with actor_transaction() as actor:
                act(actor)
        except SHOWN_ALONE:
            raise
        except AppError as error:
            form.take(error)
        else:
            flash(said, "done")
            return redirect(url_for(".prepare", design_id=design_id), 303)
    return _prepared(design_id, 422, **{name: form})


MOVES = {
    "unschedule": services.unschedule,
    "open": services.open_for_cards,
    "archive": services.archive,
}


@page(blueprint, f"{ONE}/state", permission="design.prepare", methods=("POST",))
def state(design_id: int) -> ResponseReturnValue:
    """Take the date back, open it for cards, or put it away."""
    move = request.form.get("move", "")
    if move not in MOVES:
        raise BadRequest
    target = ".report" if move == "archive" else ".prepare"
    return run_action(lambda actor: MOVES[move](actor, design_id), url_for(target, design_id=design_id))


@page(blueprint, f"{ONE}/start", permission="design.run", methods=("POST",))
def start(design_id: int) -> ResponseReturnValue:
    """Begin, and go to the board."""
    return run_action(lambda actor: services.start(actor, design_id), url_for(".board", design_id=design_id))


@page(blueprint, f"{ONE}/uninvite", permission="design.prepare", methods=("POST",))
def uninvite(design_id: int) -> ResponseReturnValue:
    """Take an invitation back."""
    person = number_sent("person")
    return run_action(
        lambda actor: services.uninvite(actor, design_id, person),
        url_for(".prepare", design_id=design_id),
    )


@page(blueprint, f"{ONE}/delete", permission="design.prepare", methods=("POST",))
def delete(design_id: int) -> ResponseReturnValue:
    """Delete a draft."""
    return run_action(
        lambda actor: services.delete(actor, design_id), url_for(".index"), say=_("The draft is deleted.")
    )
