"""The accessibility statement, the form about a barrier, and the managers' list of reports."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from app.core.actors import Actor
from app.core.http.pages import is_local_path, page, process_form, run_action
from app.core.http.public_pages import describe_page
from app.core.i18n import current_language
from app.core.limits import count_attempt, visitor_address
from app.core.permissions import PUBLIC, authorize
from app.features.accessibility import queries, services
from app.features.accessibility.forms import BarrierForm
from app.features.accessibility.models import MAX_LOCATION_CHARS, BarrierReport
from app.features.accessibility.open_points import CHECKED_ON, OPEN_POINTS

blueprint = Blueprint("accessibility", __name__, url_prefix="/<lang:lang>/accessibility")
reports = Blueprint("barriers", __name__, url_prefix="/<lang:lang>/accessibility/reports")
REPORTS_EACH = "5 per hour"
"""Of a person, or of all visitors from one network address."""
REPORTS_OF_VISITORS = "100 per day"
"""Of all visitors together: what nobody could read is not kept."""


@page(blueprint, "", permission=PUBLIC)
def statement() -> ResponseReturnValue:
    """How far the pages are accessible, what is not, how that was found, and whom to tell."""
    return render_template(
        "accessibility/statement.html",
        described=describe_page("accessibility.statement"),
        points=OPEN_POINTS,
        checked_on=CHECKED_ON,
        settings=current_app.extensions["trama.settings"],
        came_from=_came_from(),
    )


@page(blueprint, "/report", permission=PUBLIC, methods=("GET", "POST"))
def report() -> ResponseReturnValue:
    """Report a barrier; visitors may, too."""
    form = BarrierForm(location=_came_from())

    def act(actor: Actor) -> BarrierReport:
        too_many = _("That was a lot at once. Try again in an hour.")
        if actor.person_id is None:
            count_attempt("barrier from", REPORTS_EACH, visitor_address(), say=too_many)
            count_attempt("barriers of visitors", REPORTS_OF_VISITORS, say=too_many)
        else:
            count_attempt("barrier of", REPORTS_EACH, str(actor.person_id), say=too_many)
        return services.report_barrier(actor, lang=current_language(), **form.values())

    return process_form(
        form,
        "accessibility/report.html",
        act,
        lambda _report: url_for(".statement"),
        say=_("Thank you. The people who run the cluster read it."),
    )


@page(reports, "", permission="barrier.answer")
def index() -> ResponseReturnValue:
    """The reports that wait for an answer; with `?answered=1` those that have one."""
    authorize(g.actor, "barrier.answer")
    is_answered = request.args.get("answered") == "1"
    return render_template(
        "accessibility/reports.html",
        found=queries.list_reports(g.actor, request.args.get("after"), answered=is_answered),
        is_answered=is_answered,
    )


@page(reports, "/<int:report_id>/answered", permission="barrier.answer", methods=("POST",))
def answered(report_id: int) -> ResponseReturnValue:
    """Mark a report as answered."""
    return run_action(
        lambda actor: services.mark_answered(actor, report_id), url_for(".index"), say=_("Done.")
    )


@page(reports, "/<int:report_id>/reopen", permission="barrier.answer", methods=("POST",))
def reopen(report_id: int) -> ResponseReturnValue:
    """Let a report wait for an answer again."""
    return run_action(
        lambda actor: services.reopen(actor, report_id), url_for(".index"), say=_("It waits again.")
    )


def _came_from() -> str:
    """The path of the page that the reader came from, as `?page=` or the browser names it; "" where it is none of ours.

    One that holds a mailed secret is not named, and what was asked of a page (`?q=`) is left out.
    """
    path = urlsplit(request.args.get("page") or request.referrer or "").path[:MAX_LOCATION_CHARS]
    if not is_local_path(path):
        return ""
    try:
        endpoint, values = current_app.url_map.bind("localhost").match(path, method="GET")
    except HTTPException:
        return ""
    is_own = str(endpoint).split(".")[0] in (blueprint.name, reports.name)
    return "" if is_own or "token" in values else path
