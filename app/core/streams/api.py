"""The catch-up of streams over the JSON API, for clients without a socket."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import g
from pydantic import Field

from app.core.http.api import Query, api
from app.core.numbers import TextInteger
from app.core.permissions import SIGNED_IN
from app.core.streams.catch_up import catch_up, look_back
from app.core.streams.payloads import StreamPage
from app.core.streams.services import CATCH_UP

blueprint = APIBlueprint("streams", __name__, url_prefix="/api/v1/streams")


class EventsQuery(Query):
    """Which events of a stream are asked for."""

    after: TextInteger = Field(0, description="The events past this number, oldest first.")
    before: TextInteger | None = Field(None, description="Instead, the last events under this number.")
    limit: TextInteger = Field(CATCH_UP, description=f"How many; more than {CATCH_UP} is as {CATCH_UP}.")


@api(blueprint, "/<stream_id>/events", permission=SIGNED_IN, answer=StreamPage, query=EventsQuery)
def events(stream_id: str, query: EventsQuery) -> dict[str, Any]:
    """The events past `after`, or the last ones under `before`; at most `limit` (200)."""
    limit = max(1, min(query.limit, CATCH_UP))
    if query.before is not None:
        return look_back(g.actor, stream_id, query.before, limit)
    return catch_up(g.actor, stream_id, query.after, limit)
