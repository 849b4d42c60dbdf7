"""What an address or a form may hold at all: nothing that a database could only choke on."""

from __future__ import annotations

from typing import Any

from flask import Flask, request
from werkzeug.routing import IntegerConverter, Map

from app.core.errors import BadRequest

LARGEST_ID = 2**31 - 1


class RowIdConverter(IntegerConverter):
    """A number in an address: one that can be the id of a row, or no such page."""

    def __init__(self, map: Map, **options: Any) -> None:
        super().__init__(map, **{"max": LARGEST_ID, **options})


def init_addresses(app: Flask) -> None:
    """Let no number be too large and no text hold a NUL, by whatever door."""
    app.url_map.converters["int"] = RowIdConverter

    @app.before_request
    def refuse_nul() -> None:
        texts = [request.path, *request.args, *request.form]
        texts += [value for values in (request.args, request.form) for _, value in values.items(multi=True)]
        if any("\x00" in text for text in texts):
            raise BadRequest
