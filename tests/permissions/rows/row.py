"""What a row of the permissions says: a door or a command, and the roles that may use it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

EVERYONE = frozenset(
    {"visitor", "person", "representative", "editor", "outsider", "partner", "facilitator", "manager"}
)
SIGNED_IN = EVERYONE - {"visitor"}
NOBODY: frozenset[str] = frozenset()
OURS = frozenset({"representative", "editor"})
ACTING = OURS | {"outsider", "partner"}
CLUSTER = frozenset({"facilitator", "manager"})


@dataclass(frozen=True)
class Row:
    """One door.

    `own` are the roles that may use it on what Il Filo Verde has, `other` on what Zielona has; `path` is filled in
    from the world. Whoever may not is answered as `refused` says. With `once` the first who may takes the object away
    from the others who might.
    """

    door: str
    path: str
    own: frozenset[str]
    other: frozenset[str] | None = None
    method: str = "GET"
    data: dict[str, Any] = field(default_factory=dict)
    refused: tuple[int, ...] = (403,)
    once: bool = False

    @property
    def has_object(self) -> bool:
        """Whether the address or what is sent names something that belongs to somebody."""
        return "{" in self.path or any("{" in str(value) for value in self.data.values())


def get(door: str, path: str, own: frozenset[str], other: frozenset[str] | None = None, **more: Any) -> Row:
    """A page that is read."""
    return Row(door, path, own, other, **more)


def post(door: str, path: str, own: frozenset[str], other: frozenset[str] | None = None, **more: Any) -> Row:
    """A form or a button that is sent."""
    return Row(door, path, own, other, method="POST", **more)


@dataclass(frozen=True)
class Said:
    """One command of the socket: its content, and who may send it on what Il Filo Verde has and on what Zielona has.

    `own_seen` and `other_seen` are those who know of the object but may not do this to it. With `may_come_too_early`
    whoever may is sometimes told that it is not the moment, or not any more.
    """

    content: dict[str, Any]
    own: frozenset[str]
    other: frozenset[str]
    own_seen: frozenset[str] = NOBODY
    other_seen: frozenset[str] = NOBODY
    may_come_too_early: bool = False
