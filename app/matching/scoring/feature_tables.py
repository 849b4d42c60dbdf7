"""Tables over all organisations that are computed once per index: bitmask features, activity levels, topic values.

The few concepts that very many organisations hold are bits of one integer per organisation: a sum over them is one
table look-up.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from app.matching.index.arrays import CsrRows, Floats, Ints, Numbers, indptr_of, lookup_sorted
from app.matching.index.index import Index
from app.matching.scoring.profile_terms import PROFILE_TERMS
from app.matching.scoring.topic_terms import topic_values

MAX_BITS = 12
"""Concepts of a relation, the most held ones, that become bits."""
ACTIVITY_LEVELS = 16
"""Levels by `decayed_projects`, at the quantiles 1 − 2^−i."""
MAX_POOLED_LEVEL = 4
"""Levels up to this one, fifteen of sixteen organisations, share one bound."""
MAX_TABLED_PARTNERS = 15
"""Partner counts per country up to this fit the table; larger ones are kept as a sparse vector."""
LOG_COUNTS = np.log1p(np.arange(MAX_TABLED_PARTNERS + 1))
MIN_HOLDER_RATIO = 64
"""A concept becomes a bit if at least one in this many organisations holds it."""
CHUNK_ROWS = 1 << 16
"""Rows per block, to stay within the processor's cache."""
BITMASK_RELATIONS = (*sorted({term.theirs for term in PROFILE_TERMS}), "languages")

Scores = npt.NDArray[np.float32]


@dataclass(frozen=True)
class BitmaskFeature:
    """For each organisation which of some concepts it holds; the first concept is the lowest bit."""

    concepts: Ints
    bits: npt.NDArray[np.uint16]

    @cached_property
    def occurring(self) -> Ints:
        """Bit patterns that occur."""
        return np.flatnonzero(np.bincount(self.bits, minlength=1 << len(self.concepts)))

    def table(self, values: Mapping[int, float]) -> Scores | None:
        """Value of each bit pattern as the sum of its concepts' values; None where no concept has a value."""
        asked = [(at, values[one]) for at, one in enumerate(self.concepts.tolist()) if values.get(one)]
        if not asked:
            return None
        found = np.zeros(1 << len(self.concepts), dtype=np.float32)
        for at, value in asked:
            found.reshape(-1, 2, 1 << at)[:, 1] += np.float32(value)
        return found

    def as_lookup(self, table: Scores) -> tuple[Numbers, Scores, float]:
        """(bit patterns of all rows, table, maximum over patterns that occur)."""
        return self.bits, table, float(table.take(self.occurring).max(initial=0.0))

    def any_of(self, concepts: Collection[int], values: np.float32) -> Scores:
        """Value of each bit pattern: `worth` where any of some concepts is held, else 0."""
        asked = sum(1 << at for at, concept in enumerate(self.concepts.tolist()) if concept in concepts)
        return np.where(np.arange(1 << len(self.concepts)) & asked, values, np.float32(0))


@dataclass(frozen=True)
class PartnerCounts:
    """Partners in one country: small counts by row, and ln(1 + count) of larger ones at `rows`."""

    tabled: npt.NDArray[np.uint8]
    rows: Ints
    logs: Floats


