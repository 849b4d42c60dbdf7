"""The weave: a small cloth out of an organisation's own concepts. Same concepts, same weave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.features.organisations.models import Organisation, Relation

LINEN = "linen"
THREADS = 4
WOVEN = (Relation.SECTOR, Relation.OFFERS)
"""What the warp and the weft are made of."""

Threads = tuple[str, str, str, str]


@dataclass(frozen=True)
class Weave:
    """The dyes of the threads: `warp` runs down and tells the sectors, `weft` across and tells the skills."""

    warp: Threads
    weft: Threads


def weave_of(organisation: Organisation) -> Weave:
    """The weave of an organisation whose concepts and their broader ones are loaded (`queries.CARD`)."""
    return weave_from(
        (
            link.relation,
            link.concept.code,
            link.concept.dye or (link.concept.broader.dye if link.concept.broader else None),
        )
        for link in organisation.concepts
    )


def weave_from(concepts: Iterable[tuple[Relation, str, str | None]]) -> Weave:
    """The weave out of an organisation's concepts, each given as its relation, its code and its dye."""
    by_code = sorted(concepts, key=lambda each: each[1])
    return Weave(*(_threads(dye for relation, _, dye in by_code if relation is of) for of in WOVEN))


def _threads(found: Iterable[str | None]) -> Threads:
    """The first four dyes; fewer are repeated, none is linen."""
    dyes = [dye for dye in found if dye][:THREADS]
    one, two, three, four = ((dyes or [LINEN])[place % (len(dyes) or 1)] for place in range(THREADS))
    return one, two, three, four
