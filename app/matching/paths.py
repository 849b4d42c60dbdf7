"""What the history alone says: link predictors, walks and activity, as sparse matrices.

Each is a bulk form of something that can be counted on the graph; the link predictors are networkx's own, for
one organisation against all others at once.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import scipy.sparse as sp

from app.matching.history import Floats, History

HALF_LIFE = 2.0
"""Years after which joint work counts half."""

RESTART = 0.5
STEPS = 3
TOPIC_SHARE = 0.3
"""The walk: how often it starts again, how long it is, and how often it goes on through a topic."""

DOUBT = 10.0
"""So many partners are added before a share of partners counts: one of one says less than thirty of thirty."""


class Paths:
    """Who is near whom and who is active, over one history; an edit of a profile leaves it as it is."""

    def __init__(self, history: History) -> None:
        self.history = history

    def adamic_adar(self, place: int) -> Floats:
        """Partners in common, each counting the less the more partners it has itself."""
        return self._through(place, self._informative)

    def resource_allocation(self, place: int) -> Floats:
        """Partners in common, each divided by how many partners it has."""
        return self._through(place, self._divided)

    def common(self, place: int) -> Floats:
        """How many partners each organisation has in common with this one."""
        return self._through(place, self._one)

    def jaccard(self, place: int) -> Floats:
        """Partners in common, as a share of all that either has."""
        degree, common = self.history.degree, self.common(place)
        union = degree[place] + degree - common
        return np.asarray(np.divide(common, union, out=np.zeros_like(common), where=union > 0))

    def walk(self, place: int, topic_share: float = TOPIC_SHARE) -> Floats:
        """Where a walk over projects is after a few steps; some of its steps lead over a topic."""
        start = self._zero()
        start[place] = 1.0
        here = start
        for _ in range(STEPS):
            at_projects = self._trodden * (self.history.by_project @ (here / self._trodden_of_member))
            if topic_share:
                topics = self.history.about.T @ (at_projects / self._topics_of_project)
                onwards = self._trodden * (self.history.about @ (topics / self._trodden_of_topic))
                at_projects = (1 - topic_share) * at_projects + topic_share * onwards
            here = (1 - RESTART) * (self.history.members @ at_projects) + RESTART * start
        return np.asarray(here)

    def nearness(self, place: int) -> dict[str, Floats]:
        """The terms that depend on whom an organisation has worked with."""
        history, mine = self.history, self.history.partners_of(place)
        informed, common, spread = (worth[mine] for worth in (self._informative, self._one, self._spread))
        over_one = np.stack([informed, common, spread]) @ history.ties[mine]
        union = history.degree[place] + history.degree - over_one[1] + DOUBT
        return {
            "partners_in_common": np.log1p(over_one[0]),
            "partners_shared": np.sqrt(over_one[1] / union),
            "recent_partners": np.log1p(10 * self._recently_through(place)),
            "near_in_network": np.log1p(history.ties @ (over_one[2] * self._spread)),
            "near_by_topic": np.log1p(1e4 * self.walk(place)),
        }

    @cached_property
    def activity(self) -> dict[str, Floats]:
        """The terms that depend on the candidate alone."""
        joint_projects = self.history.members @ self._shared
        typical = self._shared @ self.history.sizes / max(float(self._shared.sum()), 1.0)
        usual = np.divide(
            self.history.members @ (self._shared * self.history.sizes), np.maximum(joint_projects, 1)
        )
        return {
            "well_connected": np.log1p(self.history.degree),
            "recently_active": np.log1p(self._recent),
            "large_consortia": np.log(np.where(joint_projects > 0, usual / max(typical, 1.0), 1.0)),
            "works_alone": np.log1p(self.alone),
            "same_partners": np.log(np.maximum(self.meetings, 1) / np.maximum(self.history.degree, 1)),
        }

    @cached_property
    def alone(self) -> Floats:
        """How many projects each organisation has had on its own."""
        return np.asarray(self.history.members @ (1.0 - self._shared))

    @cached_property
    def meetings(self) -> Floats:
        """How many seats next to somebody each organisation has had, the same neighbour counted each time."""
        return np.asarray(self.history.members @ (self._shared * (self.history.sizes - 1)))

    @cached_property
    def usual_size(self) -> Floats:
        """How many organisations the joint projects of each usually have."""
        joint = self.history.members @ self._shared
        return np.asarray(self.history.members @ (self._shared * self.history.sizes) / np.maximum(joint, 1))

    @cached_property
    def topic_company(self) -> sp.csr_array:
        """Organisations × concepts: how many others it has met in each topic, lately more than long ago."""
        weighted = sp.diags_array(self._joint * (self.history.sizes - 1)) @ self.history.about
        return sp.csr_array(self.history.members @ weighted)

    def _recently_through(self, place: int) -> Floats:
        """Paths over one partner, by how lately and in how small a circle they worked together."""
        history = self.history
        start = self._zero()
        start[place] = 1.0
        lately = history.members @ (self._joint * (history.by_project @ start))
        lately[place] = 0.0
        onwards = lately / np.maximum(self._recent, 0.1)
        return np.asarray(
            history.members @ (self._circle * (history.by_project @ onwards)) - self._own * onwards
        )

    def _through(self, place: int, worth: Floats) -> Floats:
        """Paths over one partner, each partner worth what is said."""
        mine = self.history.partners_of(place)
        return np.asarray(worth[mine] @ self.history.ties[mine])

    def _zero(self) -> Floats:
        return np.zeros(len(self.history.degree))

    @cached_property
    def _one(self) -> Floats:
        return np.ones(len(self.history.degree))

    @cached_property
    def _informative(self) -> Floats:
        degree = self.history.degree
        return np.divide(1.0, np.log(np.maximum(degree, 2)), out=np.zeros_like(degree), where=degree > 1)

    @cached_property
    def _divided(self) -> Floats:
        degree = self.history.degree
        return np.divide(1.0, degree, out=np.zeros_like(degree), where=degree > 0)

    @cached_property
    def _spread(self) -> Floats:
        return np.asarray(np.sqrt(self._divided))

    @cached_property
    def _shared(self) -> Floats:
        """One for a project with two organisations or more."""
        return (self.history.sizes > 1).astype(np.float64)

    @cached_property
    def _joint(self) -> Floats:
        """What each joint project counts today."""
        return np.asarray(self._shared * 0.5 ** (self.history.age / HALF_LIFE))

    @cached_property
    def _circle(self) -> Floats:
        """The same, shared among the others who took part."""
        return self._joint / np.maximum(self.history.sizes - 1, 1)

    @cached_property
    def _recent(self) -> Floats:
        """Joint projects of each organisation, older ones counting less."""
        return np.asarray(self.history.members @ self._joint)

    @cached_property
    def _own(self) -> Floats:
        return np.asarray(self.history.members @ self._circle)

    @cached_property
    def _topics_of_project(self) -> Floats:
        return np.maximum(np.asarray(self.history.about.sum(axis=1)), 1)

    @cached_property
    def _trodden(self) -> Floats:
        """How much of the walk a project takes: lately more than long ago, small circles more than large ones."""
        return self._joint / np.maximum(self.history.sizes, 1)

    @cached_property
    def _trodden_of_member(self) -> Floats:
        return np.asarray(np.maximum(self.history.members @ self._trodden, 1e-12))

    @cached_property
    def _trodden_of_topic(self) -> Floats:
        return np.asarray(np.maximum(self.history.about.T @ self._trodden, 1e-12))
