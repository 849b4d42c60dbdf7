"""What the history alone says: link predictors, walks and activity.

The link predictors are networkx's own, for one organisation against all others at once. The terms of the score are
counted for some places only, from the rows that lie near.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.matching.arrays import Floats, Ints, added_up, distinct, gathered, laid_out, looked_up, summed
from app.matching.history import History

RESTART = 0.5
TOPIC_SHARE = 0.3
"""The walk: how often it starts again, and how often it goes on through a topic."""

DOUBT = 30.0
"""So many partners are added before a share of partners counts: one of one says less than thirty of thirty."""

LATELY, WALKED = 10.0, 1e4
"""By how much what is small is enlarged before its logarithm is taken."""
LEAST = 1e-18
MOST_AHEAD = 4_000
"""So many ties are followed before the rest of the walk's third step is guessed."""
AT_FIRST = 250
"""So many are put in order at first to follow their ties; more if these have few."""
CROWD = 500
"""The ties of those who have more are followed one organisation at a time, without copying them."""
FEWER = 8
"""It is quicker to look places up among so many times as many than to run over all of these."""

Shares = tuple[Ints, Floats]
"""Some places, in their order, and a number for each."""


@dataclass(frozen=True)
class Near:
    """What lies around one organisation at `place`: `places` within two steps, in their order, and how they are reached.

    `common` counts the partners in common, `lately` says how lately and in how small circles they worked with both.
    `stand` is where a walk is after two steps and `pace`, for the `partners`, where it is after one, each as a share of
    all the walks that lead there; `topics` is what each concept takes of it.
    """

    place: int
    places: Ints
    common: Floats
    lately: Floats
    stand: Floats
    partners: Ints
    pace: Floats
    topics: Shares

    @cached_property
    def met(self) -> Ints:
        """Where the partners stand among the places."""
        return np.searchsorted(self.places, self.partners)

    @cached_property
    def itself(self) -> int:
        """Where the organisation itself stands among the places."""
        return int(np.searchsorted(self.places, self.place))


@dataclass(frozen=True)
class Ahead:
    """Where the walk's third step leads from those few with whom most of it stands: `sums` at `places`.

    `rest` is the most of it that stands with anybody else who is neither the asker nor a partner.
    """

    places: Ints
    sums: Floats
    rest: float


