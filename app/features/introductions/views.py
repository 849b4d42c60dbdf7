"""Introductions: asking, answering, and what the facilitators look after."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.errors import Conflict, Invalid
from app.core.forms import value_of
from app.core.http.pages import page, process_form, return_url, run_action
from app.core.http.request_actor import actor_transaction
from app.core.permissions import SIGNED_IN, authorize, can
from app.features.introductions import presenters, queries
from app.features.introductions.forms import AcceptForm, AskForm
from app.features.introductions.services import facilitation, introductions
from app.features.introductions.services.introductions import AskOutcome
from app.features.organisations.queries import CARD, get_organisation

NUMBER = "<int:introduction_id>"
blueprint = Blueprint("introductions", __name__, url_prefix="/<lang:lang>/introductions")


@page(blueprint, "", permission=SIGNED_IN)
def index() -> ResponseReturnValue:
    """Those that wait for us, those that we wait for, and what became of the others."""
    own = g.actor.organisation_id or 0
    found = queries.introductions_of(g.actor) if can(g.actor, "introduction.read") else []
    recommended = queries.recommended_to(g.actor)
    return render_template(
        "introductions/index.html",
        found=presenters.meetings(found, own, queries.room_numbers(found)),
        tasks=queries.count_tasks(g.actor),
        recommended=presenters.recommended(recommended, own),
        overdue=queries.count_overdue_of(found, own),
    )


@page(blueprint, "/ask/<slug>", permission="introduction.ask", methods=("GET", "POST"))
def ask(slug: str) -> ResponseReturnValue:
    """Ask an organisation for an introduction; asking back accepts."""
    other = get_organisation(g.actor, slug, *CARD)
    authorize(g.actor, "introduction.ask", other)
    eligibility = queries.introduction_eligibility(g.actor, other)
    form = AskForm()

    def then(asked: AskOutcome) -> str:
        """The room, where the other side had asked already; else what else one could do."""
        if asked.room is not None:
            return url_for("rooms.show", room_id=asked.room.id)
        return url_for("suggestions.index") if asked.task is not None else url_for("introductions.index")

    return process_form(
        form,
        "introductions/ask.html",
        lambda actor: introductions.ask(actor, slug, value_of(form.message), form.lang.data),
        then,
        say=presenters.answer_to_asking(other, eligibility),
        other=other,
        step=presenters.next_step(g.actor, other, eligibility),
    )


@page(blueprint, f"/{NUMBER}/accept", permission="introduction.answer", methods=("POST",))
def accept(introduction_id: int) -> ResponseReturnValue:
    """Say yes, with a few words if one likes, and go on to the room."""
    form = AcceptForm()
    introduction = queries.get_introduction(g.actor, introduction_id)
    authorize(g.actor, "introduction.answer", introduction)
    try:
        if form.validate():
            with actor_transaction() as actor:
                room = introductions.accept(actor, introduction_id, value_of(form.message), form.lang.data)
                room_id = room.id
            flash(_("You can talk now."), "done")
            return redirect(url_for("rooms.show", room_id=room_id), 303)
    except Invalid as error:
        form.take(error)
    except Conflict as error:
        flash(str(error.message), "problem")
        return redirect(url_for("introductions.index"), 303)
    shown = queries.get_introduction(g.actor, introduction_id, shown=True)
    item = presenters.meeting(shown, g.actor.organisation_id or 0)
    return render_template("introductions/accept.html", form=form, item=item), 422


@page(blueprint, f"/{NUMBER}/decline", permission="introduction.answer", methods=("POST",))
def decline(introduction_id: int) -> ResponseReturnValue:
    """Say no."""
    return run_action(
        lambda actor: introductions.decline(actor, introduction_id),
        return_url("introductions.index"),
        say=_("You said no. They can ask again in three months."),
    )


@page(blueprint, f"/{NUMBER}/withdraw", permission="introduction.withdraw", methods=("POST",))
def withdraw(introduction_id: int) -> ResponseReturnValue:
    """Take back what we asked."""
    return run_action(
        lambda actor: introductions.withdraw(actor, introduction_id),
        return_url("introductions.index"),
        say=_("You withdrew your request."),
    )


@page(
    blueprint,
    "/recommended/<int:recommendation_id>/dismiss",
    permission="introduction.dismiss",
    methods=("POST",),
)
def dismiss(recommendation_id: int) -> ResponseReturnValue:
    """Say no to an introduction that a facilitator recommends."""
    return run_action(
        lambda actor: facilitation.dismiss(actor, recommendation_id),
        return_url("introductions.index"),
        say=_("You said no. Nobody is told."),
    )


@page(blueprint, "/tasks", permission="task.read")
def tasks() -> ResponseReturnValue:
    """What waits for the facilitators: introductions asked of organisations that are not here yet."""
    authorize(g.actor, "task.read")
    waiting, done = queries.tasks(g.actor)
    return render_template(
        "introductions/tasks.html", waiting=presenters.tasks(waiting), done=presenters.tasks(done)
    )


@page(blueprint, "/tasks/<int:task_id>/done", permission="task.finish", methods=("POST",))
def finish(task_id: int) -> ResponseReturnValue:
    """Mark a task as done."""
    return run_action(
        lambda actor: facilitation.finish(actor, task_id), url_for("introductions.tasks"), say=_("Done.")
    )


@page(blueprint, "/tasks/<int:task_id>/reopen", permission="task.finish", methods=("POST",))
def reopen(task_id: int) -> ResponseReturnValue:
    """Put a task back among those that wait."""
    return run_action(
        lambda actor: facilitation.reopen(actor, task_id),
        url_for("introductions.tasks"),
        say=_("It waits again."),
    )
