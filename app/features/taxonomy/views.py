"""The list under every concept picker."""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from app.core.doors.pages import page
from app.core.errors import BadRequest
from app.core.permissions import PUBLIC
from app.features.taxonomy.models import ConceptKind
from app.features.taxonomy.presenters import present_found
from app.features.taxonomy.queries import search_concepts

LONGEST_QUESTION = 100
blueprint = Blueprint("taxonomy", __name__, url_prefix="/<lang:lang>")


@page(blueprint, "/concepts", permission=PUBLIC)
def concepts() -> ResponseReturnValue:
    """Concepts of a kind by what people call them: `?kind=skill&q=…`."""
    try:
        kind = ConceptKind(request.args.get("kind", ""))
    except ValueError as error:
        raise BadRequest(_l("There is no such kind of concept.")) from error
    found = search_concepts(kind, request.args.get("q", "")[:LONGEST_QUESTION])
    return jsonify(items=[present_found(each) for each in found])
