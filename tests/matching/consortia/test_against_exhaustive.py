"""Whole consortia equal to brute force in small clusters, explained line by line."""

from __future__ import annotations

from math import fsum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.matching.consortia.composition import compose, compose_for
from app.matching.consortia.records import Call, Need
from app.matching.engine import Engine
from app.matching.records import Profile, Project
from tests.matching.consortia.exhaustive import (
    FREE,
    Case,
    cases,
    everything,
    judged,
    needs,
    order_of,
    place_of,
)
from tests.matching.records import clusters


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(cases())
def test_a_consortium_is_as_good_as_the_best_of_all_there_are(case: Case) -> None:
    """Exact wherever the search says so, and it says so in every cluster of twelve."""
    best, _, members = min(
        (judged(case, holders, members), order_of(holders, members), sorted(members))
        for holders, members in everything(case)
    )
    found = compose(*case)
    assert (found[0].organisations if found else ()) == tuple(members)
    if found:
        assert place_of(case, found[0]) == best
        assert found[0].exact and found[0].at_most == pytest.approx(found[0].score, abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(cases())
def test_lines_add_up_nobody_comes_twice_and_the_busy_are_left_in_peace(case: Case) -> None:
    call, _, table = case
    found = compose(*case, k=3)
    for one in found:
        assert one.score == pytest.approx(fsum(line.part for line in one.lines), abs=1e-12)
        numbers = [place.organisation for place in one.places]
        assert len(set(numbers)) == len(numbers) <= call.most
        assert not call.table.union(call.exclude).intersection(numbers)
        assert not any(table.profiles[each].paused for each in numbers)
        seats = sorted([seat for place in one.places for seat in place.seats] + list(one.missing.seats))
        assert seats == sorted(need.seat for need in call.needs)
        for place in one.places:
            assert not {each.organisation for each in place.alternatives}.intersection(numbers)
    assert len({one.organisations for one in found}) == len(found)
    assert found == compose(*case, k=3)


@settings(max_examples=20, deadline=None)
@given(cases())
def test_without_time_for_a_proof_the_choice_keeps_below_its_bound(case: Case) -> None:
    """What is found by steps alone is a real choice, never better than the best, and the bound holds for the best."""
    quick, best = compose(*case, branches=0), compose(*case, branches=100_000)
    for one, other in zip(quick, best, strict=False):
        assert not one.exact and place_of(case, one) >= place_of(case, other)
        if one.missing == other.missing and len(one.places) == len(other.places):
            assert one.at_most >= other.score - 1e-6


@settings(max_examples=15, deadline=None)
@given(clusters(), st.lists(needs, min_size=1, max_size=3))
def test_the_engine_finds_the_candidates(
    cluster: tuple[list[Profile], list[Project]], wanted: list[Need]
) -> None:
    """Whoever is proposed could be suggested for the seat, and what the engine thinks of her is a line."""
    engine = Engine(*cluster)
    call = Call(tuple(wanted), table=frozenset({cluster[0][0].id}))
    for found in compose_for(engine, call, FREE, 2, home_country=cluster[0][0].country):
        for place in found.places:
            profile = engine.index.profiles[place.organisation]
            assert not profile.paused and profile.id != cluster[0][0].id
        assert found.score == pytest.approx(fsum(line.part for line in found.lines))
