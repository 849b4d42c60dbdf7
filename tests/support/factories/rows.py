"""How a row comes into the database and back, for every factory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.core.database import db
from app.core.transactions import write_transaction
from app.features.taxonomy.models import Concept


class Rows:
    """Saves rows as if people had made them; returns them detached, with their columns to read."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.count = 0
        self._saves = False

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Save all rows that are made inside in one transaction, which is quicker than one for each."""
        if self._saves:
            yield
            return
        with self.app.app_context(), write_transaction():
            self._saves = True
            try:
                yield
            finally:
                self._saves = False

    def _keep(self, row: Any) -> Any:
        """Save one row and give it back with its columns loaded."""
        with self.at_once():
            db.session.add(row)
            db.session.flush()
            db.session.refresh(row)
            db.session.expunge(row)
        return row

    def _next(self) -> int:
        self.count += 1
        return self.count


def concept_id(code: str) -> int:
    """The id of a concept by its code."""
    return db.session.scalars(select(Concept.id).where(Concept.code == code)).one()
