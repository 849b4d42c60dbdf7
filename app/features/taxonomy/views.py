"""The list under every concept picker."""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from app.core.errors import BadRequest
from app.core.http.pages import page
from app.core.permissions import PUBLIC
from app.features.taxonomy.models import ConceptKind
from app.features.taxonomy.places.gazetteer import find_places
from app.features.taxonomy.presenters import name_elsewhere, present_found, present_place
from app.features.taxonomy.queries import ConceptMatch, label_of, nearest_concepts, search_concepts

LONGEST_QUESTION = 100
MOST_SUGGESTED = 6
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
    near = [] if found else nearest_concepts(kind, typed, MOST_SUGGESTED)
    return jsonify(
        items=[present_found(each) for each in found],
        suggestions=[present_found(ConceptMatch(each, label_of(each), None, None)) for each in near],
        note="" if found or not typed.strip() else name_elsewhere(kind, typed.strip()),
    )


@page(blueprint, "/places", permission=PUBLIC)
def places() -> ResponseReturnValue:
    """Towns of Europe by the beginning of one of their names: `?country=IT&q=…`."""
    found = find_places(request.args.get("q", "")[:LONGEST_QUESTION], request.args.get("country", ""))
    return jsonify(items=[present_place(each) for each in found])
