"""The networkx model: organisations, projects and concepts in one undirected graph, the taxonomy in another.

Organisations are nodes by their number; everything else is a pair of a kind and a code, so that the language
`it` and the country `IT` stay apart. Edge attributes are dictionaries shared by all edges that say the same,
which takes about half the memory of a dictionary for each edge.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import TYPE_CHECKING, Any

import networkx as nx

from app.matching.records import Profile, Project

if TYPE_CHECKING:
    Undirected = nx.Graph[Any]
    Directed = nx.DiGraph[Any]
else:
    Undirected = nx.Graph
    Directed = nx.DiGraph

Node = int | tuple[str, Any]
Relations = frozenset[str]
RELATION_FIELDS = ("sectors", "offers", "seeks", "goals", "topics")


class BadRecord(ValueError):
    """A record that contradicts the others; its message names the record."""


class ThinGraph(Undirected):
    """An undirected graph whose edges share their attribute dictionaries; never change one in place."""

    _shared: dict[Relations, dict[str, Any]] = {}

    def edge_attr_dict_factory(self) -> dict[str, Any]:
        """Give every plain edge the same empty dictionary (a hook of networkx)."""
        return self._shared.setdefault(frozenset(), {})

    def link(self, one: Node, other: Node, relations: Relations = frozenset()) -> None:
        """Join two nodes by an edge whose attribute `relations` says in how many ways they belong together."""
        self.add_edge(one, other)
        if relations:
            attributes = self._shared.setdefault(relations, {"relations": relations})
            neighbours: dict[Node, dict[Node, dict[str, Any]]] = self.__dict__["_adj"]
            neighbours[one][other] = neighbours[other][one] = attributes


class ClusterGraph(ThinGraph):
    """Who is where, does what, speaks what, and who has worked together on what."""

    def add_organisation(self, profile: Profile) -> None:
        """Put an organisation and its concepts into the graph; an earlier version of it is replaced."""
        if profile.id in self:
            self.remove_edges_from([(profile.id, node) for node in self[profile.id] if node[0] != "project"])
        self.add_node(profile.id, profile=profile)
        for code, relations in _relations(profile).items():
            self.link(profile.id, ("concept", code), relations)
        for language in profile.languages:
            self.link(profile.id, ("language", language))
        self.link(profile.id, ("country", profile.country))
        self.link(profile.id, ("type", profile.type))

    def add_project(self, project: Project) -> None:
        """Put a piece of joint work into the graph, whose partners must be there already; an earlier version is replaced."""
        node = ("project", project.id)
        for partner in sorted(project.partners):
            if partner not in self:
                raise BadRecord(f"project {project.id} names organisation {partner}, which is not given")
        self.remove_nodes_from([node])
        self.add_node(node, project=project)
        self.add_edges_from((node, partner) for partner in sorted(project.partners))
        self.add_edges_from((node, ("concept", code)) for code in sorted(project.concepts))

    def organisations(self) -> Iterator[Profile]:
        """Every organisation's profile, by number."""
        for node in sorted(node for node in self if isinstance(node, int)):
            yield self.nodes[node]["profile"]

    def projects(self) -> Iterator[Project]:
        """Every project, by number."""
        for node in sorted(node for node in self if isinstance(node, tuple) and node[0] == "project"):
            yield self.nodes[node]["project"]

    def partners(self, project: Node) -> list[int]:
        """The organisations of a project, by number."""
        return sorted(node for node in self[project] if isinstance(node, int))

    def projects_of(self, organisation: int) -> list[Node]:
        """The project nodes of an organisation, by number."""
        return sorted(node for node in self[organisation] if node[0] == "project")

    def partners_of(self, organisation: int) -> set[int]:
        """All that an organisation has ever worked with."""
        found = {one for project in self.projects_of(organisation) for one in self.partners(project)}
        return found - {organisation}

    def collaboration(self) -> Undirected:
        """A graph of organisations alone, joined when they share a project: what link predictors look at."""
        joined = Undirected()
        joined.add_nodes_from(profile.id for profile in self.organisations())
        for project in self.projects():
            joined.add_edges_from(combinations(self.partners(("project", project.id)), 2))
        return joined


def _relations(profile: Profile) -> dict[str, Relations]:
    """Concept → the ways in which the profile holds it."""
    held: dict[str, set[str]] = {}
    for field in RELATION_FIELDS:
        for code in sorted(getattr(profile, field)):
            held.setdefault(code, set()).add(field)
    return {code: frozenset(fields) for code, fields in held.items()}


def build_graph(profiles: Iterable[Profile], projects: Iterable[Project]) -> ClusterGraph:
    """The whole model from plain records; raises BadRecord for one given twice or pointing nowhere."""
    graph = ClusterGraph()
    for profile in sorted(profiles, key=lambda one: one.id):
        if profile.id in graph:
            raise BadRecord(f"organisation {profile.id} is given twice")
        graph.add_organisation(profile)
    for project in sorted(projects, key=lambda one: one.id):
        if ("project", project.id) in graph:
            raise BadRecord(f"project {project.id} is given twice")
        graph.add_project(project)
    return graph


def build_taxonomy(broader: Mapping[str, str]) -> Directed:
    """The concepts as a forest whose arrows go from the broader to the narrower; raises BadRecord on a circle."""
    tree = Directed()
    tree.add_edges_from((parent, child) for child, parent in sorted(broader.items()))
    if not nx.is_directed_acyclic_graph(tree):
        raise BadRecord("the taxonomy runs in a circle")
    return tree
