"""The weave: a small cloth out of an organisation's own concepts. Same concepts, same weave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.features.organisations.models import Organisation, Relation
from app.features.taxonomy.models import Concept

LINEN = "linen"
THREADS = 4

Threads = tuple[str, str, str, str]


@dataclass(frozen=True)
class Weave:
    """The dyes of the threads: `warp` runs down and tells the sectors, `weft` across and tells the skills."""

    warp: Threads
    weft: Threads


def weave_of(organisation: Organisation) -> Weave:
    """The weave of an organisation whose concepts and their broader ones are loaded (`queries.CARD`)."""
    return Weave(
        _threads(_related(organisation, Relation.SECTOR)),
        _threads(_related(organisation, Relation.OFFERS)),
    )


def _related(organisation: Organisation, relation: Relation) -> Iterable[Concept]:
    return (link.concept for link in organisation.concepts if link.relation is relation)


def _threads(concepts: Iterable[Concept]) -> Threads:
    """The dyes of the first four concepts by code; fewer are repeated, none is linen."""
    dyes = [dye for concept in sorted(concepts, key=lambda each: each.code) if (dye := _dye(concept))][
        :THREADS
    ]
    one, two, three, four = ((dyes or [LINEN])[place % (len(dyes) or 1)] for place in range(THREADS))
    return one, two, three, four


def _dye(concept: Concept) -> str | None:
    """A concept's own dye (a top-level sector, a group of skills), else that of the one above it."""
    return concept.dye or (concept.broader.dye if concept.broader else None)
