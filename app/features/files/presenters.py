"""Attached files as payloads: out of what the event with which they were posted keeps of them, or out of a row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal
from urllib.parse import quote

from app.core.payloads import Payload


class FilePayload(Payload):
    """A file that was posted; `alt` describes a picture for those who do not see it, `width` and `height` are pixels."""

    id: str
    url: str
    name: str
    kind: Literal["picture", "pdf", "document", "spreadsheet", "presentation", "text"]
    bytes: int
    width: int | None
    height: int | None
    alt: str


class SentFile(Payload):
    """A file that was sent and is to be posted with a message."""

    id: str
    name: str


def present_files(kept: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The files of an event, as its payload keeps them, with their addresses."""
    return [{**each, "url": file_url(each["id"], each["name"])} for each in kept]


def file_url(file_id: str, name: str) -> str:
    """The address of a file; it is the same in every language."""
    return f"/files/{file_id}/{quote(name, safe='')}"
