"""How often each kind of organisation is shown, and the dial that evens it out; for those who run the cluster."""

from __future__ import annotations

from flask import Blueprint, g, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.http.pages import page, process_form
from app.core.permissions import authorize
from app.features.suggestions.forms import DialForm
from app.features.suggestions.presenters.exposure import exposure_report
from app.features.suggestions.queries.exposure import DAYS, dials, exposure
from app.features.suggestions.services.exposure import set_dials

blueprint = Blueprint("exposure", __name__, url_prefix="/<lang:lang>/exposure")


@page(blueprint, "", permission="exposure.tune", methods=("GET", "POST"))
def index() -> ResponseReturnValue:
    """Who was shown how often in the last month."""
    authorize(g.actor, "exposure.tune")
    set_to = dials()
    form = DialForm(toll=str(set_to.popularity_penalty), needs=str(set_to.needs_first))
    return process_form(
        form,
        "suggestions/exposure.html",
        lambda actor: set_dials(actor, form.dials()),
        lambda result: url_for(".index"),
        say=_("The dials are set. They apply from the next suggestion on."),
        found=exposure_report(exposure()),
        days=DAYS,
    )
