"""What can be found of a design session: by a reader at every door, and in every table."""

from __future__ import annotations

import json
from collections.abc import Iterator

from flask import Flask
from sqlalchemy import text

from app.core.database import db
from app.features.accounts.models import Person
from app.features.design.models.sessions import DesignSession
from tests.features.design.conftest import Table
from tests.support.app import sign_in
from tests.support.door import Door

CANARY = "zinfandel 7731"
BETTER = "riesling 4242"


def payloads(table: Table, reader: Person, *, pages: bool = True) -> Iterator[tuple[str, str]]:
    """Everything of a design session that a reader can fetch: its events, its data, and every page about it."""
    door = Door(table.app)
    door.carry(sign_in(table.app, reader))
    with table.app.app_context():
        stream = db.session.get_one(DesignSession, table.id).stream_id
    yield "events", door.get(f"/api/v1/streams/{stream}/events").html
    for rule in sorted(table.app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if "design_id" in rule.arguments and "GET" in (rule.methods or ()):
            address = rule.rule.replace("<lang:lang>", "en").replace("<int:design_id>", str(table.id))
            is_page = not address.startswith("/api/")
            if "<" not in address and not address.endswith(".pdf") and (pages or not is_page):
                # The PDF is set from what the Markdown tells.
                yield address, door.get(address).html


def tables(app: Flask) -> Iterator[tuple[str, str]]:
    """Every table's rows as text."""
    with app.app_context():
        for name in sorted(db.metadata.tables):
            rows = db.session.execute(text(f'SELECT * FROM "{name}"')).mappings()
            yield name, json.dumps([dict(row) for row in rows], default=str, ensure_ascii=False)


def places_of(words: str, found: Iterator[tuple[str, str]]) -> list[str]:
    """Where some words stand."""
    return [place for place, content in found if words in content]
