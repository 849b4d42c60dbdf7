"""Consortia for an initiative side by side, and inviting the whole of one or one seat."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, g, request, url_for
from flask.typing import ResponseReturnValue

from app.core.http.pages import page, process_form
from app.core.numbers import number_argument, number_arguments
from app.core.permissions import authorize
from app.features.initiatives import services as initiatives
from app.features.initiatives.models import SeatOffer
from app.features.initiatives.presenters import card
from app.features.initiatives.queries import get_initiative
from app.features.suggestions import presenters, queries
from app.features.suggestions.forms import InviteForm

blueprint = Blueprint("consortia", __name__, url_prefix="/<lang:lang>/initiatives/<slug>/consortia")


@page(blueprint, "", permission="initiative.invite", methods=("GET", "POST"))
def show(slug: str) -> ResponseReturnValue:
    """Up to three consortia under the rules of `?programme=`, with a new tie where `?new=` asks for one."""
    initiative = get_initiative(g.actor, slug)
    authorize(g.actor, "initiative.invite", initiative)
    programme, wants_new = request.args.get("programme", "free"), bool(request.args.get("new"))
    invited = queries.invited_by(g.actor, initiative, number_arguments("invited"))
    said = {"message": invited[-1].message, "lang": invited[-1].lang} if invited else {}
    form = InviteForm(**said)
    here = {"slug": slug, "programme": request.args.get("programme"), "new": "1" if wants_new else None}
    consortium = number_argument("consortium", 0)
    if request.method == "POST":
        form.chosen()
    return process_form(
        form,
        "suggestions/consortia.html",
        lambda actor: initiatives.offer(actor, slug, form.chosen(), form.message.data, form.lang.data),
        lambda offers: _after_inviting(offers, consortium=consortium or None, **here),
        it=card(initiative),
        initiative=initiative,
        programmes=presenters.programme_choices(queries.programmes(), programme),
        wants_new=wants_new,
        composed=lambda: presenters.consortia(
            initiative, queries.compose(g.actor, initiative, programme, wants_new)
        ),
        just_invited=lambda found: presenters.just_invited(invited, found, consortium),
        here=here,
    )


def _after_inviting(offers: Sequence[SeatOffer], **here: Any) -> str:
    """The same page at whom one has just invited; its form holds again what one wrote to them."""
    return url_for(".show", invited=[one.id for one in offers], _anchor="just-now", **here)
