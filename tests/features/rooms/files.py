"""The ways in which a file comes into a room."""

from __future__ import annotations

import io
import secrets
from urllib.parse import urlencode

from tests.features.rooms.conftest import Place
from tests.support.door import Door, Seen
from tests.support.evil_files import photo

PHOTO = photo()


def send_file(
    door: Door, place: Place, content: bytes = PHOTO, name: str = "garden.jpg", **query: str
) -> Seen:
    """Send a file as the page of a room does."""
    query = {
        "name": name,
        "cid": secrets.token_urlsafe(12),
        "acting_as": door.acting_as(),
        "lang": "en",
        **query,
    }
    response = door.client.post(
        f"/api/v1/rooms/{place.room.id}/files?{urlencode(query)}",
        input_stream=io.BytesIO(content),
        content_length=len(content),
        content_type="application/octet-stream",
        headers={"X-CSRFToken": door.page_token()},
    )
    return Seen(response)


def say(door: Door, place: Place, *files: Seen, body: str = "", alt: str = "", **more: object) -> Seen:
    """Post files with a message, by an ordinary request."""
    sent = [{"id": each.json["id"], "alt": alt} for each in files]
    values = {"cid": secrets.token_urlsafe(12), "room": place.room.id, "lang": "en", **more}
    return door.command("room_post", body=body, files=sent, **values)
