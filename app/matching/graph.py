"""The networkx model: organisations, projects and concepts in one undirected graph, the taxonomy as a directed one.

Organisations are nodes by their number; every other node is a pair of kind and code, so that language `it` and
country `IT` differ. Edges with equal attributes share one attribute dictionary, which halves the memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import TYPE_CHECKING, Any

import networkx as nx

from app.matching.records import RELATION_FIELDS, BadRecord, Profile, Project

if TYPE_CHECKING:
    Undirected = nx.Graph[Any]
    Directed = nx.DiGraph[Any]
else:
    Undirected = nx.Graph
    Directed = nx.DiGraph

Node = int | tuple[str, Any]
Relations = frozenset[str]


class ThinGraph(Undirected):
    """An undirected graph whose edges share attribute dictionaries; never change one in place."""

    _shared: dict[Relations, dict[str, Any]] = {}

    def edge_attr_dict_factory(self) -> dict[str, Any]:
        """Return the shared empty dictionary (a hook of networkx)."""
        return self._shared.setdefault(frozenset(), {})

    def link(self, one: Node, other: Node, relations: Relations = frozenset()) -> None:
        """Add an edge with the attribute `relations`, the fields of the profile that hold the concept."""
        self.add_edge(one, other)
        if relations:
            attributes = self._shared.setdefault(relations, {"relations": relations})
            neighbours: dict[Node, dict[Node, dict[str, Any]]] = self.__dict__["_adj"]
            neighbours[one][other] = neighbours[other][one] = attributes


class ClusterGraph(ThinGraph):
    """Organisations with their concepts, languages, countries and types, and their joint projects."""

    def add_organisation(self, profile: Profile) -> None:
        """Add an organisation and its concepts, or replace its former version."""
        if profile.id in self:
            self.remove_edges_from([(profile.id, node) for node in self[profile.id] if node[0] != "project"])
        self.add_node(profile.id, profile=profile)
        held: dict[str, set[str]] = {}
        for field in RELATION_FIELDS:
            for code in sorted(getattr(profile, field)):
                held.setdefault(code, set()).add(field)
        for code, fields in held.items():
            self.link(profile.id, ("concept", code), frozenset(fields))
        for language in profile.languages:
            self.link(profile.id, ("language", language))
        self.link(profile.id, ("country", profile.country))
        self.link(profile.id, ("type", profile.type))

    def add_project(self, project: Project) -> None:
        """Add a project, or replace its former version; raises BadRecord for a partner that is not in the graph."""
        node = ("project", project.id)
        for partner in sorted(project.partners):
            if partner not in self:
                raise BadRecord(f"project {project.id} names organisation {partner}, which is not given")
        self.remove_nodes_from([node])
        self.add_node(node, project=project)
        self.add_edges_from((node, partner) for partner in sorted(project.partners))
        self.add_edges_from((node, ("concept", code)) for code in sorted(project.concepts))

    def organisations(self) -> Iterator[Profile]:
        """All profiles, by number."""
        for node in sorted(node for node in self if isinstance(node, int)):
            yield self.nodes[node]["profile"]

    def projects(self) -> Iterator[Project]:
        """All projects, by number."""
        for node in sorted(node for node in self if isinstance(node, tuple) and node[0] == "project"):
            yield self.nodes[node]["project"]

    def partners(self, project: Node) -> list[int]:
        """The organisations of a project, by number."""
        return sorted(node for node in self[project] if isinstance(node, int))

    def projects_of(self, organisation: int) -> list[Node]:
        """The project nodes of an organisation, by number."""
        return sorted(node for node in self[organisation] if node[0] == "project")

    def partners_of(self, organisation: int) -> set[int]:
        """All organisations that share a project with this one."""
        found = {one for project in self.projects_of(organisation) for one in self.partners(project)}
        return found - {organisation}

    def collaboration(self) -> Undirected:
        """The projection on organisations: an edge for each pair that shares a project."""
        joined = Undirected()
        joined.add_nodes_from(profile.id for profile in self.organisations())
        for project in self.projects():
            joined.add_edges_from(combinations(self.partners(("project", project.id)), 2))
        return joined


def build_graph(profiles: Iterable[Profile], projects: Iterable[Project]) -> ClusterGraph:
    """Build the graph; raises BadRecord for a record that is given twice or names a missing organisation."""
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
    """Build the forest of concepts from child → parent, edges from broader to narrower; raises BadRecord on a cycle."""
    tree = Directed()
    tree.add_edges_from((parent, child) for child, parent in sorted(broader.items()))
    if not nx.is_directed_acyclic_graph(tree):
        raise BadRecord("the taxonomy runs in a circle")
    return tree
