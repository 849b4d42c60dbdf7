"""Who fits the actor's organisation best: the engine says it, which belongs to a later feature and registers itself here."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Flask, current_app

from app.core.actors import Actor
from app.core.bulk_read import Ints

EXTENSION = "trama.best_matches"

SortByFit = Callable[[Actor, Ints], Sequence[int]]
"""Given the actor and ids of organisations, those of them that it can compare, the best first."""


def set_sort_by_fit(app: Flask, sort: SortByFit) -> None:
    """Have an application sort by fit so."""
    app.extensions[EXTENSION] = sort


def can_sort_by_fit(actor: Actor) -> bool:
    """Whether there is an organisation to compare with, and something that compares."""
    return actor.organisation_id is not None and EXTENSION in current_app.extensions


def best_matches(actor: Actor, ids: Ints) -> Sequence[int]:
    """Those of `ids` that can be compared, the best first."""
    sort: SortByFit | None = current_app.extensions.get(EXTENSION)
    return sort(actor, ids) if sort else ()