class Paths:
    """Who is near whom and who is active, over one history of `size` organisations."""

    def __init__(self, history: History, size: int) -> None:
        self.history = history
        self.size = size

    def adamic_adar(self, place: int) -> Floats:
        """Partners in common, each counting the less the more partners it has itself."""
        degree = self.history.ties.counts(self.history.partners_of(place))
        return self._through(place, np.where(degree > 1, 1 / np.log(np.maximum(degree, 2)), 0.0))

    def common(self, place: int) -> Floats:
        """How many partners each organisation has in common with this one."""
        return self._through(place, np.ones(self.history.ties.count(place)))

    def resource_allocation(self, place: int) -> Floats:
        """Partners in common, each divided by how many partners it has."""
        return self._through(
            place, 1 / np.maximum(self.history.ties.counts(self.history.partners_of(place)), 1)
        )

    def jaccard(self, place: int) -> Floats:
        """Partners in common, as a share of all that either has."""
        degree, common = self.degree, self.common(place)
        union = degree[place] + degree - common
        return np.asarray(np.divide(common, union, out=np.zeros_like(common), where=union > 0))

    def walk(self, place: int, topic_share: float = TOPIC_SHARE) -> Floats:
        """Where a walk over projects is after three steps; some of its first steps lead over a topic."""
        near, everybody = self.near(place), np.arange(self.size)
        found = (1 - topic_share) * self._onwards(near, everybody)
        found += topic_share * self._over_topics(near, everybody)
        found[place] = 1.0
        return found

    @property
    def degree(self) -> Floats:
        """How many different partners each organisation has had."""
        return self.history.ties.counts(np.arange(self.size)).astype(np.float64)

    def near(self, place: int) -> Near:
        """Look around one organisation, once for all candidates."""
        history, mine = self.history, self.history.ties.row(place)
        bonds = history.bonds.row(place).astype(np.float64)
        pace = bonds / self._trodden(mine)
        others, strength, owner = history.ties.beside(history.bonds, mine)
        places = distinct(np.concatenate([others, mine, np.array([place], mine.dtype)]), self.size)
        common, lately = added_up(others, self.size, places, 1.0, pace.take(owner) * strength)
        trodden = max(history.trodden.one(place), LEAST)
        walked = (1 - RESTART) ** 2 * lately / trodden
        walked[np.searchsorted(places, mine)] += (1 - RESTART) * (2 - RESTART) * bonds / trodden
        walked[np.searchsorted(places, place)] += 1.0
        stand = walked / self._trodden(places)
        return Near(place, places, common, lately, stand, mine, pace, self._topics(place))

    def nearness(self, near: Near, places: Ints) -> dict[str, Floats]:
        """The terms that depend on whom an organisation has worked with, at some places."""
        common, lately = looked_up(near.places, places, near.common, near.lately)
        walked = (1 - TOPIC_SHARE) * self._onwards(near, places)
        walked += TOPIC_SHARE * self._over_topics(near, places)
        walked[places == near.place] = 1.0
        return self._terms(near, places, common, lately, walked)

    def _terms(
        self, near: Near, places: Ints, common: Floats, lately: Floats, walked: Floats
    ) -> dict[str, Floats]:
        """The terms of what was counted on the way to some places.

        Partners in common are Salton's cosine (Salton and McGill 1983), held back by doubt.
        """
        mine, theirs = float(self.history.ties.count(near.place)), self.history.ties.counts(places)
        return {
            "partners_shared": common / (np.sqrt(mine * theirs) + DOUBT),
            "recent_partners": np.log1p(LATELY * lately),
            "near_by_topic": np.log1p(WALKED * walked),
        }

    def activity(self, places: Ints) -> dict[str, Floats]:
        """The terms that depend on the candidate alone."""
        degree = self.history.ties.counts(places)
        meetings = np.maximum(self.history.meetings[places], 1)
        return {
            "well_connected": np.log1p(degree),
            "same_partners": np.log(meetings / np.maximum(degree, 1)),
        }

    def ahead(self, near: Near) -> Ahead:
        """The third step from where most of the walk stands, so that little is left to guess."""
        stand = near.stand.copy()
        stand[near.met], stand[near.itself] = 0.0, 0.0
        order, few = self._first_in(near.places, stand)
        there, standing = near.places[order[:few]], stand[order[:few]]
        others, strength, owner = self.history.ties.beside(self.history.bonds, there)
        arrived = standing.take(owner) * strength
        itself = standing * self.history.trodden[there]
        places, (sums,) = summed(np.append(others, there), self.size, np.append(arrived, itself))
        return Ahead(places, sums, float(stand[order[few]]) if few < len(order) else 0.0)

    def _first_in(self, places: Ints, stand: Floats) -> tuple[Ints, int]:
        """Where most of a walk stands, in order, and how many of these are followed before their ties are too many."""
        count = AT_FIRST
        while True:
            order = _highest(stand, count)
            ends = np.cumsum(self.history.ties.counts(places[order]))
            if len(order) == len(stand) or ends[-1] >= MOST_AHEAD:
                return order, int(np.searchsorted(ends, MOST_AHEAD))
            count *= 8

    def farthest(self, near: Near, ahead: Ahead, recent: Floats) -> Floats:
        """At most so much of the walk comes to those who are not ahead, by how much they did lately."""
        reach = (1 - TOPIC_SHARE) * (1 - RESTART) * ahead.rest
        return (reach + TOPIC_SHARE * self._by_topics_at_most(near) / 2) * recent

    def nearest(self, near: Near, ahead: Ahead) -> list[tuple[Ints, dict[str, Floats]]]:
        """The terms at most, for all who have a partner in common, and for all others who are ahead; both in order."""
        ratio = float((near.stand[near.met] / np.maximum(near.pace, LEAST)).max(initial=0.0))
        with laid_out(self.size, ahead.places, ahead.sums) as sheet:
            led = sheet.take(near.places)
            sheet[near.places] = 0.0
            beyond = sheet.take(ahead.places) > 0
        reach = (1 - TOPIC_SHARE) * (1 - RESTART)
        walked = reach * (ratio * near.lately + led)
        walked += self.farthest(near, ahead, self.history.recent[near.places])
        there = ahead.places[beyond]
        only = reach * ahead.sums[beyond] + self.farthest(near, ahead, self.history.recent[there])
        return [
            (near.places, self._terms(near, near.places, near.common, near.lately, walked)),
            (there, {"near_by_topic": np.log1p(WALKED * only)}),
        ]

    def _by_topics_at_most(self, near: Near) -> float:
        return float(self._worth_of_topics(near).sum())

    def _onwards(self, near: Near, places: Ints) -> Floats:
        """The walk's third step at some places, from organisation to organisation."""
        ties, bonds = self.history.ties, self.history.bonds
        crowded = ties.counts(places) > CROWD
        with laid_out(self.size, near.places, near.stand) as sheet:
            others, strength, owner = ties.beside(bonds, places[~crowded])
            arrived = sheet.take(places) * self.history.trodden[places]
            arrived[~crowded] += gathered(owner, sheet.take(others) * strength, len(places) - crowded.sum())
            for one in np.flatnonzero(crowded).tolist():
                arrived[one] += self._from_crowd(near, sheet, int(places[one]))
        return np.asarray((1 - RESTART) * arrived)

    def _from_crowd(self, near: Near, sheet: Floats, place: int) -> float:
        """What comes to one who has very many partners, looked up from the side where fewer stand."""
        partners, strength = self.history.ties.row(place), self.history.bonds.row(place)
        if len(partners) > FEWER * len(near.places):
            (strength,) = looked_up(partners, near.places.astype(partners.dtype), strength)
            return float((near.stand * strength).sum())
        return float((sheet.take(partners) * strength).sum())

    def _over_topics(self, near: Near, places: Ints) -> Floats:
        """The walk's way over the topics of one's own work."""
        if not len(near.topics[0]):
            return np.zeros(len(places))
        concepts, share, owner = self.history.record.beside(self.history.record_share, places)
        worth = np.zeros(len(self.history.record_holders))
        worth[near.topics[0]] = self._worth_of_topics(near)
        return gathered(owner, worth[concepts] * share, len(places))

    def _worth_of_topics(self, near: Near) -> Floats:
        concepts, taken = near.topics
        return np.asarray(taken / np.maximum(self.history.trodden_of_topic[concepts], 1e-12))

    def _topics(self, place: int) -> Shares:
        """What each concept of one's own projects takes of the walk's first step."""
        projects = self.history.projects_of(place)
        concepts, owner = self.history.about.many(projects)
        taken = self.history.steps(projects) / max(self.history.trodden.one(place), LEAST)
        share = taken / np.maximum(self.history.about.counts(projects), 1)
        found, (sums,) = summed(concepts, len(self.history.record_holders), share[owner])
        return found, sums

    def _trodden(self, places: Ints) -> Floats:
        return np.maximum(self.history.trodden[places], LEAST)

    def _through(self, place: int, worth: Floats) -> Floats:
        """Paths over one partner, each partner worth what is said."""
        others, owner = self.history.ties.many(self.history.partners_of(place))
        return gathered(others, worth[owner], self.size)


def _highest(values: Floats, count: int) -> Ints:
    """Where the highest of some values stand, the highest first."""
    if len(values) <= count:
        return np.argsort(-values)
    some = np.argpartition(values, len(values) - count)[len(values) - count :]
    return some[np.argsort(-values[some])]
