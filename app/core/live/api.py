"""Commands and presence by requests, for pages on networks that let no WebSocket through and for programs without one."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import current_app, g, request
from pydantic import Field

from app.core.errors import BadRequest, Expired, NotFound, TooLarge, TooMany
from app.core.http.api import Query, api
from app.core.i18n import available_language
from app.core.live.commands import commands_of, parse_payload, rate_buckets, run_command
from app.core.live.connections import public_person
from app.core.live.payloads import PresentPeople
from app.core.live.protocol import MAX_MESSAGE_BYTES, InvalidPacket, loads
from app.core.permissions import SIGNED_IN
from app.core.streams.kinds import stream_for
from app.core.transactions import write_transaction

blueprint = APIBlueprint("commands", __name__, url_prefix="/api/v1/commands")
presence = APIBlueprint("presence", __name__, url_prefix="/api/v1/streams")
PRESENCE_RATE = 40
"""How often somebody may say that she is there, as with sockets."""


class LanguageQuery(Query):
    """How a command is answered."""

    lang: str = Field("", description="The language of refusals; that of the person unless given.")


@api(blueprint, "/<event>", permission=SIGNED_IN, query=LanguageQuery, method="POST")
def run(event: str, query: LanguageQuery) -> dict[str, Any]:
    """Run a command as a socket does: the same form, permissions, rate and `cid`, so that both ways do it once."""
    if query.lang:
        g.lang = available_language(query.lang)
    command = commands_of(current_app).get(event)
    if command is None:
        raise NotFound
    rate_buckets(current_app).take_token((g.actor.person_id, event), command.rate)
    form = parse_payload(command.form, _content())
    with write_transaction():
        return run_command(command, form, g.token)


@api(
    presence,
    "/<stream_id>/presence",
    permission=SIGNED_IN,
    answer=PresentPeople,
    errors=(BadRequest, Expired, TooMany),
    method="POST",
)
def renew(stream_id: str) -> dict[str, Any]:
    """Count as present at a stream for 45 seconds, without a socket; says who else is."""
    rate_buckets(current_app).take_token((g.actor.person_id, "presence"), PRESENCE_RATE)
    stream_for(g.actor, stream_id)
    leases = current_app.extensions.get("trama.presence")
    return {"people": leases.renew_by_request(public_person(g.actor), stream_id) if leases else []}


def _content() -> dict[str, Any]:
    """The JSON object that was sent. Raises BadRequest for anything else."""
    body = request.get_data()
    if len(body) > MAX_MESSAGE_BYTES:
        raise TooLarge
    try:
        content = loads(body.decode())
    except (UnicodeDecodeError, InvalidPacket) as error:
        raise BadRequest from error
    if not isinstance(content, dict):
        raise BadRequest
    return content
