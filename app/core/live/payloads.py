"""What sockets send beside the acknowledgements of the features' commands."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from app.core.payloads import Payload
from app.core.streams.payloads import StreamEvent, StreamPage


class Done(Payload):
    """The acknowledgement of what was done and has nothing more to tell."""


class Subscribed(StreamPage):
    """The acknowledgement of `subscribe`: what was missed, and the protocol's version."""

    v: int


class EventsPush(Payload):
    """`events`: what is new in a stream."""

    stream: str
    epoch: str
    events: list[StreamEvent]


class HeadPush(Payload):
    """`head`: how far a stream goes."""

    stream: str
    head: int
    epoch: str


class ClosedPush(Payload):
    """`closed`: nothing more comes of a stream (of none where the connection followed none), and why."""

    stream: str | None
    reason: Literal["signed_out", "removed", "actor_changed"]


class Presence(Payload):
    """Somebody who looks at a stream."""

    id: int
    name: str
    organisation: str | None
    country: str | None


class PresentPeople(Payload):
    """Those who look at a stream at this moment."""

    people: list[Presence]


@with_config(ConfigDict(strict=True, extra="allow"))
class SignalPush(TypedDict):
    """`signal`: what may be lost.

    `people` comes with `presence`, `seq` with `read`, `person` with what other readers sent, which goes on as it came.
    `notices` is of no stream: what waits for the reader's attention changed.
    """

    stream: str
    kind: str
    people: NotRequired[list[Presence]]
    seq: NotRequired[int]
    person: NotRequired[Presence]


PUSHES: dict[str, Any] = {
    "events": EventsPush,
    "head": HeadPush,
    "closed": ClosedPush,
    "signal": SignalPush,
}
"""What the server sends unasked, by the name of the Socket.IO event."""
ANSWERS: dict[str, Any] = {"subscribe": Subscribed, "unsubscribe": Done, "signal": Done}
"""The acknowledgements of what is no feature's command."""
