"""Two worlds that differ only in who writes: whatever others can reach must be the same in both."""

from __future__ import annotations

import re
from pathlib import Path

from app import create_app
from app.core.database import db
from app.features.accounts.models import Person
from config import Settings
from tests.features.design.conftest import Table
from tests.features.design.searching import payloads, tables
from tests.support.app import SECRET, sqlite_copy
from tests.support.factories import Make
from tests.support.shared import Shared

SCATTERED = re.compile(r"\b[0-9a-f]{16}\b|\b\d{15,19}\b")
SECRETS = re.compile(r'"(token_hash|cid|digest|email|epoch|stream_id|id)": "[^"]*"')
TOKENS = re.compile(r'(csrf[-_]token"[^>]*? (?:content|value)=)"[^"]*"')
MOMENTS = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.\d]*(Z|[+]00:00)?")
UNREACHED = {"sealed_author", "command", "login"}
"""Tables that no door leads to: the seal itself, what came from whom, sign-ins."""


def plain(content: str) -> str:
    """The content without what is drawn by lot, and without moments but where they must not be told at all."""
    found: dict[str, str] = {}
    content = TOKENS.sub(r'\1""', SECRETS.sub(r'"\1": ""', content.replace("&#34;", '"')))
    content = SCATTERED.sub(lambda match: found.setdefault(match[0], f"<{len(found)}>"), content)
    return MOMENTS.sub("<moment>", re.sub(r"[\w-]{16}(?=/|\")", "", content))


class World:
    """One of two worlds that differ only in which of two people writes."""

    def __init__(self, shared: Shared, folder: Path, writer: int) -> None:
        folder.mkdir()
        self.app = create_app(
            Settings(
                secret_key=SECRET, database_url=sqlite_copy(shared, folder), instance=folder, testing=True
            )
        )
        self.table = Table(self.app, Make(self.app))
        self.writer = writer

    @property
    def author(self) -> Person:
        """Whoever writes in this world."""
        return self.table.people[self.writer]

    def reached(self, *, pages: bool = True) -> dict[str, str]:
        """Everything that the third person, the facilitator and a reader of the tables find, perhaps without pages."""
        found: dict[str, str] = {}
        for reader in (self.table.people[2], self.table.facilitator):
            for place, content in payloads(self.table, reader, pages=pages):
                found[f"{place} for {reader.name}"] = content
        return found | {name: content for name, content in tables(self.app) if name not in UNREACHED}

    def end(self) -> None:
        """Let the database go."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


def same(worlds: tuple[World, World], *, pages: bool = True) -> None:
    """Whatever others can reach is the same in both worlds."""
    one, other = (world.reached(pages=pages) for world in worlds)
    assert one.keys() == other.keys()
    assert differing(one, other) == []


def differing(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """Where two worlds are not alike, whatever is drawn by lot."""
    unequal = [place for place in one if one[place] != other[place]]
    return [place for place in unequal if plain(one[place]) != plain(other[place])]
