"""The pages of design sessions: the list and the lobby, the board, the report, the preparation, the plan of phases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from app.core.actors import Actor
from app.core.errors import SHOWN_ALONE, AppError, BadRequest, NotFound
from app.core.forms import BaseForm, value_of
from app.core.http.pages import page, process_form, run_action
from app.core.http.request_actor import actor_transaction
from app.core.numbers import number_sent
from app.core.permissions import SIGNED_IN, authorize, can
from app.core.text import slugify
from app.core.threadpool import require_turn
from app.features.design.forms import AboutForm, DateForm, InvitationForm, NewForm, PhaseForm
from app.features.design.methods import METHODS
from app.features.design.models.sessions import DesignState
from app.features.design.presenters.pages import (
    board_page,
    list_page,
    lobby_page,
    method_cards,
    prepare_page,
    replay_page,
)
from app.features.design.presenters.report_page import markdown_of, report_page
from app.features.design.presenters.report_pdf import pdf_of
from app.features.design.queries.sessions import get_design_session, list_design_sessions, phases_of
from app.features.design.services import drafts, lifecycle, participants
from app.features.design.states import OVER
from app.features.initiatives.models import Initiative, InitiativeState

blueprint = Blueprint("design", __name__, url_prefix="/<lang:lang>/design-sessions")
ONE = "/<int:design_id>"
PHASE = f"{ONE}/phases/<int:phase_id>"


# --- The list and the lobby ------------------------------------------------------------------------------


@page(blueprint, "", permission=SIGNED_IN)
def index() -> ResponseReturnValue:
    """The design sessions that one may know of, those that go on first."""
    return render_template("design/index.html", **list_page(g.actor, request.args.get("after")))


@page(blueprint, ONE, permission="design.join")
def show(design_id: int) -> ResponseReturnValue:
    """What a design session is about, when it is for everybody, who comes; over, it is its report."""
    design_session = get_design_session(g.actor, design_id)
    if design_session.state in OVER:
        return redirect(url_for(".report", design_id=design_id))
    return render_template("design/show.html", **lobby_page(g.actor, design_session))


@page(blueprint, f"{ONE}/enter", permission="design.join", methods=("POST",))
def enter(design_id: int) -> ResponseReturnValue:
    """Take one's place, and go on to the board."""
    state = get_design_session(g.actor, design_id).state
    at_work = state in (DesignState.LIVE, DesignState.OPEN)
    target = url_for(".board" if at_work else ".show", design_id=design_id)
    return run_action(lambda actor: participants.join(actor, design_id), target)


SHOWN_ON_INITIATIVE_PAGE = 3


def on_initiative_page(actor: Actor, *, initiative: Initiative) -> Markup | str:
    """The design sessions of an initiative, for those who may know of them, and the way to a new one."""
    if actor.person is None:
        return ""
    found = list_design_sessions(actor, initiative_id=initiative.id).items[:SHOWN_ON_INITIATIVE_PAGE]
    goes_on = initiative.state in (InitiativeState.OPEN, InitiativeState.RUNNING)
    may_prepare = goes_on and can(actor, "design.prepare")
    if not found and not may_prepare:
        return ""
    template = "design/_of_initiative.html"
    return Markup(
        render_template(template, design_sessions=found, may_prepare=may_prepare, initiative=initiative)
    )


# --- The board -------------------------------------------------------------------------------------------


@page(blueprint, f"{ONE}/board", permission="design.join")
def board(design_id: int) -> ResponseReturnValue:
    """The board; before it begins one waits at its page, and when it is over one reads its report."""
    design_session = get_design_session(g.actor, design_id)
    if design_session.state in OVER:
        return redirect(url_for(".report", design_id=design_id))
    if design_session.state not in (DesignState.LIVE, DesignState.OPEN):
        return redirect(url_for(".show", design_id=design_id))
    return render_template("design/board.html", **board_page(g.actor, design_session))


