"""Streams by the JSON door: the catch-up of live.md for clients without a socket."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import g, request

from app.core.doors.api import api
from app.core.numbers import number_argument
from app.core.permissions import SIGNED_IN
from app.core.streams.catch_up import catch_up, look_back
from app.core.streams.services import CATCH_UP

blueprint = APIBlueprint("streams", __name__, url_prefix="/api/v1/streams")


@api(blueprint, "/<stream_id>/events", permission=SIGNED_IN)
def events(stream_id: str) -> dict[str, Any]:
    """The events past `after`, or the last ones under `before`; at most `limit` (200)."""
    limit = max(1, min(number_argument("limit", CATCH_UP), CATCH_UP))
    if "before" in request.args:
        return look_back(g.actor, stream_id, number_argument("before", 1), limit)
    return catch_up(g.actor, stream_id, number_argument("after", 0), limit)
