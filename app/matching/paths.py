"""What the history alone says: link predictors, walks and activity.

The link predictors are networkx's own, for one organisation against all others at once. The terms of the score are
counted for some places only, from the rows that lie near.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.matching.arrays import Floats, Ints, distinct, gathered, laid_out, summed
from app.matching.history import History

RESTART = 0.5
TOPIC_SHARE = 0.3
"""The walk: how often it starts again, and how often it goes on through a topic."""

DOUBT = 10.0
"""So many partners are added before a share of partners counts: one of one says less than thirty of thirty."""


Shares = tuple[Ints, Floats]
"""Some places, in their order, and a number for each."""


@dataclass(frozen=True)
class Near:
    """What lies around one organisation: `places` within two steps, and how they are reached.

    `informed`, `common` and `spread` sum what the partners in common are worth, `met` says how lately each partner was
    met and `lately` how lately these met others; `walked` is where a walk is after two steps, `topics` what each
    concept takes of it.
    """

    places: Ints
    informed: Floats
    common: Floats
    spread: Floats
    met: Shares
    lately: Shares
    walked: Shares
    topics: Shares


class Paths:
    """Who is near whom and who is active, over one history of `size` organisations."""

    def __init__(self, history: History, size: int) -> None:
        self.history = history
        self.size = size

    def adamic_adar(self, place: int) -> Floats:
        """Partners in common, each counting the less the more partners it has itself."""
        return self._through(place, 0)

    def common(self, place: int) -> Floats:
        """How many partners each organisation has in common with this one."""
        return self._through(place, 1)

    def resource_allocation(self, place: int) -> Floats:
        """Partners in common, each divided by how many partners it has."""
        return self._through(place, 3)

    def jaccard(self, place: int) -> Floats:
        """Partners in common, as a share of all that either has."""
        degree, common = self.degree, self.common(place)
        union = degree[place] + degree - common
        return np.asarray(np.divide(common, union, out=np.zeros_like(common), where=union > 0))

    def walk(self, place: int, topic_share: float = TOPIC_SHARE) -> Floats:
        """Where a walk over projects is after three steps; some of its steps lead over a topic."""
        everybody = np.arange(self.size)
        near = self.near(place)
        local, over_topics = self._walked(near, everybody)
        found = (1 - topic_share) * local + topic_share * over_topics
        found[place] = 1.0
        return found

    @property
    def degree(self) -> Floats:
        """How many different partners each organisation has had."""
        return self.history.ties.counts(np.arange(self.size)).astype(np.float64)

    def near(self, place: int) -> Near:
        """Look around one organisation, once for all candidates."""
        history, mine = self.history, self.history.partners_of(place)
        others, owner = history.ties.many(mine)
        worth = _worth(history.ties.counts(mine))
        places, (informed, common, spread) = summed(others, self.size, *(one[owner] for one in worth[:3]))
        walked, met, lately = self._two_steps(place, history.projects_of(place))
        topics = self._topics(place, history.projects_of(place))
        return Near(places, informed, common, spread, met, lately, walked, topics)

    def nearness(self, place: int, near: Near, places: Ints) -> dict[str, Floats]:
        """The terms that depend on whom an organisation has worked with, at some places."""
        local, over_topics = self._walked(near, places)
        walked = (1 - TOPIC_SHARE) * local + TOPIC_SHARE * over_topics
        walked[places == place] = 1.0
        return {
            **self.over_one(place, near, places),
            "near_in_network": np.log1p(self._over_two(near, places)),
            "near_by_topic": np.log1p(1e4 * walked),
        }

    def over_one(self, place: int, near: Near, places: Ints) -> dict[str, Floats]:
        """Of these the terms that look over one partner only, which are quick to count."""
        common = self.at(near.places, near.common, places)
        union = self.history.ties.count(place) + self.history.ties.counts(places) - common + DOUBT
        return {
            "partners_in_common": np.log1p(self.at(near.places, near.informed, places)),
            "partners_shared": np.sqrt(common / union),
            "recent_partners": np.log1p(10 * self._recently_through(near, places)),
        }

    def at(self, known: Ints, values: Floats, places: Ints) -> Floats:
        """Values that are naught but at the known places, looked up at others."""
        if not len(known):
            return np.zeros(len(places))
        found = np.minimum(np.searchsorted(known, places), len(known) - 1)
        return np.asarray(np.where(known[found] == places, values[found], 0.0))

    def activity(self, places: Ints) -> dict[str, Floats]:
        """The terms that depend on the candidate alone."""
        history = self.history
        degree, usual = history.ties.counts(places), self.usual_size(places)
        typical = max(history.joint_seats / max(history.joint_projects, 1), 1.0)
        return {
            "well_connected": np.log1p(degree),
            "recently_active": np.log1p(history.recent[places]),
            "large_consortia": np.log(np.where(history.joint[places] > 0, usual / typical, 1.0)),
            "works_alone": np.log1p(history.alone[places]),
            "same_partners": np.log(np.maximum(history.meetings[places], 1) / np.maximum(degree, 1)),
        }

    def usual_size(self, places: Ints) -> Floats:
        """How many organisations the joint projects of each usually have."""
        joint = self.history.joint[places]
        return np.asarray((self.history.meetings[places] + joint) / np.maximum(joint, 1))

    def _two_steps(self, place: int, projects: Ints) -> tuple[Shares, Shares, Shares]:
        """Where a walk is after two steps; how lately each partner was met; and how lately those whom they met since.

        Both lead over the partners to all their projects, so that these are looked up once.
        """
        history = self.history
        steps = history.steps(projects) / max(history.trodden.one(place), 1e-12)
        others, owner = history.teams.many(projects)
        partners, (here, met) = summed(
            np.append(others, place), self.size,
            np.append((1 - RESTART) * steps[owner], RESTART), np.append(history.weighing(projects)[owner], 0.0),
        )  # fmt: skip
        met[partners == place] = 0.0
        onwards = met / np.maximum(history.recent[partners], 0.1)
        chosen, whose = history.members.many(partners)
        share = here / self._trodden(partners)
        further, (at_projects, lately) = summed(chosen, history.projects, share[whose], onwards[whose])
        others, owner = history.teams.many(further)
        walk, circle = (
            (at_projects * history.steps(further))[owner],
            (lately * history.circle(further))[owner],
        )
        there, (walked, since) = summed(
            np.append(others, place),
            self.size,
            np.append((1 - RESTART) * walk, RESTART),
            np.append(circle, 0.0),
        )
        return (there, walked / self._trodden(there)), (partners, onwards), (there, since)

    def _walked(self, near: Near, places: Ints) -> tuple[Floats, Floats]:
        """The walk's third step at some places: from project to project, and over the topics of one's own work."""
        chosen, owner = self.history.members.many(places)
        projects = distinct(chosen, self.history.projects)
        others, team = self.history.teams.many(projects)
        with laid_out(self.size, *near.walked) as sheet:
            at_projects = gathered(team, sheet[others], len(projects)) * self.history.steps(projects)
        local = gathered(owner, at_projects[np.searchsorted(projects, chosen)], len(places))
        return (1 - RESTART) * local, self._over_topics(near, places)

    def _over_topics(self, near: Near, places: Ints) -> Floats:
        if not len(near.topics[0]):
            return np.zeros(len(places))
        concepts, owner = self.history.record.many(places)
        share, _ = self.history.record_share.many(places)
        worth = np.zeros(len(self.history.record_holders))
        worth[near.topics[0]] = near.topics[1] / np.maximum(
            self.history.trodden_of_topic[near.topics[0]], 1e-12
        )
        return gathered(owner, worth[concepts] * share, len(places))

    def _topics(self, place: int, projects: Ints) -> Shares:
        """What each concept of one's own projects takes of the walk's first step."""
        concepts, owner = self.history.about.many(projects)
        taken = self.history.steps(projects) / max(self.history.trodden.one(place), 1e-12)
        share = taken / np.maximum(self.history.about.counts(projects), 1)
        found, (sums,) = summed(concepts, len(self.history.record_holders), share[owner])
        return found, sums

    def _recently_through(self, near: Near, places: Ints) -> Floats:
        """Paths over one partner, by how lately and in how small a circle they worked together."""
        own = self.history.own[places] * self.at(*near.met, places)
        return np.asarray(self.at(*near.lately, places) - own)

    def _over_two(self, near: Near, places: Ints) -> Floats:
        """Paths over two partners, the busy ones counting less."""
        others, owner = self.history.ties.many(places)
        degree = self.history.ties.counts(near.places)
        with laid_out(self.size, near.places, near.spread / np.sqrt(np.maximum(degree, 1))) as sheet:
            return gathered(owner, sheet[others], len(places))

    def _trodden(self, places: Ints) -> Floats:
        return np.maximum(self.history.trodden[places], 1e-12)

    def _through(self, place: int, kind: int) -> Floats:
        """Paths over one partner, each partner worth what is said."""
        mine = self.history.partners_of(place)
        others, owner = self.history.ties.many(mine)
        return gathered(others, _worth(self.history.ties.counts(mine))[kind][owner], self.size)


def _worth(degree: Ints) -> tuple[Floats, Floats, Floats, Floats]:
    """What a partner in common is worth by how many partners it has: informative, one, spread and divided."""
    many = np.maximum(degree, 2)
    return (
        np.where(degree > 1, 1 / np.log(many), 0.0),
        np.ones(len(degree)),
        np.sqrt(1 / np.maximum(degree, 1)),
        1 / np.maximum(degree, 1),
    )