@page(blueprint, f"{ONE}/replay", permission="design.join")
def replay(design_id: int) -> ResponseReturnValue:
    """The design session played back, event by event."""
    return render_template(
        "design/replay.html", **replay_page(g.actor, get_design_session(g.actor, design_id))
    )


# --- The report ------------------------------------------------------------------------------------------


@page(blueprint, f"{ONE}/report", permission="design.join")
def report(design_id: int) -> ResponseReturnValue:
    """The report; while the design session runs it shows the present state."""
    return render_template("design/report.html", **report_page(get_design_session(g.actor, design_id)))


@page(blueprint, f"{ONE}/report.md", permission="design.join")
def report_markdown(design_id: int) -> ResponseReturnValue:
    """The report as Markdown."""
    shown = report_page(get_design_session(g.actor, design_id))
    return _file(markdown_of(shown).encode(), "text/markdown; charset=utf-8", shown, "md")


@page(blueprint, f"{ONE}/report.pdf", permission="design.join")
def report_pdf(design_id: int) -> ResponseReturnValue:
    """The report on paper."""
    require_turn()
    shown = report_page(get_design_session(g.actor, design_id))
    return _file(pdf_of(shown), "application/pdf", shown, "pdf")


def _file(content: bytes, kind: str, shown: dict[str, Any], ending: str) -> Response:
    """A file to keep, under the name of what it reports on."""
    title = shown["report"]["design"]["title"]
    name = f"{slugify(title, 'report')}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=kind, headers=headers)


# --- The preparation -------------------------------------------------------------------------------------


@page(blueprint, "/new", permission="design.prepare", methods=("GET", "POST"))
def new() -> ResponseReturnValue:
    """Make a design session from a method."""
    authorize(g.actor, "design.prepare")
    form = NewForm.of(g.actor, initiative=request.args.get("initiative", ""))
    return process_form(
        form,
        "design/new.html",
        lambda actor: drafts.create_from_template(actor, **form.values()),
        lambda made: url_for(".prepare", design_id=made.id),
        say=_("Your design session is prepared. You can begin at once, or change it first."),
        methods=method_cards(METHODS.values()),
    )


@page(blueprint, f"{ONE}/prepare", permission="design.prepare")
def prepare(design_id: int) -> ResponseReturnValue:
    """Everything that is to be settled before: phases, date, people, words."""
    design_session = get_design_session(g.actor, design_id)
    authorize(g.actor, "design.prepare", design_session)
    return _preparation_page(design_id)


def _preparation_page(design_id: int, status: int = 200, **forms: object) -> ResponseReturnValue:
    """The page of preparation, perhaps with one form as it came back."""
    shown = prepare_page(g.actor, get_design_session(g.actor, design_id))
    return render_template("design/prepare.html", **{**shown, **forms}), status


@page(blueprint, f"{ONE}/about", permission="design.prepare", methods=("POST",))
def about(design_id: int) -> ResponseReturnValue:
    """Change what it is called and asks."""
    form = AboutForm()
    return _save(
        design_id, "about", form, lambda actor: drafts.edit(actor, design_id, **form.values()), _("Saved.")
    )


@page(blueprint, f"{ONE}/date", permission="design.prepare", methods=("POST",))
def date(design_id: int) -> ResponseReturnValue:
    """Set the day and the hour, in the time zone of the person who sets it."""
    form = DateForm()

    def schedule(actor: Actor) -> None:
        assert actor.person is not None
        drafts.schedule(actor, design_id, form.moment(actor.person.timezone))

    said = _("The date is set. Everybody who is invited sees it in their own time.")
    return _save(design_id, "date", form, schedule, said)


@page(blueprint, f"{ONE}/invitations", permission="design.prepare", methods=("POST",))
def invitations(design_id: int) -> ResponseReturnValue:
    """Invite somebody of the cluster by their address."""
    form = InvitationForm()
    return _save(
        design_id,
        "invite",
        form,
        lambda actor: participants.invite_address(actor, design_id, value_of(form.email), form.runs.data),
        _("They are invited."),
    )


