"""What an organisation's record in each topic is worth, by several measures, before anybody asks for one."""

from __future__ import annotations

import numpy as np

from app.matching.arrays import Floats, Ints, Numbers, gathered
from app.matching.index import Index

TOPICAL = ("track_record", "recent_record", "active_in_topic", "topic_depth", "similar_profile")

SATURATION, BY_LENGTH = 1.2, 0.75
"""Of BM25: how soon more projects on a topic say no more, and how much it counts that all work is divided among many."""


def worth_of_topics(index: Index, places: Ints) -> tuple[Numbers, Ints, dict[str, Floats]]:
    """The concepts on the records of some places, whose each is, and what it is worth by each measure.

    Each measure is a sum over concepts, so that what a question asks for can be counted concept by concept.
    """
    history = index.history
    concepts, counts, owner = history.record.beside(history.record_counts, places)
    recent, company = history.record_recent.many(places)[0], history.record_company.many(places)[0]
    track = np.log1p(counts)
    rare = track * index.track_rarity[concepts]
    length = np.sqrt(np.maximum(gathered(owner, rare**2, len(places)), 1e-18))
    whole = gathered(owner, counts, len(places)) / max(history.recorded / max(index.total, 1), 1e-18)
    slowing = SATURATION * (1 - BY_LENGTH + BY_LENGTH * whole)
    worth = {
        "track_record": track,
        "recent_record": np.log1p(recent),
        "active_in_topic": np.log1p(company),
        "topic_depth": counts * (1 + SATURATION) / (counts + slowing[owner]),
        "similar_profile": rare / length[owner],
    }
    return concepts, owner, worth
