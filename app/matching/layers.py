"""What is laid out once for each index so that something can be said of everybody at once.

The few concepts that very many hold stand as bits of one number for each organisation: a sum over them is looked up.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from app.matching.arrays import Floats, Ints, Numbers, Rows, looked_up, starts_of
from app.matching.content import CONTENT_TERMS
from app.matching.index import Index
from app.matching.topics import worth_of_topics

BITS = 12
"""So many of the concepts of a relation, the most held ones, stand as bits."""
LEVELS = 16
"""In so many levels organisations are told apart by how much they did lately."""
QUIET = 4
"""Those up to this level, fifteen of sixteen, are not told apart."""
SEVERAL = 15
"""With more partners in one country than these, an organisation is told apart."""
LOGARITHMS = np.log1p(np.arange(SEVERAL + 1))
POPULAR = 64
"""A concept that one in so many holds may stand as a bit."""
PORTION = 1 << 16
"""So many places are looked at together, so that they stay in the processor's own memory."""
HELD_IN = (*sorted({term.theirs for term in CONTENT_TERMS}), "languages")

Scores = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Layer:
    """For each organisation, which of some concepts it holds: the first is the lowest bit."""

    concepts: Ints
    bits: npt.NDArray[np.uint16]

    @cached_property
    def patterns(self) -> Ints:
        """The numbers of bits that somebody has: nobody holds more concepts than there is room for."""
        return np.flatnonzero(np.bincount(self.bits, minlength=1 << len(self.concepts)))

    def table(self, worth: Mapping[int, float]) -> Scores | None:
        """What each number of bits is worth; None where no concept is worth anything."""
        asked = [(at, worth[one]) for at, one in enumerate(self.concepts.tolist()) if worth.get(one)]
        if not asked:
            return None
        found = np.zeros(1 << len(self.concepts), dtype=np.float32)
        for at, value in asked:
            found.reshape(-1, 2, 1 << at)[:, 1] += np.float32(value)
        return found

    def priced(self, table: Scores) -> tuple[Numbers, Scores, float]:
        """The bits beside what each number of them is worth, and the most that anybody has of it."""
        return self.bits, table, float(table.take(self.patterns).max(initial=0.0))

    def any_of(self, concepts: Collection[int], worth: np.float32) -> Scores:
        """What each number of bits is worth where holding any of some concepts is worth as much as holding all."""
        asked = sum(1 << at for at, concept in enumerate(self.concepts.tolist()) if concept in concepts)
        return np.where(np.arange(1 << len(self.concepts)) & asked, worth, np.float32(0))


@dataclass(frozen=True)
class Acquainted:
    """How many partners in one country each organisation has, up to some; for `places` with more, log(1 + how many)."""

    several: npt.NDArray[np.uint8]
    places: Ints
    many: Floats


class Layers:
    """The layers of one index as it was laid out, made when they are first asked for."""

    def __init__(self, index: Index) -> None:
        self.index = index

    @cached_property
    def held(self) -> Mapping[str, Layer]:
        """The most held concepts of each relation."""
        return {relation: self._layer(relation) for relation in HELD_IN}

    @cached_property
    def levels(self) -> npt.NDArray[np.uint8]:
        """In which level each organisation is."""
        recent = self.index.history.recent.base
        return np.searchsorted(self.most_recent, recent).astype(np.uint8)

    @cached_property
    def busy(self) -> Ints:
        """Those above the quiet levels."""
        return np.flatnonzero(self.levels > QUIET)

    @cached_property
    def busy_levels(self) -> Ints:
        """The levels of these."""
        return self.levels[self.busy].astype(np.intp)

    @cached_property
    def most_recent(self) -> Floats:
        """The most that anybody of each level did lately."""
        recent = self.index.history.recent.base
        if not len(recent):
            return np.zeros(1)
        heights = 1 - 0.5 ** np.arange(LEVELS - 1)
        return np.append(np.quantile(recent, heights), recent.max())

    @cached_property
    def records(self) -> tuple[Rows, Ints]:
        """For each concept who has a record in it, and where these stand among all records."""
        record = self.index.history.record
        order = np.argsort(record.values, kind="stable").astype(np.int32)
        owners = np.repeat(np.arange(len(record.starts) - 1, dtype=np.int32), np.diff(record.starts))
        return Rows(starts_of(record.values, len(self.index.codes)), owners[order]), order

    @cached_property
    def topics(self) -> Mapping[str, Scores]:
        """What each record is worth by each measure, those of one concept next to each other."""
        _, order = self.records
        worth = worth_of_topics(self.index, np.arange(len(self.index.history.record.starts) - 1))[2]
        return {name: values.astype(np.float32)[order] for name, values in worth.items()}

    def growth(self, index: Index) -> dict[str, Floats]:
        """By how much what a record in each concept is worth can have grown at most, by measures that look at others."""
        base = self.index
        if index is base:
            return {}
        rarer = index.track_rarity[: len(base.codes)] / base.track_rarity
        held = base.history.record_holders > 0
        usual = _usual(index) / max(_usual(base), 1e-18)
        return {
            "topic_depth": np.full(len(base.codes), max(usual, 1.0)),
            "similar_profile": rarer / rarer[held].min(initial=np.inf),
        }

    @cached_property
    def acquainted(self) -> Sequence[Acquainted]:
        """For each country, who has partners there."""
        index, span = self.index, len(self.index.country_codes)
        ties, countries = index.history.ties, index.countries.base
        several = np.zeros((span, len(countries)), dtype=np.uint8)
        many: list[tuple[Ints, Ints, Ints]] = []
        for begin in range(0, len(countries), PORTION):
            edges = ties.starts[begin : begin + PORTION + 1]
            owner, rows = np.repeat(np.arange(len(edges) - 1), np.diff(edges)), len(edges) - 1
            there = countries[ties.values[edges[0] : edges[-1]]]
            counts = np.bincount(owner * span + there, minlength=rows * span).reshape(rows, span)
            crowd = np.nonzero(counts > SEVERAL)
            many.append((crowd[1], crowd[0] + begin, counts[crowd]))
            counts[crowd] = 0
            several[:, begin : begin + rows] = counts.T
        country, place, count = (np.concatenate(one) for one in zip(*many, strict=True))
        found = [(place[country == at], np.log1p(count[country == at])) for at in range(span)]
        return [Acquainted(several[at], *found[at]) for at in range(span)]

    def acquaintance(self, places: Ints, country: int) -> Floats:
        """The logarithm of how many partners in a country those at some places had, and one."""
        if country >= len(self.acquainted):
            return np.zeros(len(places))
        known = self.acquainted[country]
        inside = known.several.take(places, mode="clip")
        return LOGARITHMS.take(inside) + looked_up(known.places, places, known.many)[0]

    def _layer(self, relation: str) -> Layer:
        counts, size = self.index.counts[relation], len(self.index.id_order)
        most = np.argsort(-counts, kind="stable")[:BITS]
        chosen = most[counts[most] * POPULAR > max(size, 1)]
        bits = np.zeros(size, dtype=np.uint16)
        for at, concept in enumerate(chosen.tolist()):
            bits[self.index.postings[relation].row(concept)] |= np.uint16(1 << at)
        return Layer(chosen, bits)


def _usual(index: Index) -> float:
    """How much work on topics an organisation usually has behind it."""
    return index.history.recorded / max(index.total, 1)


def look_up(scores: Scores, numbers: Numbers, table: Scores) -> None:
    """Add to each score what stands in the table for its number."""
    for begin in range(0, len(scores), PORTION):
        here = slice(begin, begin + PORTION)
        scores[here] += table.take(numbers[here], mode="clip")
