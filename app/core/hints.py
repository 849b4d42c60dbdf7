"""Hints for the world outside the transaction: kept until the commit, then released by `write_transaction`.

A hint may be lost without harm (a stream's new head, "there are jobs to run"): a reader that needs certainty
reads the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from flask import Flask, current_app

from app.core.database import db


class Hint(NamedTuple):
    """A kind and what it is about: ("head", stream id, the new head), ("job", kind), ("revoked",),
    ("appended", stream kind, how many),
    ("read", who and which stream, how far), ("notices", who)."""

    kind: str
    about: str = ""
    number: int = 0


def hint(kind: str, about: str = "", number: int = 0) -> None:
    """Keep a hint until this transaction commits; of several about the same the last one counts."""
    db.session.info.setdefault("hints", {})[(kind, about)] = Hint(kind, about, number)


def count(kind: str, about: str) -> None:
    """Keep a hint whose number is how often this transaction did something."""
    kept = db.session.info.get("hints", {}).get((kind, about))
    hint(kind, about, (kept.number if kept else 0) + 1)


def listen_to_hints(app: Flask, receiver: Callable[[Hint], None]) -> None:
    """Have `receiver` called with every hint that is released in this process."""
    app.extensions.setdefault("trama.hint_receivers", []).append(receiver)


def release_hints() -> None:
    """Pass the kept hints to the listeners; called right after the commit."""
    for kept in db.session.info.pop("hints", {}).values():
        for receiver in current_app.extensions.get("trama.hint_receivers", ()):
            receiver(kept)


def drop_hints() -> None:
    """Forget the hints of a transaction that was rolled back."""
    db.session.info.pop("hints", None)
