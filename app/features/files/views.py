"""The address of a file: whether one may see it is asked each time."""

from __future__ import annotations

from flask import Blueprint, Response, g, request, send_file
from flask.typing import ResponseReturnValue

from app.core.errors import NotFound
from app.core.http.pages import page
from app.core.permissions import SIGNED_IN
from app.core.transactions import end_read_transaction
from app.core.uploads.formats import FORMATS, Format, Kind
from app.core.uploads.storage import path_of
from app.features.files.queries import get_attachment

blueprint = Blueprint("files", __name__, url_prefix="/files")
SANDBOX = "sandbox; default-src 'none'"
"""A file is never a page: nothing in it runs, also where a browser shows it."""
UNCOMPRESSED = "application/octet-stream"
"""Texts are sent as bytes, so that they are saved and arrive with their length and in ranges."""


@page(blueprint, "/<file_id>/<name>", permission=SIGNED_IN)
def show(file_id: str, name: str) -> ResponseReturnValue:
    """A file: pictures to be seen (with `small` as a thumbnail), all others to be saved."""
    found = get_attachment(g.actor, file_id)
    if found.name != name:
        raise NotFound
    is_small = "small" in request.args and found.format == Format.WEBP
    traits, shown_name, version = FORMATS[found.format], found.name, f"{found.sha256}{'-small' * is_small}"
    end_read_transaction()
    media_type = UNCOMPRESSED if traits.kind == Kind.TEXT else traits.media_type
    try:
        response: Response = send_file(
            path_of(file_id, thumbnail=is_small),
            mimetype=media_type,
            as_attachment=traits.kind != Kind.PICTURE,
            download_name=shown_name,
            conditional=True,
            etag=version,
            last_modified=None,
        )
    except FileNotFoundError as error:
        raise NotFound from error
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-cache"
    return response
