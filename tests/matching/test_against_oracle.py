"""Every reason is what other code counts from the records, in random clusters that hold each kind of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from app.matching.engine import Engine
from app.matching.records import Brief, Feedback, Profile, Project, ReasonKind, Suggestion
from app.matching.scoring.topic_terms import TOPIC_TERMS
from app.matching.scoring.weights import Weights, load_weights
from tests.matching.oracle import Recount
from tests.matching.oracle_lists import for_brief, for_page, in_turn
from tests.matching.oracle_query import Asked, asked_in
from tests.matching.records import (
    COUNTRIES,
    DEEPER,
    LINKS,
    SKILLS,
    briefs,
    clusters,
    feedbacks,
    introductions,
)

K = ReasonKind
Cluster = tuple[list[Profile], list[Project]]
many = settings(max_examples=30, deadline=None, phases=[Phase.generate], database=None, derandomize=True)
crowds = clusters(9, 11, COUNTRIES[:3])
dials = st.fixed_dictionaries(
    {
        "popularity_penalty": st.sampled_from([0.0, 0.3, 2.0]),
        "needs_first": st.sampled_from([1.0, 1.0, 0.2, 0.0]),
        "open_introductions": introductions(),
    }
)
narrowed = st.fixed_dictionaries(
    {
        "abroad_only": st.booleans(),
        "first_time": st.booleans(),
        "exclude": st.frozensets(st.integers(7, 9), max_size=1),
        "country": st.sampled_from([*[None] * 20, *COUNTRIES]),
        "offering": st.sampled_from([*[None] * 20, *SKILLS]),
        "marks": st.sampled_from([*[()] * 8, ("near",), ("near", "small")]),
    }
)
EVERY_TERM = {name: 0.3 + at / 10 for at, name in enumerate(sorted({*TOPIC_TERMS, *load_weights().warm}))}
EVERY_TERM_WEIGHS = load_weights().changed(
    warm=EVERY_TERM,
    untied={name: 2 * weight for name, weight in EVERY_TERM.items()},
    cold={**EVERY_TERM, "well_connected": 0.7},
    walk_exponent=0.5,
)
"""Weights by which every term counts, others in each regime."""
weighings = st.builds(
    replace,
    st.sampled_from([load_weights(), EVERY_TERM_WEIGHS]),
    repeat_country=st.sampled_from([0.05, 0.2]),
    capacity=st.sampled_from([4, 10]),
)
OF_TWO = set(K) - {
    *(K.ACTIVE_IN_TOPIC, K.COUNTRY_WANTED, K.TYPE_WANTED, K.COUNTRY_REPEATED, K.WELL_KNOWN, K.FIRST_TO_MEET)
}
"""The kinds that tell of two organisations; how active somebody is in a topic counts nothing by the weights that ship."""
OF_A_BRIEF = {K.COUNTRY_WANTED, K.TYPE_WANTED}
OF_A_LIST = {K.HANDS_NEARLY_FULL, K.COUNTRY_REPEATED, K.WELL_KNOWN, K.FIRST_TO_MEET}


def told(one: Suggestion) -> dict[ReasonKind, float]:
    """What the lines of each kind come to; those that are naught left out."""
    found: dict[ReasonKind, float] = defaultdict(float)
    for line in one.reasons:
        found[line.kind] += line.part
    return {kind: part for kind, part in found.items() if abs(part) > 1e-9}


def turned_by(asked: Asked, dials: dict[str, Any]) -> Asked:
    """The same, with what fame costs and who has how many introductions waiting."""
    return replace(
        asked,
        popularity_penalty=dials["popularity_penalty"],
        needs_first=dials["needs_first"],
        waiting=dials["open_introductions"],
    )


def assert_recounted(
    listed: list[Suggestion], k: int, recount: Recount, asked: Asked, shown: set[int]
) -> set[ReasonKind]:
    """A list holds the best of those who may be shown, for the reasons that the records give; return their kinds."""
    order = [one.organisation for one in listed]
    assert set(order) <= shown
    assert len(order) == min(k, len(shown))
    for one, (lacking, parts) in zip(listed, in_turn(recount, asked, shown, order), strict=True):
        assert lacking == pytest.approx(0, abs=1e-9)
        assert told(one) == pytest.approx(parts, abs=1e-9)
    return {kind for one in listed for kind in told(one)}


def test_every_reason_is_what_other_code_counts_from_the_rows() -> None:
    seen: set[ReasonKind] = set()

    @settings(many, max_examples=90)
    @given(
        clusters(),
        feedbacks(),
        st.sampled_from([None, LINKS]),
        st.sampled_from([load_weights(), EVERY_TERM_WEIGHS]),
    )
    def holds(
        cluster: Cluster,
        feedback: list[Feedback],
        links: list[tuple[str, str, float]] | None,
        weights: Weights,
    ) -> None:
        engine = Engine(*cluster, DEEPER, weights, links=links)
        recount = Recount(*cluster, DEEPER, weights, links)
        asked = recount.asked_by(1, feedback)
        for profile in cluster[0][1:]:
            reasons = told(engine.explain(1, profile.id, feedback=feedback))
            assert reasons == pytest.approx(recount.parts(asked, profile.id), abs=1e-9)
            seen.update(reasons)

    holds()
    assert seen >= OF_TWO


@pytest.mark.slow
def test_a_list_is_what_other_code_counts_from_the_rows() -> None:
    seen: set[ReasonKind] = set()

    @many
    @given(crowds, feedbacks(), narrowed, dials, weighings, st.sampled_from([3, 10]))
    def holds(
        cluster: Cluster,
        feedback: list[Feedback],
        rules: dict[str, Any],
        turned: dict[str, Any],
        weights: Weights,
        k: int,
    ) -> None:
        engine, recount = Engine(*cluster, DEEPER, weights), Recount(*cluster, DEEPER, weights)
        for number in (1, 2, 3):
            asked = turned_by(recount.asked_by(number, feedback), turned)
            listed = engine.suggest(number, k, feedback=feedback, **rules, **turned)
            seen.update(assert_recounted(listed, k, recount, asked, for_page(recount, asked, **rules)))

    holds()
    assert seen >= OF_TWO - {K.RELATED_SECTOR} | OF_A_LIST  # rare in a crowd that holds every sector


@pytest.mark.slow
def test_the_answers_to_a_brief_are_what_other_code_counts_from_the_rows() -> None:
    seen: set[ReasonKind] = set()

    @many
    @given(crowds, st.lists(briefs(), min_size=3, max_size=3), dials, weighings, st.sampled_from([3, 10]))
    def holds(
        cluster: Cluster, asking: list[Brief], turned: dict[str, Any], weights: Weights, k: int
    ) -> None:
        engine, recount = Engine(*cluster, DEEPER, weights), Recount(*cluster, DEEPER, weights)
        for brief in asking:
            asked = turned_by(asked_in(brief), turned)
            listed = engine.suggest_for(brief, k, **turned)
            seen.update(assert_recounted(listed, k, recount, asked, for_brief(recount, asked, brief)))

    holds()
    assert seen >= OF_A_BRIEF | OF_A_LIST
