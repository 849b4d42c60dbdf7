"""The picture of an organisation for other sites, and the report for its editors."""

from __future__ import annotations

from flask import Blueprint, g, render_template, send_file
from flask.typing import ResponseReturnValue

from app.core.errors import NotFound
from app.core.http.pages import page
from app.core.permissions import PUBLIC, authorize
from app.features.organisations.models import OrganisationState
from app.features.organisations.queries import get_organisation, get_profile
from app.features.visibility.presenters import MIN_SHOWN, visibility_report
from app.features.visibility.queries import WEEKS, week_counts
from app.features.visibility.share_pictures import share_picture

blueprint = Blueprint("visibility", __name__, url_prefix="/<lang:lang>/organisations/<slug>")
PICTURE_MAX_AGE_SECONDS = 24 * 3600


@page(blueprint, "/share.png", permission=PUBLIC)
def picture(slug: str) -> ResponseReturnValue:
    """The picture that other sites show with a link to an organisation in the cluster."""
    organisation = get_profile(g.actor, slug)
    if organisation.state is not OrganisationState.ADMITTED:
        raise NotFound
    return send_file(share_picture(organisation), mimetype="image/png", max_age=PICTURE_MAX_AGE_SECONDS)


@page(blueprint, "/visibility", permission="visibility.read")
def report(slug: str) -> ResponseReturnValue:
    """How often the profile was shown and opened in the last weeks."""
    organisation = get_organisation(g.actor, slug)
    authorize(g.actor, "visibility.read", organisation)
    return render_template(
        "visibility/report.html",
        organisation=organisation,
        found=visibility_report(week_counts(organisation)),
        weeks=WEEKS,
        least=MIN_SHOWN,
    )
