"""The weave: a small cloth out of an organisation's own concepts. Same concepts, same weave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.core.weave import TONES, UNDYED
from app.features.organisations.models import Organisation, Relation

MAX_THREADS = 4
WOVEN = (Relation.SECTOR, Relation.OFFERS)
"""What the warp and the weft are made of."""

Threads = tuple[str, str, str, str]


@dataclass(frozen=True)
class Weave:
    """Names of threads of `core.weave`: `warp` runs down and tells the sectors, `weft` across and tells the skills."""

    warp: Threads
    weft: Threads


def weave_of(organisation: Organisation) -> Weave:
    """The weave of an organisation whose concepts and their broader ones are loaded (`queries.CARD`)."""
    return weave_from(
        (
            link.relation,
            link.concept.code,
            link.concept.dye or (link.concept.broader.dye if link.concept.broader else None),
            link.concept.tone,
        )
        for link in organisation.concepts
    )


def weave_from(concepts: Iterable[tuple[Relation, str, str | None, int]]) -> Weave:
    """The weave out of an organisation's concepts, each given as its relation, code, dye and tone."""
    by_code = sorted((each for each in concepts if each[2]), key=lambda each: each[1])
    return Weave(
        *(
            _threads(f"{dye}{TONES[tone]}" for relation, _, dye, tone in by_code if relation is of)
            for of in WOVEN
        )
    )


def _threads(found: Iterable[str]) -> Threads:
    """The first four threads; fewer are repeated, none is undyed."""
    threads = list(found)[:MAX_THREADS] or [UNDYED]
    one, two, three, four = (threads[place % len(threads)] for place in range(MAX_THREADS))
    return one, two, three, four
