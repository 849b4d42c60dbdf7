"""The list under every concept picker, and old addresses of concepts that were merged."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from flask import Blueprint, Response, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.errors import BadRequest, NotFound
from app.core.http.pages import page, process_form
from app.core.i18n import current_language
from app.core.limits import count_attempt
from app.core.permissions import PUBLIC, authorize
from app.features.taxonomy.forms import WishForm
from app.features.taxonomy.labels import KIND_NAMES
from app.features.taxonomy.models import MANAGED_KINDS, ConceptKind
from app.features.taxonomy.places.gazetteer import find_places
from app.features.taxonomy.presenters import groups_of, name_elsewhere, present_found, present_place
from app.features.taxonomy.queries import (
    ConceptMatch,
    label_of,
    merged_codes,
    nearest_concepts,
    search_concepts,
)
from app.features.taxonomy.services.wishes import ask_for_word

LONGEST_QUESTION = 100
MOST_SUGGESTED = 6
CODE = re.compile(rf"(?:{'|'.join(MANAGED_KINDS)}):[a-z0-9-]+")
WISHES_EACH = "10 per day"
"""Words that one person asks for."""
blueprint = Blueprint("taxonomy", __name__, url_prefix="/<lang:lang>")


@page(blueprint, "/concepts", permission=PUBLIC)
def concepts() -> ResponseReturnValue:
    """Concepts of a kind by what people call them: `?kind=skill&q=…`.

    Where none is called so, `suggestions` are what may be meant, and `note` says where else the name stands.
    """
    try:
        kind = ConceptKind(request.args.get("kind", ""))
    except ValueError as error:
        raise BadRequest(_l("There is no such kind of concept.")) from error
    typed = request.args.get("q", "")[:LONGEST_QUESTION]
    found = search_concepts(kind, typed)
    groups = groups_of(found) if not typed.strip() else {}
    near = [] if found else nearest_concepts(kind, typed, MOST_SUGGESTED)
    return jsonify(
        items=[present_found(each, groups.get(each.concept.code)) for each in found],
        suggestions=[present_found(ConceptMatch(each, label_of(each), None, None)) for each in near],
        note="" if found or not typed.strip() else name_elsewhere(kind, typed.strip()),
    )


@page(blueprint, "/concepts/ask", permission="taxonomy.ask", methods=("GET", "POST"))
def ask() -> ResponseReturnValue:
    """Ask for a word of a kind that nothing has, `?kind=skill&text=…`."""
    authorize(g.actor, "taxonomy.ask")
    try:
        kind = ConceptKind(request.args.get("kind", ""))
    except ValueError as error:
        raise NotFound from error
    if kind not in MANAGED_KINDS:
        raise NotFound
    form = WishForm(text=request.args.get("text", "")[:LONGEST_QUESTION])

    def act(actor: Actor) -> None:
        too_many = _("That were many words for one day. Ask for the others tomorrow.")
        count_attempt("words of", WISHES_EACH, str(actor.person_id), say=too_many)
        ask_for_word(actor, kind, form.text.data or "", current_language())

    return process_form(
        form,
        "taxonomy/ask.html",
        act,
        lambda _done: url_for(".ask", kind=kind),
        say=_("We pass it on to those who look after the words. You hear of it."),
        kind=kind,
        kinds=KIND_NAMES,
    )


@page(blueprint, "/places", permission=PUBLIC)
def places() -> ResponseReturnValue:
    """Towns of Europe by the beginning of one of their names: `?country=IT&q=…`."""
    found = find_places(request.args.get("q", "")[:LONGEST_QUESTION], request.args.get("country", ""))
    return jsonify(items=[present_place(each) for each in found])


def lead_on() -> Response | None:
    """Lead a page whose address names a concept that was merged (`?sector=…`) on to the one that stands for it."""
    if request.method not in ("GET", "HEAD"):
        return None
    values = list(request.args.items(multi=True))
    if not any(CODE.fullmatch(value) for _name, value in values):
        return None
    merged = merged_codes()
    led = list(dict.fromkeys((name, merged.get(value, value)) for name, value in values))
    if led == list(dict.fromkeys(values)):
        return None
    answer = redirect(f"{request.path}?{urlencode(led)}", 301)
    assert isinstance(answer, Response)
    # A merge can be undone: browsers ask again.
    answer.headers["Cache-Control"] = "no-cache"
    return answer
