"""Files for a room by ordinary requests: sent first, then posted by a command with their ids."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any

from apiflask import APIBlueprint
from flask import g, request
from flask_babel import gettext as _
from pydantic import Field

from app.core.errors import ActorChanged, Conflict, Invalid, Text, TooLarge, TooMany
from app.core.http.api import Query, api
from app.core.http.request_actor import actor_transaction, check_actor
from app.core.i18n import available_language
from app.core.limits import count_attempt
from app.core.transactions import end_read_transaction
from app.core.uploads.storage import received
from app.features.files.models import MAX_FILES_PER_MESSAGE, Attachment
from app.features.files.presenters import SentFile
from app.features.files.queries import unposted_of
from app.features.files.services import FileReference
from app.features.rooms import services
from app.features.rooms.queries import get_room

blueprint = APIBlueprint("rooms_api", __name__, url_prefix="/api/v1/rooms")
FILE_RATE = "200 per hour"


class FileQuery(Query):
    """What is said of a file that is sent."""

    name: str = Field(min_length=1, max_length=1000, description="Its name, as it is on the sender's device.")
    cid: str = Field(
        min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$", description="The sender's id for it."
    )
    lang: str = Field("", description="The language of refusals; that of the person unless given.")
    acting_as: str = Field("", description="The key of the actor for whom the page was made.")


@api(
    blueprint,
    "/<int:room_id>/files",
    permission="room.post",
    answer=SentFile,
    query=FileQuery,
    errors=(ActorChanged, Conflict, Invalid, TooLarge, TooMany),
    method="POST",
    takes_files=True,
)
def send_file(room_id: int, query: FileQuery) -> dict[str, Any]:
    """Send a file that a message of this room will carry; the body is the file.

    The same `cid` again is answered as before. What is not posted within a day is deleted.
    """
    if query.lang:
        g.lang = available_language(query.lang)
    g.acting_as = query.acting_as
    check_actor(g.actor, query.acting_as)
    kept = take_file(room_id, query.cid, request.stream, query.name)
    return {"id": kept.id, "name": kept.name}


def take_file(room_id: int, cid: str, source: IO[bytes], name: str, alt: str = "") -> Attachment:
    """Take in a file that the actor of this request sends to a room, once for each `cid`; returns its row.

    It must not run inside a transaction. Raises NotFound, Forbidden, TooMany, and Invalid with a sentence for the file.
    """
    kept = services.find_file(g.actor, room_id, cid)
    if kept is not None:
        return kept
    count_attempt("room-file", FILE_RATE, str(g.actor.person_id))
    end_read_transaction()
    with suppress(Conflict), received(source, name) as stored, actor_transaction() as actor:
        return services.add_file(actor, room_id, cid, stored, alt)
    # It was sent twice at the same time, and the other one was faster.
    kept = services.find_file(g.actor, room_id, cid)
    if kept is None:
        raise Conflict
    return kept


@dataclass(frozen=True)
class SentFiles:
    """The files that came with a form: those that were taken, also with the same form before, and why others were not."""

    kept: list[Attachment]
    refusals: list[Text]

    def references(self) -> list[FileReference]:
        """The files to post. Raises Invalid with a sentence for each that was not taken; the others wait meanwhile."""
        if self.refusals:
            raise Invalid(fields={"files": self.refusals})
        return [FileReference(each.id, each.alt) for each in self.kept]


def sent_files(room_id: int) -> SentFiles:
    """Take in the files of the form of a room's page; raises NotFound and Forbidden."""
    room = get_room(g.actor, room_id)
    before = request.form.getlist("files")[:MAX_FILES_PER_MESSAGE]
    found = unposted_of(g.actor, room.stream_id, before)
    kept = [found[each] for each in before if each in found]
    refusals: list[Text] = []
    cid, alt = request.form.get("cid", ""), request.form.get("alt", "")
    arrived = [each for each in request.files.getlist("attached") if each.filename]
    for number, each in enumerate(arrived[: MAX_FILES_PER_MESSAGE + 1]):
        try:
            name = each.filename or ""
            kept.append(take_file(room_id, f"{cid[:60]}-{number}", each.stream, name, alt))
        except (Invalid, TooMany) as error:
            reason = next(iter(error.fields.values()), [error.message])[0]
            refusals.append(_("%(name)s: %(reason)s", name=each.filename, reason=reason))
    return SentFiles(kept, refusals)
