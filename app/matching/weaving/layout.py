"""Where each organisation stands in the picture: groups beside those they work with, people of a group together.

A force layout of ten thousand would take minutes. So the largest groups are laid out by forces, small ones inside too, and
the members of a large one stand in a spiral, those with most ties in the middle; further groups stand around them, and
who stands alone around it all.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import pi, sqrt

import networkx as nx
import numpy as np

from app.matching.arrays import Floats, Ints
from app.matching.graph import Undirected
from app.matching.weaving.communities import SEED
from app.matching.weaving.network import Network

SIDE = 10_000
"""The picture is a square of so many units, whole numbers all."""
NEAR = 200
"""So many groups stand where their ties pull them, smaller ones around them all."""
BY_FORCE = 60
"""Groups of up to so many are laid out by forces."""
ROOMY = 1.4
"""The radius of a group of one."""
TURN = pi * (3 - sqrt(5))
APART = 1.25
"""How much farther than touching two groups keep from each other."""
BETWEEN = 1.3
"""How far two of a group keep from each other, in parts of what each would have if all stood evenly."""


def lay_out(found: Network) -> Ints:
    """A place for every organisation of a network as two whole numbers, the same each time."""
    members = _members(found)
    sizes = np.array([len(group) for group in members[:NEAR]])
    radii = (ROOMY * np.sqrt(sizes)).tolist()
    centres = _apart(_centres(found, len(radii)), radii)
    places = np.zeros((len(found), 2))
    for centre, radius, group in zip(centres, radii, members, strict=False):
        places[group] = np.array(centre) + radius * _inside(found, group)
    placed = np.concatenate([np.zeros(0, dtype=np.int64), *members[: len(radii)]])
    reach = float(np.hypot(*places[placed].T).max(initial=1.0)) + 1
    reach = _around(places, members[len(radii) :], reach)
    alone = np.flatnonzero(found.community == 0)
    places[alone] = _spiral(reach + 1.2 * np.sqrt(np.arange(len(alone)) / 6))
    return _scaled(places)


def _members(found: Network) -> list[Ints]:
    """The places of each group's members, the largest group first."""
    order = np.argsort(found.community, kind="stable")
    begins = np.searchsorted(found.community[order], np.arange(1, found.groups + 2))
    return [order[begin:end] for begin, end in pairwise(begins.tolist())]


def _spiral(distances: Floats) -> Floats:
    """Points at such distances from the middle, each turned on by the golden angle from the one before."""
    angles = TURN * np.arange(len(distances))
    return np.stack([distances * np.cos(angles), distances * np.sin(angles)], axis=1)


def _around(places: Floats, groups: Sequence[Ints], reach: float) -> float:
    """Set further groups in a spiral around what reaches so far, each in a spiral of its own; returns how far they reach."""
    if not groups:
        return reach
    sizes = np.array([len(group) for group in groups])
    radii = ROOMY * np.sqrt(sizes)
    distances = np.sqrt((reach + radii[0]) ** 2 + np.cumsum((2 * APART * radii) ** 2) / pi)
    within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    inside = _spiral(np.sqrt((within + 0.5) / np.repeat(sizes, sizes)))
    centres = _spiral(distances)
    everybody = np.concatenate(groups)
    places[everybody] = np.repeat(centres, sizes, axis=0) + inside * np.repeat(radii, sizes)[:, None]
    return float(distances[-1] + radii[0])


def _centres(found: Network, many: int) -> list[tuple[float, float]]:
    """Where the largest groups stand, by the ties between them."""
    groups = Undirected()
    groups.add_nodes_from(range(1, many + 1))
    one, other = np.sort(
        np.stack([found.community[found.ties.one], found.community[found.ties.other]]).astype(np.int64),
        axis=0,
    )
    joined = (one != other) & (other <= many)
    pairs, counts = np.unique(one[joined] * (many + 1) + other[joined], return_counts=True)
    for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True):
        groups.add_edge(*divmod(pair, many + 1), weight=count)
    scale = 0.5 * sqrt(len(found) + 1)
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


def _inside(found: Network, group: Ints) -> Floats:
    """Where the members of a group stand, in a circle of radius one."""
    if len(group) > BY_FORCE:
        places = np.empty((len(group), 2))
        order = np.lexsort((group, -found.degrees[group]))
        places[order] = _spiral(np.sqrt((np.arange(len(group)) + 0.5) / len(group)))
        return places
    graph = Undirected()
    graph.add_nodes_from(group.tolist())
    ties = np.unique(found.near.many(group)[0])
    one, other = found.ties.one[ties], found.ties.other[ties]
    inner = found.community[one] == found.community[other]
    graph.add_edges_from(zip(one[inner].tolist(), other[inner].tolist(), strict=True))
    spots = nx.spring_layout(graph, seed=SEED, iterations=50)
    return _spread(np.array([spots[one] for one in group.tolist()]))


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


def _scaled(places: Floats) -> Ints:
    """Places as whole numbers in the picture's square."""
    if not len(places):
        return np.zeros((0, 2), dtype=np.int16)
    least, most = places.min(axis=0), places.max(axis=0)
    width = float((most - least).max()) or 1.0
    corner = (least + most - width) / 2
    return np.asarray(np.round((places - corner) / width * SIDE).astype(np.int16))
