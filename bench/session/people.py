"""What eighty people do: who sends what, in a mix and at a pace as in a meeting, the same for every server."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench.session.world import WORDS, Meeting

MIX = {"card_add": 25, "card_edit": 10, "card_move": 25, "vote": 25, "ready": 15}
TOLD = {
    "card_add": b"card_added",
    "card_edit": b"card_edited",
    "card_move": b"card_moved",
    "vote": b"voted",
    "ready": b"ready",
}
"""Which event each command becomes."""
SEED = 14
MOST_VOTES = 15


@dataclass(frozen=True)
class Deed:
    """What somebody does: a command with its content, by her place among the people."""

    person: int
    name: str
    content: dict[str, Any]


class People:
    """Everybody, with what they have done so far, so that each deed changes something."""

    def __init__(self, meeting: Meeting, seed: int = SEED) -> None:
        self._meeting = meeting
        self._chance = random.Random(seed)
        self._stands = dict(meeting.stands)
        self._raised: set[int] = set()
        self._voted: dict[int, list[str]] = {}

    def deeds(self) -> Iterator[Deed]:
        """One deed after another, without end."""
        while True:
            (name,) = self._chance.choices(list(MIX), list(MIX.values()))
            yield self.deed(name)

    def deed(self, name: str) -> Deed:
        """Somebody's deed of this kind."""
        person = self._chance.randrange(len(self._meeting.cookies))
        content = getattr(self, f"_{name}")(person)
        return Deed(
            person, name, {"v": 2, "design": self._meeting.design, "cid": secrets.token_hex(8), **content}
        )

    def _card_add(self, person: int) -> dict[str, Any]:
        column = self._chance.choice(self._meeting.columns)
        return {"column": column, "text": f"{self._chance.random()}: {WORDS}", "lang": "en"}

    def _card_edit(self, person: int) -> dict[str, Any]:
        card = self._chance.choice(self._meeting.own[person])
        return {"card": card, "text": f"{self._chance.random()}: {WORDS}", "lang": "en"}

    def _card_move(self, person: int) -> dict[str, Any]:
        """To the top of another column."""
        card = self._chance.choice(self._meeting.cards)
        column = self._chance.choice([each for each in self._meeting.columns if each != self._stands[card]])
        self._stands[card] = column
        return {"card": card, "column": column, "after": None}

    def _vote(self, person: int) -> dict[str, Any]:
        """A point for a card; where somebody has given many, she takes one back."""
        given = self._voted.setdefault(person, [])
        if len(given) >= MOST_VOTES:
            return {"target": given.pop(0), "points": 0}
        target = self._chance.choice([card for card in self._meeting.cards if card not in given])
        given.append(target)
        return {"target": target, "points": 1}

    def _ready(self, person: int) -> dict[str, Any]:
        self._raised ^= {person}
        return {"ready": person in self._raised}