def _save(
    design_id: int, name: str, form: BaseForm, act: Callable[[Actor], object], said: str
) -> ResponseReturnValue:
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
    return _preparation_page(design_id, 422, **{name: form})


MOVES = {
    "unschedule": drafts.unschedule,
    "open": drafts.open_for_cards,
    "archive": drafts.archive,
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
    return run_action(lambda actor: lifecycle.start(actor, design_id), url_for(".board", design_id=design_id))


@page(blueprint, f"{ONE}/uninvite", permission="design.prepare", methods=("POST",))
def uninvite(design_id: int) -> ResponseReturnValue:
    """Take an invitation back."""
    person = number_sent("person")
    return run_action(
        lambda actor: participants.uninvite(actor, design_id, person),
        url_for(".prepare", design_id=design_id),
    )


@page(blueprint, f"{ONE}/delete", permission="design.prepare", methods=("POST",))
def delete(design_id: int) -> ResponseReturnValue:
    """Delete a draft."""
    return run_action(
        lambda actor: drafts.delete(actor, design_id), url_for(".index"), say=_("The draft is deleted.")
    )


# --- The plan of phases ----------------------------------------------------------------------------------


@page(blueprint, f"{ONE}/phases/new", permission="design.prepare", methods=("GET", "POST"))
def add_phase(design_id: int) -> ResponseReturnValue:
    """Add a phase at the end of the plan, or at the place that is asked for."""
    design_session = get_design_session(g.actor, design_id)
    authorize(g.actor, "design.prepare", design_session)
    form = PhaseForm()
    return process_form(
        form,
        "design/phase.html",
        lambda actor: drafts.change_plan(actor, design_id, "add", wanted=form.values()),
        lambda made: url_for(".prepare", design_id=design_id, _anchor=f"phase-{made['phase']}"),
        say=_("The phase is at the end of the plan. Move it to where it belongs."),
        design=design_session,
        is_new=True,
    )


@page(blueprint, PHASE, permission="design.prepare", methods=("GET", "POST"))
def phase(design_id: int, phase_id: int) -> ResponseReturnValue:
    """Change a phase."""
    design_session = get_design_session(g.actor, design_id)
    authorize(g.actor, "design.prepare", design_session)
    found = next((each for each in phases_of(design_session) if each.id == phase_id), None)
    if found is None:
        raise NotFound
    form = PhaseForm.of(found)
    return process_form(
        form,
        "design/phase.html",
        lambda actor: drafts.change_plan(
            actor, design_id, "change", phase=phase_id, wanted=form.changes(found.kind)
        ),
        lambda made: url_for(".prepare", design_id=design_id, _anchor=f"phase-{phase_id}"),
        design=design_session,
        is_new=False,
    )


@page(blueprint, f"{PHASE}/move", permission="design.prepare", methods=("POST",))
def move_phase(design_id: int, phase_id: int) -> ResponseReturnValue:
    """Move a phase to the place that the button says."""
    return _change(design_id, phase_id, "move", number_sent("to"))


@page(blueprint, f"{PHASE}/repeat", permission="design.prepare", methods=("POST",))
def repeat_phase(design_id: int, phase_id: int) -> ResponseReturnValue:
    """Put the same phase once more right behind."""
    return _change(design_id, phase_id, "repeat")


@page(blueprint, f"{PHASE}/remove", permission="design.prepare", methods=("POST",))
def remove_phase(design_id: int, phase_id: int) -> ResponseReturnValue:
    """Take a phase out of the plan."""
    return _change(design_id, phase_id, "remove")


def _change(design_id: int, phase_id: int, act: str, to: int | None = None) -> ResponseReturnValue:
    return run_action(
        lambda actor: drafts.change_plan(actor, design_id, act, phase=phase_id, to=to),
        url_for(".prepare", design_id=design_id, _anchor="plan"),
    )
