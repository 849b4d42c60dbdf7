"""Terms from track records: how much an organisation has worked on each topic, by five measures.

With n projects on a topic, d of them after decay, e encounters and L projects on all topics:
track_record     ln(1 + n)
recent_record    ln(1 + d)
active_in_topic  ln(1 + e)
topic_depth      n (k1 + 1) / (n + k1 (1 − b + b L / mean L)), BM25: Robertson and Zaragoza, "The Probabilistic
                 Relevance Framework: BM25 and Beyond", 2009
similar_profile  ln(1 + n) idf / ‖ln(1 + n) idf‖, the TF-IDF cosine component
The term is Σ over topics of the query's share of the topic times the measure.
"""

from __future__ import annotations

import numpy as np

from app.matching.index.arrays import Floats, Ints, Numbers, sum_by_owner
from app.matching.index.index import Index

TOPIC_TERMS = ("track_record", "recent_record", "active_in_topic", "topic_depth", "similar_profile")

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
    length = np.sqrt(np.maximum(sum_by_owner(owner, rare**2, len(rows)), 1e-18))
    whole = sum_by_owner(owner, counts, len(rows)) / max(history.record_total / max(index.total, 1), 1e-18)
    slowing = BM25_K1 * (1 - BM25_B + BM25_B * whole)
    worth = {
        "track_record": track,
        "recent_record": np.log1p(decayed_projects),
        "active_in_topic": np.log1p(encounters),
        "topic_depth": counts * (1 + BM25_K1) / (counts + slowing[owner]),
        "similar_profile": rare / length[owner],
    }
    return concepts, owner, worth
