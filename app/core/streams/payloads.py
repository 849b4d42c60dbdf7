"""The payloads that readers of any kind of stream get."""

from __future__ import annotations

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from app.core.payloads import Payload


@with_config(ConfigDict(strict=True, extra="allow"))
class StreamEvent(TypedDict):
    """An event of any stream; what else it holds is the business of the stream's kind (`StreamKind.events`)."""

    seq: int
    kind: str


class StreamPage(Payload):
    """Events of a stream in their order, with the stream's head and epoch; `more` says whether others follow."""

    ok: bool
    stream: str
    head: int
    epoch: str
    events: list[StreamEvent]
    more: bool
