"""What goes over a socket: every message that comes is checked here, and every one that goes is written here.

Engine.IO's and Socket.IO's text packets are a digit each, then a namespace, an id and JSON: `42/live,7["subscribe",{…}]`.
Any other message closes the connection: refused later, it would leave half a membership behind.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

NAMESPACE = "/live"
PROTOCOL_VERSION = 3
"""The protocol's version: 3 has `acting_as` in commands. `connection.js` has the same number."""
OLDEST_VERSION = PROTOCOL_VERSION - 1
"""The oldest version that is still spoken: a page that was open while Trama was renewed goes on."""
RESERVED_EVENTS = frozenset({"connect", "disconnect", "connect_error", "*"})
MAX_MESSAGE_BYTES = 64 * 1024
"""Of what a client sends at once: a message of a socket, the body of a command by a request."""
MAX_NUMBER_DIGITS = 400
MAX_CHUNK_BYTES = 128 * 1024

_CONNECT = re.compile(r"40(?:(?P<namespace>/[A-Za-z0-9_-]{0,40})(?:,|$))?(?P<data>.*)", re.DOTALL | re.ASCII)
_EVENT = re.compile(r"42/live,(?P<number>\d{0,15})(?P<data>\[.*)", re.DOTALL | re.ASCII)
_BARE = frozenset({"1", "3", "41/live,", "41/live"})
"""Engine.IO's close and pong, and the ways to say that one leaves the namespace."""


class InvalidPacket(ValueError):
    """A message that no client of ours sends."""


class ClientEvent(NamedTuple):
    """An event that a client sent: the number under which she wants an answer ("" for none), its name, what came with it."""

    number: str
    event: str
    content: list[Any]


def decode_packet(message: str) -> ClientEvent | None:
    """The event that a packet brings; None for those by which a connection begins, lives and ends.

    Raises InvalidPacket unless this is a packet that clients of Trama may send.
    """
    if message in _BARE:
        return None
    event = _EVENT.fullmatch(message)
    if event:
        content = loads(event["data"])
        if not content or not isinstance(content[0], str) or content[0] in RESERVED_EVENTS:
            raise InvalidPacket("an event begins with a name that is not reserved")
        return ClientEvent(event["number"], content[0], content[1:])
    connect = _CONNECT.fullmatch(message)
    if connect is None:
        raise InvalidPacket("not a packet of ours")
    data = loads(connect["data"]) if connect["data"] else {}
    if not isinstance(data, dict):
        raise InvalidPacket("what comes with a connection is an object")
    return None


def event_packet(event: str, content: str) -> str:
    """An event for clients; `content` is JSON already, so that many can be sent the same."""
    return f'42{NAMESPACE},["{event}",{content}]'


def ack_packet(number: str, answer: Any) -> str:
    """The answer to the event that came under this number."""
    return f"43{NAMESPACE},{number}{dumps([answer])}"


def loads(text: str) -> Any:
    """Read JSON strictly: no NaN or Infinity, no number without end. Raises InvalidPacket."""
    try:
        return _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        raise InvalidPacket("not the JSON of a client") from error


def dumps(data: Any, **options: Any) -> str:
    """Write JSON in letters as they are and without NaN, the way every packet of ours is written."""
    return _ENCODER.encode(data)


def chunk_events(events: Iterable[str]) -> Iterator[list[str]]:
    """The events, written as JSON, in their order and in parts of a bounded size (one alone may be larger)."""
    part: list[str] = []
    size = 0
    for event in events:
        length = len(event.encode())
        if part and size + length > MAX_CHUNK_BYTES:
            yield part
            part, size = [], 0
        part.append(event)
        size += length
    if part:
        yield part


def _refuse(name: str) -> Any:
    raise InvalidPacket(f"{name} is not JSON")


def _whole(digits: str) -> int:
    if len(digits) > MAX_NUMBER_DIGITS:
        raise InvalidPacket("a number without end")
    return int(digits)


def _finite(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise InvalidPacket("a number beyond all bounds")
    return value


# Made once: json.loads and json.dumps make them again for each call that has options.
_DECODER = json.JSONDecoder(parse_constant=_refuse, parse_int=_whole, parse_float=_finite)
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
