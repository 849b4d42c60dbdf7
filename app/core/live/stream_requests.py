"""What clients send beside the features' commands."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from app.core.live.protocol import OLDEST_VERSION, PROTOCOL_VERSION
from app.core.numbers import Count


class Message(BaseModel):
    """The base of what clients send beside commands; `v` is the protocol's version."""

    model_config = ConfigDict(strict=True, extra="forbid")

    v: int = Field(default=OLDEST_VERSION, ge=OLDEST_VERSION, le=PROTOCOL_VERSION)
    stream: str = Field(min_length=1, max_length=32)


class SubscribeRequest(Message):
    """Follow a stream from what one has on."""

    after: Count = 0


class SignalRequest(Message):
    """Something that may be lost: somebody types, somebody is there. What else it holds goes to the others as it is."""

    model_config = ConfigDict(extra="allow")

    kind: str = Field(pattern=r"^[a-z_]{1,20}$")
