"""Who meets a need comes first, a list covers the needs, newcomers are lifted for a while, and time is today's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import Phase, given, settings

from app.matching.engine import Engine
from app.matching.evaluation.benchmark import rank_exhaustively
from app.matching.evaluation.fairness import format_fairness, measure_fairness
from app.matching.evaluation.synthetic import generate_cluster
from app.matching.index.columns import to_years
from app.matching.records import Profile, Project, ReasonKind, Suggestion
from tests.matching.records import DEEPER, clusters

TODAY = date(2026, 12, 1)
Cluster = tuple[list[Profile], list[Project]]
many = settings(max_examples=30, deadline=None, phases=[Phase.generate], database=None)


def organisation(number: int, country: str = "FR", **fields: object) -> Profile:
    sets = {name: frozenset(codes) for name, codes in fields.items() if isinstance(codes, set)}
    return replace(Profile(number, country, "cooperative", **sets), joined=fields.get("joined"))


ME = organisation(1, "IT", seeks={"cooking", "welding"}, offers={"digital"})


def numbers(suggestions: list[Suggestion]) -> list[int]:
    return [one.organisation for one in suggestions]


def part(suggestion: Suggestion, kind: ReasonKind) -> float:
    return sum(reason.part for reason in suggestion.reasons if reason.kind is kind)


@many
@given(clusters(6, 9))
def test_whoever_meets_a_need_exactly_stands_above_whoever_meets_none(cluster: Cluster) -> None:
    profiles = {one.id: one for one in cluster[0]}
    engine = Engine(*cluster, DEEPER)
    for me in cluster[0]:
        matches = [
            bool(me.seeks & profiles[one].offers or me.offers & profiles[one].seeks)
            for one in numbers(engine.suggest(me.id, 50, abroad_only=False, first_time=False))
        ]
        assert matches == sorted(matches, reverse=True)


def test_a_need_met_both_ways_stands_before_one_way() -> None:
    both = organisation(2, "FR", offers={"cooking"}, seeks={"digital"})
    one_way = organisation(3, "BE", offers={"cooking"}, sectors={"food"})
    listed = Engine([replace(ME, sectors=frozenset({"food"})), one_way, both], []).suggest(1)
    assert numbers(listed) == [2, 3]


def test_a_list_covers_a_need_that_only_a_weaker_match_meets() -> None:
    """Twelve meet one need both ways; the only one that meets the other need stands among the first and says why."""
    crowd = [organisation(10 + at, offers={"cooking"}, seeks={"digital"}) for at in range(12)]
    listed = Engine([ME, *crowd, organisation(2, offers={"welding"})], []).suggest(1, 5)
    assert 2 in numbers(listed)
    (line,) = (
        one for one in listed[numbers(listed).index(2)].reasons if one.kind is ReasonKind.FIRST_TO_MEET
    )
    assert line.concepts == ("welding",)
    assert sum(part(one, ReasonKind.FIRST_TO_MEET) > 0 for one in listed) == 2


def test_the_dial_leaves_the_order_to_the_other_points() -> None:
    alike = {"sectors": {"food", "care", "garden"}}
    me = organisation(1, "IT", seeks={"cooking"}, offers={"digital", "welding", "sales"}, **alike)
    match = organisation(2, "FR", seeks={"sales"})
    twin = organisation(3, "BE", **alike)
    engine = Engine([me, match, twin, *(organisation(10 + at, seeks={"sales"}) for at in range(9))], [])
    assert numbers(engine.suggest(1, 20))[-1] == 3
    assert numbers(engine.suggest(1, 20, needs_first=0.0))[0] == 3
    assert not any(part(one, ReasonKind.NEEDS_YOU) for one in engine.suggest(1, 20, needs_first=0.0))


def test_a_need_of_theirs_counts_once_however_many_offers_come_near_it() -> None:
    me = organisation(1, "IT", offers={"cooking", "baking", "catering"})
    links = [("baking", "catering", 0.8), ("cooking", "catering", 0.5), ("baking", "cooking", 0.5)]
    other = organisation(2, seeks={"catering"})
    engine = Engine([me, other], [], links=links)
    assert [one.kind for one in engine.explain(1, 2).reasons if one.concepts] == [ReasonKind.THEY_SEEK]
    less = Engine([replace(me, offers=me.offers - {"catering"}), other], [], links=links).explain(1, 2)
    (line,) = (one for one in less.reasons if one.kind is ReasonKind.THEY_SEEK_RELATED)
    assert line.concepts == ("baking", "catering")


@pytest.mark.parametrize(
    ("days", "share"), [(0, 1.0), (45, 0.5), (89, 1 / 90), (90, 0.0), (4000, 0.0), (-30, 1.0)]
)
def test_a_newcomers_lift_fades_from_its_own_day_and_says_so(days: int, share: float) -> None:
    joined = TODAY - timedelta(days=days)
    engine = Engine([ME, organisation(2, offers={"cooking"}, joined=joined)], [], today=TODAY)
    (told,) = engine.suggest(1)
    assert part(told, ReasonKind.NEWCOMER) == pytest.approx(45 * share)
    engine.see_from(TODAY + timedelta(days=200))
    assert part(engine.suggest(1)[0], ReasonKind.NEWCOMER) == 0


def test_only_newcomers_who_meet_a_need_are_lifted_and_the_second_by_half() -> None:
    newcomers = [organisation(number, "FR", offers={"cooking"}, joined=TODAY) for number in (2, 3)]
    stranger = organisation(4, "BE", sectors={"food"}, joined=TODAY)
    listed = Engine([ME, *newcomers, stranger], [], today=TODAY).suggest(1)
    assert [part(one, ReasonKind.NEWCOMER) for one in listed] == [45.0, 22.5, 0.0]


def test_a_project_dated_2099_reorders_nothing() -> None:
    profiles = [organisation(at, "IT" if at == 1 else "FR", sectors={"food"}) for at in range(1, 12)]
    works = [
        Project(at, frozenset({1, at % 5 + 2, at % 7 + 4}), date(2020 + at % 7, 1, 1)) for at in range(1, 9)
    ]
    strange = Project(99, frozenset({10, 11}), date(2099, 1, 1))
    late, now = (
        Engine(profiles, [*works, replace(strange, started=day)], today=TODAY)
        for day in (strange.started, TODAY)
    )
    assert late.suggest(1, first_time=False) == now.suggest(1, first_time=False)


@many
@given(clusters(6, 9))
def test_the_path_of_a_line_can_be_walked_in_the_records(cluster: Cluster) -> None:
    works = {one.id: one for one in cluster[1]}
    engine = Engine(*cluster, DEEPER)
    for me in cluster[0][:3]:
        for one in engine.suggest(me.id, 50, abroad_only=False, first_time=False):
            for reason in one.reasons:
                if (
                    reason.kind not in (ReasonKind.NEAR_IN_NETWORK, ReasonKind.PARTNERS_IN_COMMON)
                    or reason.part < 0.1
                ):
                    continue
                if reason.concepts:
                    for work, who in zip(reason.projects, (me.id, one.organisation), strict=True):
                        assert who in works[work].partners and reason.concepts[0] in works[work].concepts
                elif reason.projects:
                    between = reason.partners[: len(reason.projects) - 1]
                    steps = zip([me.id, *between], [*between, one.organisation], reason.projects, strict=True)
                    assert all({here, there} <= works[work].partners for here, there, work in steps)


def test_large_lists_with_newcomers_and_rare_needs_equal_exhaustive_scoring() -> None:
    table = generate_cluster(3_000)
    chance = np.random.default_rng(3)
    joined = np.where(chance.random(3_000) < 0.1, to_years(TODAY) - chance.random(3_000) / 3, np.nan)
    engine = Engine.from_columns(replace(table, joined=joined), today=TODAY)
    for asker in range(1, 3_000, 60):
        expected = rank_exhaustively(engine, asker, 10)
        listed = engine.suggest(asker, 10)
        assert numbers(listed) == [number for number, _ in expected]
        assert [one.score for one in listed] == pytest.approx([score for _, score in expected], abs=1e-6)


def test_the_fairness_report_counts_twins_avoidable_places_and_coverage() -> None:
    engine = Engine.from_columns(generate_cluster(300), today=TODAY)
    asked = list(range(1, 300, 10))
    report = measure_fairness(engine, asked, TODAY)
    assert report.avoidable.count == 0 and report.coverage.count == report.coverage.total > 0
    assert report.twins.count >= 20 / 23 * report.twins.total > 0
    by_points = measure_fairness(engine, asked, TODAY, needs_first=0.0)
    assert by_points.twins.count < report.twins.count
    assert by_points.coverage.count < report.coverage.count
    assert "twin test" in format_fairness(report)


def test_the_fairness_of_a_cluster_without_needs_is_told_without_a_traceback() -> None:
    engine = Engine([organisation(1), organisation(2, "IT")], [], today=TODAY)
    assert "nobody has a need" in format_fairness(measure_fairness(engine, [1, 2], TODAY))
