"""Who is looked at closely: the best by what profiles, topics and fame say, and the best of those near by in the network.

In a small cluster that is everybody. In a large one the terms that posting lists give for all at once choose some,
and so do those of partners' partners; only for the best of both is the whole score counted. Who was edited since the
arrays were built is always among them, so that an edit counts at once although the arrays stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

import numpy as np
import numpy.typing as npt

from app.matching.arrays import Flags, Floats, Ints, Rows, distinct, starts_of
from app.matching.content import CONTENT_TERMS
from app.matching.index import Index
from app.matching.network import Odds
from app.matching.paths import Paths
from app.matching.scoring import Inquiry
from app.matching.weights import Weights

EVERYBODY = 2_000
"""In a cluster of so many everybody is looked at."""
POOLED = 120
"""So many of the best by posting lists and partners in common together are looked at, or twice what is asked for."""
SCARCE = 5_000
"""Where fewer hold what is asked for, those who hold something related are looked at too."""
SAMPLED = 60
"""One in so many is looked at to guess how high the best stand."""
WIDER = 3
"""So many times more are taken from each way before both, and the languages, choose among them."""
NEVER = np.float32(-1e9)

Scores = npt.NDArray[np.float32]
Allowed = Callable[[Ints], Flags]


class Candidates:
    """Chooses whom to look at, over the arrays that an index was built with."""

    def __init__(self, index: Index, weights: Weights) -> None:
        self._index = index
        self._weights = weights
        self._paths = Paths(index.history, index.size)
        self._standing: dict[tuple[bool, str | None], Scores] = {}

    def places(self, inquiry: Inquiry, allowed: Allowed, count: int, abroad_only: bool) -> Ints:
        """The places to look at, in their order; at least `count` of the best by each way."""
        everybody = inquiry.index.size
        if everybody <= EVERYBODY:
            places = np.arange(everybody)
            return places[allowed(places)]
        scores, wanted = self._scores(inquiry, abroad_only), max(2 * count, POOLED)
        wide = WIDER * wanted
        chosen = [self._best(scores, allowed, wide), *self._nearby(inquiry, scores, allowed, wide)]
        places = distinct(np.concatenate(chosen), everybody)
        values = scores[places] + inquiry.weight("language") * inquiry.speakers(places)
        values += sum(self._near(inquiry, seed, places) for seed in inquiry.network.near)
        edited = inquiry.index.edited_places
        best = [_highest(values, places, wanted), edited[allowed(edited)]]
        return distinct(np.concatenate(best), everybody)

    def _scores(self, inquiry: Inquiry, abroad_only: bool) -> Scores:
        """What posting lists say of everybody; much below naught for those who do not come into question."""
        standing = self._by_standing(inquiry)
        if inquiry.query.is_brief and inquiry.query.asks_for_content:
            scores = np.zeros(len(standing), dtype=np.float32)
            self._add(scores, inquiry)
            scores = np.where(scores > 0, scores, NEVER)
            for here, worth in self._by_country(inquiry, abroad_only):
                scores[here] += standing[here] + worth
            return scores
        scores = np.empty(len(standing), dtype=np.float32)
        for here, worth in self._by_country(inquiry, abroad_only):
            np.add(standing[here], worth, out=scores[here])
        self._add(scores, inquiry)
        return scores

    def _add(self, scores: Scores, inquiry: Inquiry) -> None:
        """Add what holding the concepts asked for says, and what joint work on them says."""
        found = self._add_content(scores, inquiry, related=False)
        if found < SCARCE or inquiry.query.is_brief:
            self._add_content(scores, inquiry, related=True)
        self._add_topics(scores, inquiry)

    def _add_content(self, scores: Scores, inquiry: Inquiry, related: bool) -> int:
        found = 0
        for term in CONTENT_TERMS:
            weight = inquiry.weight(term.name)
            if term.related == related and weight:
                concepts, shares = inquiry.content.weighed(term)
                for concept, share in zip(concepts.tolist(), shares.tolist(), strict=True):
                    holders = self._index.postings[term.theirs].row(concept)
                    np.add.at(scores, holders, np.float32(weight * share))
                    found += len(holders)
        return found

    def _add_topics(self, scores: Scores, inquiry: Inquiry) -> None:
        """Add the terms of topics, as they were when the arrays were built, each concept by itself."""
        asked = inquiry.network.asked
        whole, norm = asked.sum(), np.sqrt(asked @ asked)
        for concept in np.flatnonzero(asked).tolist():
            share = asked[concept] / whole
            owners, entries = self._records[0].row(concept), self._records[1].row(concept)
            track, active, alike = (column[entries] for column in self._topical)
            scores[owners] += (
                np.float32(inquiry.weight("track_record") * share) * track
                + np.float32(inquiry.weight("active_in_topic") * share) * active
                + np.float32(
                    inquiry.weight("similar_profile") * inquiry.network.breadth * asked[concept] / norm
                )
                * alike
            )

    @cached_property
    def _records(self) -> tuple[Rows, Rows]:
        """For each concept who has worked on it, and where that stands among all records."""
        record = self._index.history.record
        order = np.argsort(record.values, kind="stable").astype(np.int32)
        owners = np.repeat(np.arange(len(record.starts) - 1, dtype=np.int32), np.diff(record.starts))
        starts = starts_of(record.values, len(self._index.codes))
        return Rows(starts, owners[order]), Rows(starts, order)

    @cached_property
    def _topical(self) -> tuple[Scores, Scores, Scores]:
        """What each record says by itself: how much work, how much company, how large a part of all its owner's work."""
        history = self._index.history
        track = np.log1p(history.record_counts.values)
        rare = track * self._index.track_rarity[history.record.values]
        owners = np.repeat(np.arange(len(history.record.starts) - 1), np.diff(history.record.starts))
        length = np.sqrt(np.bincount(owners, rare**2, minlength=self._index.size))[owners]
        company = np.log1p(history.record_company.values)
        return track.astype(np.float32), company.astype(np.float32), (rare / length).astype(np.float32)

    def _by_standing(self, inquiry: Inquiry) -> Scores:
        """What everybody's own activity, and type beside the asker's, says; kept, since many ask the same."""
        key = inquiry.query.warm, inquiry.query.type
        if key not in self._standing:
            activity = self._paths.activity(np.arange(self._index.size))
            total = np.zeros(self._index.size)
            for name, column in activity.items():
                total += inquiry.weight(name) * column
            code = self._index.type_codes.get(inquiry.query.type or "")
            if code is not None:
                odds = Odds(self._index).types[code]
                total += inquiry.weight("type_pair") * odds[self._index.types.base]
            self._standing[key] = total.astype(np.float32)
        return self._standing[key]

    def _by_country(self, inquiry: Inquiry, abroad_only: bool) -> Iterator[tuple[slice, np.float32]]:
        """Each country's places and what it says of those there."""
        query, network, codes = inquiry.query, inquiry.network, self._index.country_codes
        worth = np.zeros(len(codes))
        if network.country_odds is not None:
            worth += inquiry.weight("country_pair") * network.country_odds[: len(codes)]
        if network.countries_met is not None:
            met = network.countries_met
            worth += inquiry.weight("new_country") * ~np.isin(np.arange(len(codes)), met)
        for code in query.countries_wanted & codes.keys():
            worth[codes[code]] += inquiry.weight("country_wanted")
        if abroad_only and query.country is not None and query.country in codes:
            worth[codes[query.country]] = NEVER
        starts = self._index.country_starts.tolist()
        for at, value in enumerate(worth.astype(np.float32)):
            yield slice(starts[at], starts[at + 1]), value

    def _best(self, scores: Scores, allowed: Allowed, count: int) -> Ints:
        """The best who may be shown: guessed from a sample, then counted exactly."""
        wanted = count * WIDER
        while True:
            places = _above(scores, wanted)
            shown = places[allowed(places)]
            if len(shown) >= count or wanted >= len(scores):
                return _highest(scores[shown], shown, count)
            wanted *= 8

    def _nearby(self, inquiry: Inquiry, scores: Scores, allowed: Allowed, count: int) -> Iterator[Ints]:
        """The best of those who have worked with the same partners, for each of those who ask."""
        for seed, near in inquiry.network.near.items():
            places = near.places[near.places < len(scores)]
            values = scores[places].astype(np.float64) + self._near(inquiry, seed, places)
            best = _highest(values, places, count * 2)
            yield best[allowed(best)][:count]

    def _near(self, inquiry: Inquiry, seed: int, places: Ints) -> Floats:
        """What partners in common say, of the terms that are cheap to count."""
        paths, near = inquiry.network.paths, inquiry.network.near[seed]
        cheap = paths.over_one(seed, near, places)
        return np.asarray(sum(inquiry.weight(name) * column for name, column in cheap.items()))


def _above(scores: Scores, wanted: int) -> Ints:
    """About so many of the highest, by the height at which a sample says that they begin."""
    if wanted * 4 >= len(scores):
        return np.flatnonzero(scores > NEVER / 2)
    sample = scores[::SAMPLED]
    kept = max(wanted // SAMPLED, 1)
    edge = np.partition(sample, len(sample) - kept)[len(sample) - kept]
    return np.flatnonzero(scores >= max(edge, NEVER / 2))


def _highest(values: Scores | Floats, places: Ints, count: int) -> Ints:
    """The places of the highest values, the best first, the first place among equals."""
    if len(places) > count:
        edge = np.partition(values, len(values) - count)[len(values) - count]
        kept = values >= edge
        values, places = values[kept], places[kept]
    return places[np.lexsort((places, -values))[:count]]
