"""Proposals for breakouts: groups composed on the network, and, for another round, who goes to which host."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from app.core.threadpool import offload_long
from app.core.transactions import end_read_transaction
from app.features.design.models.sessions import DesignSession
from app.features.design.queries.breakouts import (
    Seats,
    collaboration_graph,
    open_breakout_groups,
    people_to_seat,
    rounds_of,
)
from app.features.design.queries.participants import organisation_names
from app.matching import breakouts
from app.matching.graph import Undirected

DEFAULT_SIZE = 4
COLLEAGUES, MET = 100, 1


@dataclass(frozen=True)
class BreakoutProblem:
    """Everything that groups are composed from, read from the database."""

    people: Sequence[breakouts.BreakoutParticipant]
    ties: Undirected
    rounds: Mapping[int, Seats]
    hosts: Mapping[int, int]
    """The hosts of the groups at work, by group."""

    @property
    def earlier(self) -> list[list[list[int]]]:
        """The groups of every round so far, of the people who still take part."""
        there = {person.id for person in self.people}
        return [
            [[one for one in seats if one in there] for seats in each.values()]
            for each in self.rounds.values()
        ]


def propose_breakouts(
    design_session: DesignSession, *, groups: int | None = None, size: int | None = None, rotate: bool = False
) -> dict[str, Any]:
    """Groups for everybody who takes part, and what they would do.

    Either so many `groups` or as many as it takes that none is larger than `size`; with `rotate` the groups at work
    keep their hosts and everybody else changes places. Returns `{groups: [{members, languages, group?, host?}],
    new_ties, at_most, old_ties, together, met_again, speechless, exact}`. Reads, then computes where it stalls nobody.
    """
    hosts = {group.id: group.host_id or 0 for group in open_breakout_groups(design_session)} if rotate else {}
    problem = BreakoutProblem(
        people_to_seat(design_session), collaboration_graph(), dict(rounds_of(design_session)), hosts
    )
    end_read_transaction()
    if hosts:
        return offload_long(_rotated, problem)
    if groups is None and size is None:
        size = DEFAULT_SIZE
    found = offload_long(
        breakouts.compose_breakouts,
        problem.people,
        problem.ties,
        groups=groups,
        size=size,
        earlier=problem.earlier,
    )
    return _plain(found)


def _rotated(problem: BreakoutProblem) -> dict[str, Any]:
    """New groups of everybody but the hosts, each assigned to the host whom its people know the least."""
    hosting = {host for host in problem.hosts.values() if host}
    moving = [person for person in problem.people if person.id not in hosting]
    found = breakouts.compose_breakouts(
        moving, problem.ties, groups=len(problem.hosts), earlier=problem.earlier
    )
    tables = [list(group.participants) for group in found.groups]
    tables += [[] for _ in range(len(problem.hosts) - len(tables))]
    seated = dict(zip(_assigned(problem, tables), tables, strict=True))
    here = {person.id for person in problem.people}
    whole = {group: sorted({*seated[group], *({host} & here)}) for group, host in problem.hosts.items()}
    described = breakouts.describe_breakouts(
        problem.people, problem.ties, list(whole.values()), problem.earlier
    )
    order = sorted((members, group) for group, members in whole.items() if members)
    plain = _plain(described)
    for shown, (_, group) in zip(plain["groups"], order, strict=True):
        shown["group"] = f"b{group}"
        if problem.hosts[group]:
            shown["host"] = problem.hosts[group]
    return plain


def _assigned(problem: BreakoutProblem, tables: Sequence[Sequence[int]]) -> list[int]:
    """For each table the group it goes to, so that few meet a host whom they met before, or their own colleague."""
    groups = list(problem.hosts)
    met = {
        pair
        for each in problem.earlier
        for seats in each
        for one in seats
        for pair in ((one, other) for other in seats)
    }
    organisation = {person.id: person.organisation for person in problem.people}
    costs = np.zeros((len(tables), len(groups)))
    for row, table in enumerate(tables):
        for column, group in enumerate(groups):
            host = problem.hosts[group]
            of_host = organisation.get(host)
            colleagues = sum(of_host is not None and organisation.get(one) == of_host for one in table)
            costs[row, column] = COLLEAGUES * colleagues + MET * sum((host, one) in met for one in table)
    rows, columns = linear_sum_assignment(costs)
    chosen = dict(zip(rows.tolist(), columns.tolist(), strict=True))
    return [groups[chosen[row]] for row in range(len(tables))]


def _plain(found: breakouts.Breakouts) -> dict[str, Any]:
    return {
        "groups": [
            {"members": list(group.participants), "languages": list(group.languages)}
            for group in found.groups
        ],
        "new_ties": len(found.new_ties),
        "at_most": found.at_most,
        "old_ties": len(found.old_ties),
        "together": [list(pair) for pair in found.together],
        "met_again": [list(pair) for pair in found.met_again],
        "speechless": list(found.speechless),
        "exact": found.exact,
    }


def effect_of(design_session: DesignSession) -> dict[str, Any]:
    """What all groups so far did to the network, round by round and as a whole.

    Returns `{ties, abroad, parts_joined, share_before?, share_after?, rounds, organisations, before, after}`: `rounds`
    holds of each the pairs from two countries who met for the first time, `organisations` their names and countries;
    `before` and `after` count among those who are there `{ties, abroad}`, and the `parts` of the whole cluster.
    """
    people = people_to_seat(design_session)
    rounds = {number: list(seats.values()) for number, seats in sorted(rounds_of(design_session).items())}
    before, names = collaboration_graph(), organisation_names(design_session)
    end_read_transaction()
    return offload_long(_effect, before, people, rounds, names)


def _effect(
    before: Undirected,
    people: Sequence[breakouts.BreakoutParticipant],
    rounds: Mapping[int, Sequence[Sequence[int]]],
    names: Mapping[int, str],
) -> dict[str, Any]:
    found = breakouts.network_effect(
        before, people, [group for groups in rounds.values() for group in groups]
    )
    country = {person.organisation: person.country for person in people if person.organisation}
    after = Undirected(before)
    after.add_edges_from(found.ties_added)
    effect: dict[str, Any] = {
        "ties": len(found.ties_added),
        "abroad": len(_abroad(found.ties_added, country)),
        "parts_joined": found.parts_joined,
        "before": {**_here(before, country), "parts": found.parts_before},
        "after": {**_here(after, country), "parts": found.parts_after},
        **_new_abroad(before, people, rounds, country, names),
    }
    for name, share in (
        ("share_before", found.share_abroad_before),
        ("share_after", found.share_abroad_after),
    ):
        if share is not None:
            effect[name] = round(share, 4)
    return effect


def _here(ties: Undirected, country: Mapping[int, str]) -> dict[str, int]:
    """The ties among those who are there, and how many of them cross a border."""
    found = list(ties.subgraph(country).edges)
    return {"ties": len(found), "abroad": len(_abroad(found, country))}


def _abroad(ties: Iterable[breakouts.Tie], country: Mapping[int, str]) -> list[list[int]]:
    return [[one, other] for one, other in ties if country.get(one) != country.get(other)]


def _new_abroad(
    before: Undirected,
    people: Sequence[breakouts.BreakoutParticipant],
    rounds: Mapping[int, Sequence[Sequence[int]]],
    country: Mapping[int, str],
    names: Mapping[int, str],
) -> dict[str, Any]:
    """Which pairs from two countries each round brought together for the first time, and who they are."""
    ties, new_pairs = Undirected(before), dict[str, list[list[int]]]()
    for number, groups in rounds.items():
        added = breakouts.network_effect(ties, people, groups).ties_added
        ties.add_edges_from(added)
        new_pairs[str(number)] = _abroad(added, country)
    known = {one for pairs in new_pairs.values() for pair in pairs for one in pair}
    organisations = {str(one): {"name": names.get(one, ""), "country": country[one]} for one in sorted(known)}
    return {"rounds": new_pairs, "organisations": organisations}
