"""Composes consortia from given candidates, or from those that the engine proposes for each seat."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum

from app.matching.consortia.objective import Objective, OverlapLimit, SearchResult, held_concepts
from app.matching.consortia.records import (
    Call,
    CandidateData,
    Consortium,
    ConsortiumMember,
    ProgrammeRules,
)
from app.matching.consortia.seat_assignment import SeatAssignmentSolver
from app.matching.consortia.set_cover import SetCoverSolver
from app.matching.engine import Engine
from app.matching.graph import Undirected
from app.matching.records import BadRecord, Brief

CANDIDATES_PER_SEAT = 24
"""Candidates that the engine proposes for each seat."""
MAX_ALTERNATIVES = 3


def compose(
    call: Call, rules: ProgrammeRules, table: CandidateData, k: int = 1, branches: int | None = None
) -> list[Consortium]:
    """Up to k consortia for a call, the best first; an empty list where nobody is available.

    A further consortium is as complete as the first and shares at most half of its members with each earlier one, or
    differs in one member if that is impossible. `branches` bounds each search. Raises BadRecord for an unknown
    organisation at the table.
    """
    for one in sorted(call.table):
        if one not in table.profiles:
            raise BadRecord(f"organisation {one} sits at the table and is not given")
    objective = Objective(call, rules, table)
    solver = (
        SeatAssignmentSolver(objective, k, MAX_ALTERNATIVES)
        if call.seats
        else SetCoverSolver(objective, MAX_ALTERNATIVES)
    )
    found: list[SearchResult] = []
    while len(found) < k:
        following = _next_result(solver, found, branches)
        if following is None:
            break
        found.append(following)
    return [_consortium(objective, solver, one) for one in sorted(found, key=lambda each: each.key)]


def compose_for(
    engine: Engine,
    call: Call,
    rules: ProgrammeRules,
    k: int = 1,
    *,
    home_country: str | None = None,
    popularity_penalty: float = 0.0,
    pool: int = CANDIDATES_PER_SEAT,
) -> list[Consortium]:
    """As `compose`, from the engine's candidates for each need; nobody of the home country unless it is wanted.

    `popularity_penalty` is passed to the engine.
    """
    profiles = engine.index.profiles
    scores: dict[tuple[int, int], float] = {}
    for need in dict.fromkeys(call.needs):
        brief = Brief(
            skills=need.skills,
            sectors=need.sectors,
            countries=need.countries,
            types=need.types,
            exclude=call.exclude,
            home_country=home_country,
            partners=call.table,
        )
        # What is covered is the objective's question: here nobody stands before others for it.
        found = engine.suggest_for(brief, pool, popularity_penalty=popularity_penalty, needs_first=0.0)
        highest = max((each.score for each in found), default=0.0)
        for each in found:
            scores[need.seat, each.organisation] = max(0.0, each.score / highest) if highest > 0 else 0.0
    everybody = call.table | {organisation for _, organisation in scores}
    ties = Undirected()
    for one in sorted(everybody):
        if one in engine.index.rows_by_id:
            ties.add_edges_from((one, other) for other in sorted(engine.partners_of(one) & everybody))
    return compose(call, rules, CandidateData({one: profiles[one] for one in everybody}, ties, scores), k)


def _next_result(
    solver: SeatAssignmentSolver | SetCoverSolver, found: list[SearchResult], branches: int | None
) -> SearchResult | None:
    """The next consortium; None where there is none worth showing."""
    if not found:
        first = solver.search((), branches)
        return first if first.choice.members else None
    for apart in (
        [OverlapLimit(one.choice.members, len(one.choice.members) // 2) for one in found],
        [OverlapLimit(one.choice.members, len(one.choice.members) - 1) for one in found],
    ):
        other = solver.search(apart, branches)
        if other.choice.members and other.key[:2] <= found[0].key[:2]:
            return other
    return None


def _consortium(
    objective: Objective, solver: SeatAssignmentSolver | SetCoverSolver, found: SearchResult
) -> Consortium:
    choice = found.choice
    lines = objective.lines(choice)
    return Consortium(
        tuple(_places(objective, solver, found)),
        fsum(line.part for line in lines),
        lines,
        objective.missing(choice),
        found.exact,
        found.at_most,
    )


def _places(
    objective: Objective, solver: SeatAssignmentSolver | SetCoverSolver, found: SearchResult
) -> Iterator[ConsortiumMember]:
    """Everybody's place, in the order of the needs."""
    choice = found.choice
    holders = dict.fromkeys([*(one for one in choice.holders if one is not None), *sorted(choice.others)])
    for one in holders:
        needs = [
            need for need, holder in zip(objective.call.needs, choice.holders, strict=True) if holder == one
        ]
        lacks = {
            concept
            for need in needs
            for concept in (need.skills | need.sectors) - held_concepts(objective.table.profiles[one], need)
        }
        seats = tuple(need.seat for need in needs)
        yield ConsortiumMember(one, seats, tuple(sorted(lacks)), tuple(solver.alternatives(found, one)))
