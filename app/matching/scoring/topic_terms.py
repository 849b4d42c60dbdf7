"""Terms from track records: how much an organisation has worked on each topic, by five measures.

Concepts whose code begins with `region:` or `programme:` are facets of their own, which have terms of their own; all
others are topics.

With n projects on a topic, d of them after decay, e encounters and L projects on all topics:
track_record     ln(1 + n)
recent_record    ln(1 + d)
active_in_topic  ln(1 + e)
topic_depth      n (k1 + 1) / (n + k1 (1 − b + b L / mean L)), BM25: Robertson and Zaragoza, "The Probabilistic
                 Relevance Framework: BM25 and Beyond", 2009
similar_profile  ln(1 + n) idf / ‖ln(1 + n) idf‖, the TF-IDF cosine component; the norm is over the facet
A term is Σ over the concepts of its facet of the query's share of the concept times the measure.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from app.matching.index.arrays import Floats, Ints, Numbers, sum_by_owner
from app.matching.index.index import Index

TOPIC, REGION, PROGRAMME = range(3)
"""Facets, as in `Index.facets`."""
FACETS = (TOPIC, REGION, PROGRAMME)

TOPIC_TERMS: Mapping[str, tuple[int, str]] = {
    "track_record": (TOPIC, "track_record"),
    "recent_record": (TOPIC, "recent_record"),
    "active_in_topic": (TOPIC, "active_in_topic"),
    "topic_depth": (TOPIC, "topic_depth"),
    "similar_profile": (TOPIC, "similar_profile"),
    "region_record": (REGION, "track_record"),
    "region_profile": (REGION, "similar_profile"),
    "programme_record": (PROGRAMME, "track_record"),
    "programme_profile": (PROGRAMME, "similar_profile"),
}
"""Term → its facet and its measure."""

BM25_K1, BM25_B = 1.2, 0.75
"""Saturation k1 and length normalisation b of BM25."""


def topic_values(index: Index, rows: Ints) -> tuple[Numbers, Ints, dict[str, Floats]]:
    """The concepts on record of some rows, the position in `rows` of each, and its value by measure."""
    history = index.history
    concepts, counts, owner = history.record.gather_with(history.record_counts, rows)
    decayed_projects, encounters = (
        history.record_recent.gather(rows)[0],
        history.record_encounters.gather(rows)[0],
    )
    track = np.log1p(counts)
    rare = track * index.record_idf[concepts]
    facets = index.facets
    place = len(FACETS) * owner + facets[concepts] if facets.any() else owner
    length = np.sqrt(np.maximum(sum_by_owner(place, rare**2, len(FACETS) * len(rows)), 1e-18))
    whole = sum_by_owner(owner, counts, len(rows)) / max(history.record_total / max(index.total, 1), 1e-18)
    slowing = BM25_K1 * (1 - BM25_B + BM25_B * whole)
    worth = {
        "track_record": track,
        "recent_record": np.log1p(decayed_projects),
        "active_in_topic": np.log1p(encounters),
        "topic_depth": counts * (1 + BM25_K1) / (counts + slowing[owner]),
        "similar_profile": rare / length[place],
    }
    return concepts, owner, worth
