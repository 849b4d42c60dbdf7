"""Consortia for an initiative side by side, and inviting the whole of one or one seat."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, request, url_for
from flask.typing import ResponseReturnValue

from app.core.forms import value_of
from app.core.http.pages import page, process_form
from app.core.numbers import number_argument, number_arguments
from app.core.permissions import authorize
from app.features.consortia import presenters, queries
from app.features.consortia.forms import SeatInvitationForm
from app.features.initiatives.presenters import card
from app.features.initiatives.queries import get_initiative
from app.features.initiatives.services import offers as offers_service
from app.features.suggestions.services.exposure import count_exposure

blueprint = Blueprint("consortia", __name__, url_prefix="/<lang:lang>/initiatives/<slug>/consortia")


@page(blueprint, "", permission="initiative.invite", methods=("GET", "POST"))
def show(slug: str) -> ResponseReturnValue:
    """Up to three consortia under the rules of `?programme=`, with a new tie where `?new=` asks for one."""
    initiative = get_initiative(g.actor, slug)
    authorize(g.actor, "initiative.invite", initiative)
    programme, wants_new = request.args.get("programme", "free"), bool(request.args.get("new"))
    invited = queries.invited_by(g.actor, initiative, number_arguments("invited"))
    said = {"message": invited[-1].message, "lang": invited[-1].lang} if invited else {}
    form = SeatInvitationForm(**said)
    here: dict[str, Any] = {
        "slug": slug,
        "programme": request.args.get("programme"),
        "new": "1" if wants_new else None,
    }
    consortium = number_argument("consortium", 0)
    if request.method == "POST":
        form.chosen()

    def composed() -> list[presenters.ShownConsortium]:
        """The consortia of the page; that their organisations are shown is counted."""
        found = queries.compose(g.actor, initiative, programme, wants_new)
        count_exposure(found.seated)
        return presenters.consortia(initiative, found)

    return process_form(
        form,
        "consortia/show.html",
        lambda actor: offers_service.offer(
            actor, slug, form.chosen(), value_of(form.message), form.lang.data
        ),
        lambda offers: url_for(
            ".show",
            invited=[one.id for one in offers],
            consortium=consortium or None,
            _anchor="just-now",
            **here,
        ),
        it=card(initiative),
        initiative=initiative,
        programmes=presenters.programme_choices(queries.programmes(), programme),
        wants_new=wants_new,
        composed=composed,
        just_invited=lambda found: presenters.just_invited(invited, found, consortium),
        here=here,
    )
