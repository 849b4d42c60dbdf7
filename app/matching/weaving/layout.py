"""Where each organisation stands in the picture: groups beside those they work with, people of a group together.

A force layout of ten thousand would take minutes. So the groups are laid out by forces, small ones inside too, and the
members of a large one stand in a spiral, those with most ties in the middle; who stands alone stands around it all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, pi, sin, sqrt

import networkx as nx
import numpy as np

from app.matching.arrays import Floats
from app.matching.graph import Undirected
from app.matching.weaving.network import SEED, Network

SIDE = 10_000
"""The picture is a square of so many units, whole numbers all."""
BY_FORCE = 60
"""Groups of up to so many are laid out by forces."""
TURN = pi * (3 - sqrt(5))
APART = 1.25
"""How much farther than touching two groups keep from each other."""
BETWEEN = 1.3
"""How far two of a group keep from each other, in parts of what each would have if all stood evenly."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the picture."""

    x: int
    y: int


def lay_out(found: Network) -> dict[int, Spot]:
    """A place for every organisation of a network, the same each time."""
    radii = [1.4 * sqrt(len(group)) for group in found.communities]
    centres = _apart(_centres(found), radii)
    places: dict[int, tuple[float, float]] = {}
    for (x, y), radius, group in zip(centres, radii, found.communities, strict=True):
        for one, (dx, dy) in _inside(found, group):
            places[one] = (x + dx * radius, y + dy * radius)
    reach = max((sqrt(x * x + y * y) for x, y in places.values()), default=1.0) + 1
    for at, one in enumerate(found.isolated):
        ring = reach + 1.2 * sqrt(at / 6)
        places[one] = (ring * cos(at * TURN), ring * sin(at * TURN))
    return _scaled(places)


def _centres(found: Network) -> list[tuple[float, float]]:
    """Where the groups stand, by the ties between them."""
    groups = Undirected()
    groups.add_nodes_from(range(1, len(found.communities) + 1))
    ties = Counter(
        tuple(sorted((found.nodes[tie.one].community, found.nodes[tie.other].community)))
        for tie in found.ties
    )
    for (one, other), count in sorted(ties.items()):
        if one != other:
            groups.add_edge(one, other, weight=count)
    scale = 0.5 * sqrt(len(found.nodes) + 1)
    spots = nx.spring_layout(groups, seed=SEED, scale=scale, iterations=60) if len(groups) else {}
    return [(float(spots[one][0]), float(spots[one][1])) for one in groups]


def _apart(centres: list[tuple[float, float]], radii: Sequence[float]) -> list[tuple[float, float]]:
    """The same, pushed away from each other until groups overlap no more, or nearly."""
    for _ in range(40):
        moved = False
        for one in range(len(centres)):
            for other in range(one):
                dx, dy = centres[one][0] - centres[other][0], centres[one][1] - centres[other][1]
                distance = sqrt(dx * dx + dy * dy) or 1e-6
                push = (APART * (radii[one] + radii[other]) + 1 - distance) / 2
                if push > 0.01:
                    moved = True
                    shift = (dx / distance * push, dy / distance * push)
                    centres[one] = (centres[one][0] + shift[0], centres[one][1] + shift[1])
                    centres[other] = (centres[other][0] - shift[0], centres[other][1] - shift[1])
        if not moved:
            break
    return centres


def _inside(found: Network, group: Sequence[int]) -> Iterator[tuple[int, tuple[float, float]]]:
    """Where the members of a group stand, in a circle of radius one."""
    if len(group) <= BY_FORCE:
        graph = Undirected()
        graph.add_nodes_from(group)
        members = set(group)
        graph.add_edges_from(
            (tie.one, tie.other)
            for one in group
            for tie in found.ties_of(one)
            if {tie.one, tie.other} <= members
        )
        spots = nx.spring_layout(graph, seed=SEED, iterations=50)
        spread = _spread(np.array([spots[one] for one in group]))
        yield from ((one, (float(x), float(y))) for one, (x, y) in zip(group, spread, strict=True))
        return
    ordered = sorted(group, key=lambda one: (-found.nodes[one].ties, one))
    for at, one in enumerate(ordered):
        distance = sqrt((at + 0.5) / len(ordered))
        yield one, (distance * cos(at * TURN), distance * sin(at * TURN))


def _spread(spots: Floats) -> Floats:
    """The same places, pushed apart until nobody stands on somebody else, in a circle of radius one."""
    least, upper = BETWEEN / sqrt(len(spots)), np.triu_indices(len(spots), 1)
    for _ in range(60):
        ways = spots[upper[0]] - spots[upper[1]]
        distances = np.maximum(np.hypot(ways[:, 0], ways[:, 1]), 1e-6)
        close = distances < least
        if not close.any():
            break
        push = (ways / distances[:, None] * (least - distances)[:, None] / 2)[close]
        np.add.at(spots, upper[0][close], push)
        np.add.at(spots, upper[1][close], -push)
    spots = spots - spots.mean(axis=0)
    return np.asarray(spots / max(1.0, float(np.hypot(spots[:, 0], spots[:, 1]).max())))


def _scaled(places: dict[int, tuple[float, float]]) -> dict[int, Spot]:
    """Places as whole numbers in the picture's square."""
    if not places:
        return {}
    left, right = min(x for x, _ in places.values()), max(x for x, _ in places.values())
    top, bottom = min(y for _, y in places.values()), max(y for _, y in places.values())
    width = max(right - left, bottom - top) or 1.0
    left, top = (left + right - width) / 2, (top + bottom - width) / 2
    return {
        one: Spot(round((x - left) / width * SIDE), round((y - top) / width * SIDE))
        for one, (x, y) in sorted(places.items())
    }
