"""What may come over a socket: every message is checked here before the libraries see it.

Engine.IO's and Socket.IO's text packets are a digit each, then a namespace, an id and JSON: `42/live,7["subscribe",{…}]`.
Whatever is not exactly that closes the connection: refused later, it would leave half a membership behind.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

NAMESPACE = "/live"
VERSION = 2
"""The protocol's version: 2 has changes and removals of what was said. `connection.js` has the same number."""
OLDEST = VERSION - 1
"""The oldest version that is still spoken: a page that was open while Trama was renewed goes on."""
RESERVED = frozenset({"connect", "disconnect", "connect_error", "*"})
LARGEST_NUMBER = 400
LARGEST_PORTION = 128 * 1024

_CONNECT = re.compile(r"40(?:(?P<namespace>/[A-Za-z0-9_-]{0,40})(?:,|$))?(?P<data>.*)", re.DOTALL | re.ASCII)
_EVENT = re.compile(r"42/live,(?:\d{1,15})?(?P<data>\[.*)", re.DOTALL | re.ASCII)
_BARE = frozenset({"1", "3", "41/live,", "41/live"})
"""Engine.IO's close and pong, and the ways to say that one leaves the namespace."""


class BadFrame(ValueError):
    """A message that no client of ours sends."""


def check(message: str) -> None:
    """Raise BadFrame unless this is a packet that clients of Trama may send."""
    if message in _BARE:
        return
    event = _EVENT.fullmatch(message)
    if event:
        _check_event(loads(event["data"]))
        return
    connect = _CONNECT.fullmatch(message)
    if connect is None:
        raise BadFrame("not a packet of ours")
    data = loads(connect["data"]) if connect["data"] else {}
    if not isinstance(data, dict):
        raise BadFrame("what comes with a connection is an object")


def _check_event(data: Any) -> None:
    if not data or not isinstance(data[0], str) or data[0] in RESERVED:
        raise BadFrame("an event begins with a name that is not reserved")


def loads(text: str) -> Any:
    """Read JSON strictly: no NaN or Infinity, no number without end. Raises BadFrame."""
    try:
        return json.loads(text, parse_constant=_refuse, parse_int=_whole, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise BadFrame("not the JSON of a client") from error


def dumps(data: Any, **options: Any) -> str:
    """Write JSON in letters as they are and without NaN, the way every packet of ours is written."""
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def portions(events: Sequence[Any]) -> Iterator[list[Any]]:
    """The events in their order, in parts that make messages of a bounded size (one event alone may be larger)."""
    part: list[Any] = []
    size = 0
    for event in events:
        length = len(dumps(event).encode())
        if part and size + length > LARGEST_PORTION:
            yield part
            part, size = [], 0
        part.append(event)
        size += length
    if part:
        yield part


def _refuse(name: str) -> Any:
    raise BadFrame(f"{name} is not JSON")


def _whole(digits: str) -> int:
    if len(digits) > LARGEST_NUMBER:
        raise BadFrame("a number without end")
    return int(digits)


def _finite(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise BadFrame("a number beyond all bounds")
    return value
