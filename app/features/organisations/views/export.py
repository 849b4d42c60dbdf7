"""Organisations as files: what the directory shows for everybody, all that is known for managers."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.bulk_read import Ints
from app.core.errors import BadRequest
from app.core.http.pages import page
from app.core.limits import count_attempt, visitor_address
from app.core.permissions import PUBLIC, authorize
from app.core.tables import MAX_BYTES_IN_MEMORY, file_response, table_response
from app.core.threadpool import require_turn
from app.features.organisations.export_presenter import table_rows, write_jsonld
from app.features.organisations.queries.directory import find
from app.features.organisations.queries.export import all_ids, profiles
from app.features.organisations.queries.filters import read_filters

blueprint = Blueprint("exports", __name__, url_prefix="/<lang:lang>/organisations")
MAX_ORGANISATIONS = 10_000
MAX_ORGANISATIONS_OF_MANAGERS = 100_000
EXPORTS_EACH = "30 per hour"
KINDS = "csv, xlsx, jsonld"


@page(blueprint, f"/export.<any({KINDS}):kind>", permission=PUBLIC)
def export(kind: str) -> ResponseReturnValue:
    """The organisations that the directory finds by the same address."""
    matching = find(read_filters(request.args))[1]
    return _file(matching.ids, kind, whole=False, most=MAX_ORGANISATIONS)


@page(blueprint, f"/whole.<any({KINDS}):kind>", permission="organisation.export")
def whole(kind: str) -> ResponseReturnValue:
    """All organisations in any state, or those that the filters find, with all that is known of them."""
    authorize(g.actor, "organisation.export")
    filters = read_filters(request.args)
    ids = find(filters)[1].ids if filters else all_ids()
    return _file(ids, kind, whole=True, most=MAX_ORGANISATIONS_OF_MANAGERS)


def _file(ids: Ints, kind: str, *, whole: bool, most: int) -> ResponseReturnValue:
    if len(ids) > most:
        raise BadRequest(
            ngettext(
                "These are %(num)d organisations, and a file holds %(most)s at most. Choose some by filters.",
                "These are %(num)d organisations, and a file holds %(most)s at most. Choose some by filters.",
                len(ids),
                most=most,
            )
        )
    who = str(g.actor.person_id or visitor_address())
    count_attempt("export", EXPORTS_EACH, who)
    require_turn()
    if kind != "jsonld":
        rows = table_rows(profiles(ids), whole=whole)
        return table_response(rows, kind, "organisations", _("Organisations"))
    with ExitStack() as stack:
        file = stack.enter_context(tempfile.SpooledTemporaryFile(MAX_BYTES_IN_MEMORY))
        write_jsonld(file, profiles(ids))
        stack.pop_all()
    return file_response(file, kind, "organisations")
