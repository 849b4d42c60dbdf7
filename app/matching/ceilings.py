"""How high the score of everybody can be at most.

What profiles, topics, countries and types say is summed as it stands. What the network says is counted for those with a
partner in common; nobody else can get more than the walk that leads past them, which grows with what they did lately.
What takes something off does not count. So nobody's score is above its ceiling but of those who were edited since the
arrays were laid out; by how much edits can have raised what others get from types and topics is added.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from app.matching.allowing import Rules
from app.matching.arrays import Floats, Ints, Numbers, where
from app.matching.content import CONTENT_TERMS
from app.matching.layers import QUIET, SEVERAL, Layers, Scores, look_up
from app.matching.network import Odds
from app.matching.paths import WALKED, Ahead, Near, Paths
from app.matching.scoring import Inquiry
from app.matching.topics import TOPICAL

NEVER = np.float32(-1e9)
ROUNDING = 1e-4
"""By so much sums of few digits may differ."""


Bits = tuple[Numbers, Scores, float]
"""A number for each organisation, what each number is worth, and the most that any organisation has of it."""


@dataclass(frozen=True)
class Reach:
    """The most that the network says from `near`: `far` by level, and to those near or ahead, `places` in order."""

    near: Near
    levels: Numbers
    far: Scores
    places: Sequence[Ints]
    heights: Sequence[Scores]

    def at(self, places: Ints) -> Scores:
        """What was counted at some places."""
        found = self.far.take(self.levels.take(places))
        for known, heights in zip(self.places, self.heights, strict=True):
            if len(known):
                at = np.searchsorted(known, places)
                there = known.take(at, mode="clip") == places
                found[there] = heights.take(at[there])
        return found


@dataclass(frozen=True)
class Ceiling:
    """How high everybody's score can be: `scores`, and what the concepts that very many hold add, looked up in `tables`.

    `reaches` is what the scores hold of the network, from each side that asks.
    """

    scores: Scores
    tables: Sequence[Bits]
    reaches: Sequence[Reach]

    def above(self, edge: float) -> tuple[Ints, Scores]:
        """All whose whole ceiling is so high, and how high it is; table by table fewer are left to look up."""
        tables = sorted(self.tables, key=lambda one: -one[2])
        more = sum(most for _, _, most in tables)
        places = where(self.scores >= np.float32(edge - more))
        heights = self.scores.take(places)
        for bits, table, most in tables:
            heights += table.take(bits.take(places))
            more -= most
            high = np.flatnonzero(heights >= edge - more - ROUNDING)
            places, heights = places.take(high), heights.take(high)
        return places, heights

    def heights(self, places: Ints) -> Scores:
        """The whole ceiling at some places."""
        found = self.scores.take(places)
        for bits, table, _ in self.tables:
            found += table.take(bits.take(places))
        return found


class Ceilings:
    """What can be said of everybody at once, over the arrays that an index was laid out with."""

    def __init__(self, layers: Layers) -> None:
        self._index = layers.index
        self._layers = layers
        self._odds = Odds(layers.index)
        self._sheets: list[Scores] = []
        self._active: dict[bool, Scores] = {}
        self._of_country = [slice(*edges) for edges in pairwise(layers.index.country_starts.tolist())]
        self._standing: dict[tuple[bool, str | None], Scores] = {}

    def of(self, inquiry: Inquiry, rules: Rules) -> Ceiling:
        """The ceiling of everybody in the base; much below naught for those who do not come into question."""
        standing, tables = self._by_standing(inquiry), list[Bits]()
        reaches = [self._reach(inquiry, near) for near in inquiry.network.near.values()]
        least = sum(float(reach.far[0]) for reach in reaches)
        scores = self._sheet(len(standing))
        if inquiry.query.is_brief and inquiry.query.asks_for_content:
            scores[:] = 0
            for bits, table, _ in self._add_said(scores, inquiry):
                look_up(scores, bits, table)
            np.copyto(scores, NEVER, where=scores <= 0)
            scores += standing
            for here, worth in self._by_country(inquiry, rules):
                scores[here] += worth + least
        else:
            for here, worth in self._by_country(inquiry, rules):
                np.add(standing[here], worth + least, out=scores[here])
            tables = self._add_said(scores, inquiry)
        tables += self._add_languages(scores, inquiry) + self._add_acquainted(scores, inquiry)
        for reach in reaches:
            self._add_network(scores, reach)
        if rules.offering is not None:
            scores = self._only_offering(scores, rules.offering)
        return Ceiling(scores, tables, reaches)

    def lowered(self, ceiling: Ceiling, inquiry: Inquiry, places: Ints, heights: Scores) -> Scores:
        """The heights at some places when what the network says is counted there, and not the most it can say."""
        for reach in ceiling.reaches:
            terms = inquiry.network.paths.nearness(reach.near, places)
            heights = heights - reach.at(places) + self._weighed(inquiry, terms)
        return heights

    def done(self, ceiling: Ceiling) -> None:
        """Take back the sheet of a ceiling that nobody looks at any more, to be written over by the next."""
        self._sheets.append(ceiling.scores)

    def _sheet(self, size: int) -> Scores:
        try:
            return self._sheets.pop()
        except IndexError:
            return np.empty(size, dtype=np.float32)

    def _add_said(self, scores: Scores, inquiry: Inquiry) -> list[Bits]:
        """Add what holding the concepts asked for says, and what joint work on them says; return what bits say."""
        self._add_topics(scores, inquiry)
        tables = []
        for relation, worth in self._worth_of_concepts(inquiry).items():
            layer = self._layers.held[relation]
            if (table := layer.table(worth)) is not None:
                tables.append(layer.priced(table))
            for concept in worth.keys() - set(layer.concepts.tolist()):
                np.add.at(scores, self._index.postings[relation].row(concept), np.float32(worth[concept]))
        return tables

    def _add_languages(self, scores: Scores, inquiry: Inquiry) -> list[Bits]:
        """Add what a language in common says, twice where it is in two ways; return what bits say."""
        index, layer = self._index, self._layers.held["languages"]
        worth = np.float32(max(inquiry.weight("language"), 0.0))
        asked = {index.concepts[code] for code in inquiry.query.languages & index.concepts.keys()}
        for concept in sorted(asked - set(layer.concepts.tolist())):
            np.add.at(scores, index.postings["languages"].row(concept), worth)
        return [layer.priced(layer.any_of(asked, worth))]

    def _add_topics(self, scores: Scores, inquiry: Inquiry) -> None:
        asked = np.flatnonzero(inquiry.network.asked[: len(self._index.codes)])
        if not len(asked):
            return
        owners, _ = self._layers.records
        weights = {name: inquiry.weight(name) for name in TOPICAL if inquiry.weight(name)}
        shares = {name: inquiry.network.shares[name].copy() for name in weights}
        for name, growth in self._layers.growth(inquiry.index).items():
            if name in shares:
                shares[name][: len(self._index.codes)] *= growth
        for concept in asked.tolist():
            said = np.zeros(owners.count(concept), dtype=np.float32)
            for name, weight in weights.items():
                share = np.float32(weight * shares[name][concept])
                said += share * self._layers.topics[name][owners.starts[concept] : owners.starts[concept + 1]]
            np.add.at(scores, owners.row(concept), said)

    def _worth_of_concepts(self, inquiry: Inquiry) -> dict[str, dict[int, float]]:
        """What each concept adds where it is held, by relation; what is related counts as if nothing nearer were."""
        found: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
        for term in CONTENT_TERMS:
            if weight := inquiry.weight(term.name):
                for concept, share in inquiry.content.at_most(term):
                    found[term.theirs][concept] += weight * share
        return found

    def _by_standing(self, inquiry: Inquiry) -> Scores:
        """What everybody's own activity, and type beside the asker's, says; kept, since many ask the same."""
        key = inquiry.query.warm, inquiry.query.type
        if key not in self._standing:
            if inquiry.query.warm not in self._active:
                columns = Paths(self._index.history, self._index.size).activity(np.arange(self._index.size))
                total = sum(inquiry.weight(name) * column for name, column in columns.items())
                self._active[inquiry.query.warm] = np.asarray(total, dtype=np.float32)
            self._standing[key] = self._active[inquiry.query.warm] + self._by_type(inquiry)
        return self._standing[key]

    def _by_type(self, inquiry: Inquiry) -> Scores:
        return np.asarray(self._odds_of_types(inquiry, self._odds).astype(np.float32)[self._index.types.base])

    def _odds_of_types(self, inquiry: Inquiry, odds: Odds) -> Floats:
        """What each type in the base says beside the asker's; nothing where that is not known."""
        span = len(self._odds.types)
        code = inquiry.index.type_codes.get(inquiry.query.type or "", len(odds.types))
        if code >= len(odds.types):
            return np.zeros(span)
        return inquiry.weight("type_pair") * odds.types[code, :span]

    def _gained_by_type(self, inquiry: Inquiry) -> float:
        """The most that any type's odds have gained since the arrays were laid out."""
        if inquiry.index is self._index:
            return 0.0
        now, then = (self._odds_of_types(inquiry, odds) for odds in (inquiry.odds, self._odds))
        return float((now - then).max(initial=0.0))

    def _by_country(self, inquiry: Inquiry, rules: Rules) -> Iterable[tuple[slice, float]]:
        """Each country's places and what it says of those there, with what any of them may get for their type."""
        query, network, codes = inquiry.query, inquiry.network, self._index.country_codes
        worth = np.full(len(codes), self._gained_by_type(inquiry))
        worth += max(inquiry.weight("type_wanted"), 0.0) * bool(query.types_wanted)
        if network.country_odds is not None:
            worth += inquiry.weight("country_pair") * network.country_odds[: len(codes)]
        if (met := network.countries_met) is not None:
            worth += inquiry.weight("new_country")
            worth[met[met < len(codes)]] -= inquiry.weight("new_country")
        for code in query.countries_wanted & codes.keys():
            worth[codes[code]] += inquiry.weight("country_wanted")
        if rules.country is not None:
            worth[[at for code, at in codes.items() if code != rules.country]] = NEVER
        if rules.abroad_only and (home := codes.get(query.country or "")) is not None:
            worth[home] = NEVER
        return zip(self._of_country, worth.tolist(), strict=False)

    def _reach(self, inquiry: Inquiry, near: Near) -> Reach:
        ahead = inquiry.network.paths.ahead(near)
        places, heights = self._near(inquiry, near, ahead)
        return Reach(near, self._layers.levels, self._far(inquiry, near, ahead), places, heights)

    def _add_network(self, scores: Scores, reach: Reach) -> None:
        """Add what the network says at most to all but the least, which has been added."""
        beyond = reach.far - reach.far[0]
        np.add.at(scores, self._layers.busy, beyond.take(self._layers.busy_levels))
        for places, heights in zip(reach.places, reach.heights, strict=True):
            scores[places] += heights - reach.far.take(reach.levels.take(places))

    def _add_acquainted(self, scores: Scores, inquiry: Inquiry) -> list[Bits]:
        """Add what it says to have many partners in the asker's country; return what several say."""
        weight, layers = inquiry.weight("knows_country"), self._layers.acquainted
        home = self._index.country_codes.get(inquiry.query.country or "", len(layers))
        if not weight or home >= len(layers):
            return []
        known = layers[home]
        np.add.at(scores, known.places, (weight * known.many).astype(np.float32))
        table = (weight * np.log1p(np.arange(SEVERAL + 1))).astype(np.float32)
        return [(known.several, table, float(table.max()))]

    def _far(self, inquiry: Inquiry, near: Near, ahead: Ahead) -> Scores:
        """At most so much comes to those of each level who have no partner in common and are not ahead."""
        walked = WALKED * inquiry.network.paths.farthest(near, ahead, self._layers.most_recent)
        far = (max(inquiry.weight("near_by_topic"), 0.0) * np.log1p(walked)).astype(np.float32)
        far[:QUIET] = far[min(QUIET, len(far) - 1)]
        return far

    def _near(self, inquiry: Inquiry, near: Near, ahead: Ahead) -> tuple[list[Ints], list[Scores]]:
        """At most so much comes to each of those in the base who have a partner in common or are ahead."""
        found, heights = list[Ints](), list[Scores]()
        for places, terms in inquiry.network.paths.nearest(near, ahead):
            inside = int(np.searchsorted(places, len(self._layers.levels)))
            found.append(places[:inside])
            heights.append(self._weighed(inquiry, terms)[:inside])
        return found, heights

    def _weighed(self, inquiry: Inquiry, terms: Mapping[str, Floats]) -> Scores:
        """What the terms of the network say, where they add something."""
        total = sum(max(inquiry.weight(name), 0.0) * term for name, term in terms.items())
        return np.asarray(total, dtype=np.float32)

    def _only_offering(self, scores: Scores, skill: str) -> Scores:
        found = np.full(len(scores), NEVER)
        if (code := self._index.concepts.get(skill)) is not None:
            holders = self._index.postings["offers"].row(code)
            found[holders] = scores[holders]
        return found
