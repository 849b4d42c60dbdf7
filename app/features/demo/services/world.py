"""The invented cluster while it is being told: who is who, under the keys of the data files."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.core.actors import Actor
from app.features.accounts.models import Person
from app.features.organisations.models import Organisation
from app.features.organisations.queries import actor_of

DATA = Path(__file__).parents[1] / "data"

Record = dict[str, Any]


def read(name: str) -> list[Record]:
    """The records of one of the data files."""
    records: list[Record] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return records


@dataclass
class World:
    """What exists so far: rows by their keys, the addresses of initiatives, the numbers of introductions."""

    people: dict[str, Person] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    initiatives: dict[str, str] = field(default_factory=dict)
    introductions: dict[str, int] = field(default_factory=dict)
    rooms: dict[str, int] = field(default_factory=dict)
    applications: dict[tuple[str, str], int] = field(default_factory=dict)

    def actor(self, key: str) -> Actor:
        """A person acting for her organisation, as she would stand if she had signed in."""
        return actor_of(self.people[key])
