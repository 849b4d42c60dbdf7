"""Positions for drawing: communities by a force-directed layout, members inside their community's circle.

The largest communities are placed by spring_layout of the community graph, small communities inside too; members of
large ones form a sunflower spiral, highest degree in the middle. Further communities and isolated nodes form spirals
around.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import pi, sqrt

import networkx as nx
import numpy as np

from app.matching.graph import Undirected
from app.matching.index.arrays import Floats, Ints
from app.matching.network.analysis import CollaborationNetwork
from app.matching.network.communities import SEED

CANVAS_SIDE = 10_000
"""Coordinates are integers in [0, CANVAS_SIDE]."""
FORCE_LAYOUT_COMMUNITIES = 200
"""Communities that are placed by forces."""
FORCE_LAYOUT_MAX_NODES = 60
"""Up to this size the members of a community are placed by forces."""
UNIT_RADIUS = 1.4
"""Radius of a community of one."""
GOLDEN_ANGLE = pi * (3 - sqrt(5))
COMMUNITY_SPACING = 1.25
"""Distance of two communities in multiples of touching."""
NODE_SPACING = 1.3
"""Least distance of two members, as a multiple of an even spacing."""


def compute_layout(found: CollaborationNetwork) -> Ints:
    """Integer coordinates of shape (nodes, 2); deterministic."""
    # The members of each community, the largest first.
    order = np.argsort(found.community, kind="stable")
    begins = np.searchsorted(found.community[order], np.arange(1, found.community_count + 2))
    members = [order[begin:end] for begin, end in pairwise(begins.tolist())]
    sizes = np.array([len(group) for group in members[:FORCE_LAYOUT_COMMUNITIES]])
    radii = (UNIT_RADIUS * np.sqrt(sizes)).tolist()
    centres = separate_circles(_community_centres(found, len(radii)), radii)
    places = np.zeros((len(found), 2))
    for centre, radius, group in zip(centres, radii, members, strict=False):
        places[group] = np.array(centre) + radius * _member_positions(found, group)
    placed = np.concatenate([np.zeros(0, dtype=np.int64), *members[: len(radii)]])
    reach = float(np.hypot(*places[placed].T).max(initial=1.0)) + 1
    reach = _place_outer_communities(places, members[len(radii) :], reach)
    alone = np.flatnonzero(found.community == 0)
    places[alone] = _spiral(reach + 1.2 * np.sqrt(np.arange(len(alone)) / 6))
    return _to_canvas(places)


def _spiral(distances: Floats) -> Floats:
    """Points at these distances from the origin, successive ones turned by the golden angle."""
    angles = GOLDEN_ANGLE * np.arange(len(distances))
    return np.stack([distances * np.cos(angles), distances * np.sin(angles)], axis=1)


def _place_outer_communities(places: Floats, groups: Sequence[Ints], reach: float) -> float:
    """Place further communities on a spiral outside `reach`; returns the new reach."""
    if not groups:
        return reach
    sizes = np.array([len(group) for group in groups])
    radii = UNIT_RADIUS * np.sqrt(sizes)
    distances = np.sqrt((reach + radii[0]) ** 2 + np.cumsum((2 * COMMUNITY_SPACING * radii) ** 2) / pi)
    within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    inside = _spiral(np.sqrt((within + 0.5) / np.repeat(sizes, sizes)))
    centres = _spiral(distances)
    everybody = np.concatenate(groups)
    places[everybody] = np.repeat(centres, sizes, axis=0) + inside * np.repeat(radii, sizes)[:, None]
    return float(distances[-1] + radii[0])


def _community_centres(found: CollaborationNetwork, many: int) -> list[tuple[float, float]]:
    """Centres of the largest communities, by spring_layout weighted with the edges between them."""
    groups = Undirected()
    groups.add_nodes_from(range(1, many + 1))
    one, other = np.sort(
        np.stack([found.community[found.edges.one], found.community[found.edges.other]]).astype(np.int64),
        axis=0,
    )
    joined = (one != other) & (other <= many)
    pairs, counts = np.unique(one[joined] * (many + 1) + other[joined], return_counts=True)
    for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True):
        groups.add_edge(*divmod(pair, many + 1), weight=count)
    scale = 0.5 * sqrt(len(found) + 1)
    spots = nx.spring_layout(groups, seed=SEED, scale=scale, iterations=60) if len(groups) else {}
    return [(float(spots[one][0]), float(spots[one][1])) for one in groups]


def separate_circles(centres: list[tuple[float, float]], radii: Sequence[float]) -> list[tuple[float, float]]:
    """Push circles apart until they hardly overlap."""
    for _ in range(40):
        moved = False
        for one in range(len(centres)):
            for other in range(one):
                dx, dy = centres[one][0] - centres[other][0], centres[one][1] - centres[other][1]
                distance = sqrt(dx * dx + dy * dy) or 1e-6
                push = (COMMUNITY_SPACING * (radii[one] + radii[other]) + 1 - distance) / 2
                if push > 0.01:
                    moved = True
                    shift = (dx / distance * push, dy / distance * push)
                    centres[one] = (centres[one][0] + shift[0], centres[one][1] + shift[1])
                    centres[other] = (centres[other][0] - shift[0], centres[other][1] - shift[1])
        if not moved:
            break
    return centres


def _member_positions(found: CollaborationNetwork, group: Ints) -> Floats:
    """Positions of a community's members in the unit circle."""
    if len(group) > FORCE_LAYOUT_MAX_NODES:
        places = np.empty((len(group), 2))
        order = np.lexsort((group, -found.degrees[group]))
        places[order] = _spiral(np.sqrt((np.arange(len(group)) + 0.5) / len(group)))
        return places
    graph = Undirected()
    graph.add_nodes_from(group.tolist())
    edges = np.unique(found.incident_edges.gather(group)[0])
    one, other = found.edges.one[edges], found.edges.other[edges]
    inner = found.community[one] == found.community[other]
    graph.add_edges_from(zip(one[inner].tolist(), other[inner].tolist(), strict=True))
    spots = nx.spring_layout(graph, seed=SEED, iterations=50)
    return separate_nodes(np.array([spots[one] for one in group.tolist()]))


def separate_nodes(spots: Floats) -> Floats:
    """Push nodes apart to a least distance, in the unit circle."""
    least, upper = NODE_SPACING / sqrt(len(spots)), np.triu_indices(len(spots), 1)
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


def _to_canvas(places: Floats) -> Ints:
    """Scale positions to integers on the canvas."""
    if not len(places):
        return np.zeros((0, 2), dtype=np.int16)
    least, most = places.min(axis=0), places.max(axis=0)
    width = float((most - least).max()) or 1.0
    corner = (least + most - width) / 2
    return np.asarray(np.round((places - corner) / width * CANVAS_SIDE).astype(np.int16))
