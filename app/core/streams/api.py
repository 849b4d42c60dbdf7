"""Streams by the JSON door: the catch-up of live.md for clients without a socket."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import g, request

from app.core.doors.api import api
from app.core.errors import BadRequest
from app.core.permissions import SIGNED_IN
from app.core.streams.catch_up import catch_up, look_back
from app.core.streams.services import CATCH_UP

blueprint = APIBlueprint("streams", __name__, url_prefix="/api/v1/streams")


@api(blueprint, "/<stream_id>/events", permission=SIGNED_IN)
def events(stream_id: str) -> dict[str, Any]:
    """The events past `after`, or the last ones under `before`; at most `limit` (200)."""
    limit = max(1, min(_number("limit", CATCH_UP), CATCH_UP))
    if "before" in request.args:
        return look_back(g.actor, stream_id, _number("before", 1), limit)
    return catch_up(g.actor, stream_id, _number("after", 0), limit)


def _number(name: str, default: int) -> int:
    """A whole number of the address, at most what a database's integer holds."""
    value = request.args.get(name, str(default))
    if not value.isascii() or not value.isdigit() or len(value) > 15:
        raise BadRequest
    return int(value)
