"""The page that says what happened since one was here."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.clock import now
from app.core.http.pages import page
from app.core.numbers import number_argument
from app.core.permissions import SIGNED_IN
from app.features.catch_up.presenters import catch_up
from app.features.notifications.queries import last_visit_of

blueprint = Blueprint("catch_up", __name__, url_prefix="/<lang:lang>/catch-up")

SPANS = (1, 7, 30)
"""The days back that the page offers beside the last visit."""
MAX_DAYS = 90


@page(blueprint, "", permission=SIGNED_IN)
def index() -> ResponseReturnValue:
    """What happened since the reader was here, or in the last `days` days."""
    days = number_argument("days", low=1, high=MAX_DAYS)
    visit = last_visit_of(g.actor.person_id)
    earliest = now() - timedelta(days=days or MAX_DAYS)
    since = earliest if days or visit is None else max(visit, earliest)
    spans = [
        {
            "label": ngettext("%(num)d day", "%(num)d days", span),
            "url": url_for(".index", days=span),
            "current": days == span,
        }
        for span in SPANS
    ]
    spans.insert(0, {"label": _("Since your last visit"), "url": url_for(".index"), "current": days is None})
    return render_template("catch_up/index.html", parts=catch_up(g.actor, since), since=since, spans=spans)
