"""The list of suggestions, and what one says of them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.errors import BadRequest
from app.core.http.pages import page, return_url, run_action
from app.core.permissions import SIGNED_IN
from app.core.reading import reads_easy
from app.features.suggestions.models import SetAsideReason
from app.features.suggestions.presenters import page_context
from app.features.suggestions.presenters.rows import rows
from app.features.suggestions.queries import list_query
from app.features.suggestions.services import feedback
from app.features.suggestions.services.exposure import count_exposure

blueprint = Blueprint("suggestions", __name__, url_prefix="/<lang:lang>/suggestions")


@page(blueprint, "", permission=SIGNED_IN)
def index() -> ResponseReturnValue:
    """Partners for one's own organisation, with the reasons; narrowed by the FILTERS in the address."""
    asked = {name: request.args.get(name, "") for name in page_context.FILTERS}
    marks = [asked[name] for name in ("region", "kind", "size") if asked[name]]
    found = list_query.suggestions_for(g.actor, country=asked["country"], skill=asked["skill"], marks=marks)
    chosen: dict[str, Any] = {name: value for name, value in asked.items() if value}
    if found:
        # Readers of easy words see one at a time.
        count_exposure(found.organisation_ids[:1] if reads_easy() else found.organisation_ids)
    aside = page_context.aside(list_query.set_aside(g.actor))
    return render_template(
        "suggestions/index.html",
        found=found,
        rows=rows(found) if found else [],
        filters=page_context.filters(found, asked) if found else None,
        aside=aside,
        just_now=next((each for each in aside if each.slug == request.args.get("aside")), None),
        chosen=chosen,
        here=url_for("suggestions.index", **chosen),
    )


@page(blueprint, "/<slug>/not-now", permission="suggestion.set_aside", methods=("POST",))
def set_aside(slug: str) -> ResponseReturnValue:
    """Leave an organisation out of the list, because of one of four reasons."""
    try:
        reason = SetAsideReason(request.form.get("reason", ""))
    except ValueError as error:
        raise BadRequest(_("Choose why it does not help at the moment.")) from error
    here: dict[str, Any] = {
        name: request.form[name] for name in page_context.FILTERS if request.form.get(name)
    }
    return run_action(
        lambda actor: feedback.set_aside(actor, slug, reason),
        url_for("suggestions.index", aside=slug, **here),
    )


@page(blueprint, "/<slug>/back", permission="suggestion.set_aside", methods=("POST",))
def take_back(slug: str) -> ResponseReturnValue:
    """Let an organisation that was set aside come back."""
    return run_action(
        lambda actor: feedback.take_back(actor, slug),
        return_url("suggestions.index"),
        say=_("It may be suggested again."),
    )