class FeatureTables:
    """The tables of one index as of its build; each is computed on first use."""

    def __init__(self, index: Index) -> None:
        self.index = index

    @cached_property
    def held(self) -> Mapping[str, BitmaskFeature]:
        """Relation → bitmask of its most held concepts."""
        found, size = {}, len(self.index.id_order)
        for relation in BITMASK_RELATIONS:
            counts = self.index.holder_counts[relation]
            most = np.argsort(-counts, kind="stable")[:MAX_BITS]
            chosen = most[counts[most] * MIN_HOLDER_RATIO > max(size, 1)]
            bits = np.zeros(size, dtype=np.uint16)
            for at, concept in enumerate(chosen.tolist()):
                bits[self.index.postings[relation].row(concept)] |= np.uint16(1 << at)
            found[relation] = BitmaskFeature(chosen, bits)
        return found

    @cached_property
    def levels(self) -> npt.NDArray[np.uint8]:
        """Activity level of each row."""
        decayed_projects = self.index.history.decayed_projects.base
        return np.searchsorted(self.level_maxima, decayed_projects).astype(np.uint8)

    @cached_property
    def most_active(self) -> Ints:
        """Rows above the pooled levels."""
        return np.flatnonzero(self.levels > MAX_POOLED_LEVEL)

    @cached_property
    def most_active_levels(self) -> Ints:
        """Their levels."""
        return self.levels[self.most_active].astype(np.intp)

    @cached_property
    def level_maxima(self) -> Floats:
        """Largest `decayed_projects` of each level."""
        decayed_projects = self.index.history.decayed_projects.base
        if not len(decayed_projects):
            return np.zeros(1)
        heights = 1 - 0.5 ** np.arange(ACTIVITY_LEVELS - 1)
        return np.append(np.quantile(decayed_projects, heights), decayed_projects.max())

    @cached_property
    def records(self) -> tuple[CsrRows, Ints]:
        """Posting lists of track records: concept → rows, and the position of each entry in the record."""
        record = self.index.history.record
        order = np.argsort(record.values, kind="stable").astype(np.int32)
        owners = np.repeat(np.arange(len(record.indptr) - 1, dtype=np.int32), np.diff(record.indptr))
        return CsrRows(indptr_of(record.values, len(self.index.codes)), owners[order]), order

    @cached_property
    def topics(self) -> Mapping[str, Scores]:
        """Measure → value of each record entry, in the order of the posting lists."""
        _, order = self.records
        values = topic_values(self.index, np.arange(len(self.index.history.record.indptr) - 1))[2]
        return {name: values.astype(np.float32)[order] for name, values in values.items()}

    def max_growth(self, index: Index) -> dict[str, Floats]:
        """Measure → factor per concept by which edits can have raised a record's value at most."""
        base = self.index
        if index is base:
            return {}
        rarer = index.record_idf[: len(base.codes)] / base.record_idf
        held = base.history.record_holders > 0
        usual = _mean_record_length(index) / max(_mean_record_length(base), 1e-18)
        return {
            "topic_depth": np.full(len(base.codes), max(usual, 1.0)),
            "similar_profile": rarer / rarer[held].min(initial=np.inf),
        }

    @cached_property
    def partner_counts(self) -> Sequence[PartnerCounts]:
        """Partner counts of all organisations, for each country."""
        index, span = self.index, len(self.index.country_codes)
        adjacency, countries = index.history.adjacency, index.countries.base
        tabled = np.zeros((span, len(countries)), dtype=np.uint8)
        logs: list[tuple[Ints, Ints, Ints]] = []
        for begin in range(0, len(countries), CHUNK_ROWS):
            edges = adjacency.indptr[begin : begin + CHUNK_ROWS + 1]
            owner, rows = np.repeat(np.arange(len(edges) - 1), np.diff(edges)), len(edges) - 1
            there = countries[adjacency.values[edges[0] : edges[-1]]]
            counts = np.bincount(owner * span + there, minlength=rows * span).reshape(rows, span)
            crowd = np.nonzero(counts > MAX_TABLED_PARTNERS)
            logs.append((crowd[1], crowd[0] + begin, counts[crowd]))
            counts[crowd] = 0
            tabled[:, begin : begin + rows] = counts.T
        country, row, count = (np.concatenate(one) for one in zip(*logs, strict=True))
        found = [(row[country == at], np.log1p(count[country == at])) for at in range(span)]
        return [PartnerCounts(tabled[at], *found[at]) for at in range(span)]

    def log_partners_in(self, rows: Ints, country: int) -> Floats:
        """ln(1 + partners in a country) at some rows, as of the build."""
        if country >= len(self.partner_counts):
            return np.zeros(len(rows))
        known = self.partner_counts[country]
        inside = known.tabled.take(rows, mode="clip")
        return LOG_COUNTS.take(inside) + lookup_sorted(known.rows, rows, known.logs)[0]


def _mean_record_length(index: Index) -> float:
    """Mean number of recorded projects on topics per organisation."""
    return index.history.record_total / max(index.total, 1)


def add_lookup(scores: Scores, numbers: Numbers, table: Scores) -> None:
    """scores += table[numbers], in place, block by block."""
    for begin in range(0, len(scores), CHUNK_ROWS):
        here = slice(begin, begin + CHUNK_ROWS)
        scores[here] += table.take(numbers[here], mode="clip")
