"""Who is connected to this process, by which sign-in, and what each of them follows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from app.core.actors import Actor
from app.core.live.websocket import WebSocket


@dataclass(eq=False)
class Connection:
    """One socket of a person.

    `version` is the protocol's that her page told, `person` what others may see of her, `organisations` the ids of
    those that she belongs to, `actor_key` the person and organisation that acted when she was last looked at.
    """

    sid: str
    token: str
    websocket: WebSocket
    language: str
    version: int
    person: dict[str, Any]
    organisations: frozenset[int]
    actor_key: str = ""
    streams: set[str] = field(default_factory=set)

    @property
    def person_id(self) -> int:
        """The person's id."""
        return int(self.person["id"])

    def recognise(self, actor: Actor) -> None:
        """Take over how the actor stands now."""
        self.person = public_person(actor)
        self.organisations = organisations_of(actor)
        self.actor_key = actor.key


def public_person(actor: Actor) -> dict[str, Any]:
    """What the others in a room may see of somebody who is there."""
    person, organisation = actor.person, actor.organisation
    assert person is not None
    return {
        "id": person.id,
        "name": person.name,
        "organisation": organisation.name if organisation else None,
        "country": organisation.country if organisation else None,
    }


def organisations_of(actor: Actor) -> frozenset[int]:
    """The ids of the organisations that the actor acts for or may act for."""
    acting_for = [actor.organisation] if actor.organisation else []
    return frozenset(organisation.id for organisation in [*actor.organisations, *acting_for])


class Connections:
    """All connections of this process, by the id that Socket.IO gave each."""

    def __init__(self) -> None:
        self._by_sid: dict[str, Connection] = {}
        self._counts: Counter[int] = Counter()

    def add(self, connection: Connection) -> None:
        """Note a connection."""
        self._by_sid[connection.sid] = connection
        self._counts[connection.person_id] += 1

    def get(self, sid: str) -> Connection | None:
        """The connection with this id, if it is still there."""
        return self._by_sid.get(sid)

    def remove(self, sid: str) -> Connection | None:
        """Forget a connection; returns it if it was there."""
        connection = self._by_sid.pop(sid, None)
        if connection is not None:
            self._counts[connection.person_id] -= 1
            if not self._counts[connection.person_id]:
                del self._counts[connection.person_id]
        return connection

    def count_of(self, person_id: int) -> int:
        """How many connections of a person are open."""
        return self._counts[person_id]

    def matching(self, condition: Callable[[Connection], bool]) -> Iterator[Connection]:
        """The connections that meet a condition; they may come and go meanwhile."""
        yield from [connection for connection in self._by_sid.values() if condition(connection)]
