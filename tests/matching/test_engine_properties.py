"""What holds for every cluster, looked for in random ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import fsum

import networkx as nx
import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from app.matching.engine import Engine
from app.matching.records import Brief, DismissalReason, Feedback, Profile, Project, Suggestion
from app.matching.scoring.random_walk import LinkPredictors
from tests.matching.records import BROADER, SECTORS, SKILLS, clusters, concepts, profiles_of

Cluster = tuple[list[Profile], list[Project]]
many = settings(max_examples=30, deadline=None, phases=[Phase.generate], database=None)


def assert_same(ones: list[Suggestion], others: list[Suggestion]) -> None:
    """The same organisations in the same order, for the same reasons, to nine decimals."""
    assert [one.organisation for one in ones] == [other.organisation for other in others]
    for one, other in zip(ones, others, strict=True):
        assert one.score == pytest.approx(other.score, abs=1e-9)
        by_name = [
            sorted(
                (line.kind, line.concepts, line.partners, line.project, line.count) for line in which.reasons
            )
            for which in (one, other)
        ]
        assert by_name[0] == by_name[1]


PREDICTORS = {
    LinkPredictors.adamic_adar: nx.adamic_adar_index,
    LinkPredictors.resource_allocation: nx.resource_allocation_index,
    LinkPredictors.jaccard: nx.jaccard_coefficient,
}


@many
@given(clusters())
def test_the_matrix_form_equals_networkx(cluster: Cluster) -> None:
    engine = Engine(*cluster)
    joined, row = engine.graph.collaboration(), engine.index.rows_by_id
    paths = LinkPredictors(engine.index.history, engine.index.size)
    for ours, theirs in PREDICTORS.items():
        for one in joined:
            values = ours(paths, row[one])
            for _, other, expected in theirs(joined, [(one, other) for other in joined if other != one]):
                assert values[row[other]] == pytest.approx(expected, abs=1e-6)


@many
@given(clusters())
def test_the_parts_of_the_reasons_are_the_score_that_ranked(cluster: Cluster) -> None:
    engine = Engine(*cluster, BROADER, weights=None)
    for profile in cluster[0][:3]:
        listed = engine.suggest(profile.id, 50, abroad_only=False, first_time=False)
        assert [-one.score for one in listed] == pytest.approx(sorted(-one.score for one in listed), abs=1e-8)
        for one in listed:
            assert abs(fsum(line.part for line in one.reasons) - one.score) < 1e-9
            assert all(np.isfinite(line.part) for line in one.reasons)


@many
@given(clusters())
def test_the_lines_tell_what_the_arrays_say(cluster: Cluster) -> None:
    engine = Engine(*cluster, BROADER)
    asking = cluster[0][-1].id
    scores = engine.scores(asking)
    for other in cluster[0][:-1]:
        assert engine.explain(asking, other.id).score == pytest.approx(scores[other.id], abs=1e-9)


@many
@given(clusters(), st.randoms(use_true_random=False))
def test_the_order_of_the_records_changes_nothing(cluster: Cluster, chance: object) -> None:
    profiles, projects = list(cluster[0]), list(cluster[1])
    straight = Engine(profiles, projects, BROADER)
    chance.shuffle(profiles)  # type: ignore[attr-defined]
    chance.shuffle(projects)  # type: ignore[attr-defined]
    shuffled = Engine(profiles, projects, dict(reversed(BROADER.items())))
    for profile in profiles[:3]:
        assert straight.suggest(profile.id) == shuffled.suggest(profile.id)


@many
@given(clusters(), st.data())
def test_an_edit_equals_building_anew(cluster: Cluster, data: st.DataObject) -> None:
    profiles, projects = cluster
    engine = Engine(profiles, projects, BROADER)
    engine.suggest(profiles[0].id)
    changed, fresh = data.draw(profiles_of(2)), data.draw(profiles_of(99))
    engine.update(changed)
    engine.update(fresh)
    edited = [changed if one.id == 2 else one for one in profiles] + [fresh]
    anew = Engine(edited, projects, BROADER)
    for profile in edited[-4:]:
        assert_same(engine.suggest(profile.id), anew.suggest(profile.id))


@many
@given(clusters(), st.data())
def test_one_project_more_equals_building_anew(cluster: Cluster, data: st.DataObject) -> None:
    profiles, projects = cluster
    partners = data.draw(st.frozensets(st.sampled_from([one.id for one in profiles]), min_size=1, max_size=4))
    project = Project(
        500, partners, data.draw(st.none() | st.dates()), data.draw(concepts([*SECTORS, "new"]))
    )
    engine = Engine(profiles, projects, BROADER, today=date(2021, 1, 1))
    engine.suggest(profiles[0].id)
    engine.add_project(project)
    anew = Engine(profiles, [*projects, project], BROADER, today=date(2021, 1, 1))
    for profile in profiles[:4]:
        assert_same(engine.suggest(profile.id), anew.suggest(profile.id))


@many
@given(clusters(), st.data())
def test_an_organisation_that_leaves_leaves_no_trace(cluster: Cluster, data: st.DataObject) -> None:
    profiles, projects = cluster
    gone = data.draw(st.sampled_from([one.id for one in profiles]))
    engine = Engine(profiles, projects, BROADER)
    engine.suggest(profiles[0].id)
    engine.remove(gone)
    left = [one for one in profiles if one.id != gone]
    anew = Engine(left, [replace(one, partners=one.partners - {gone}) for one in projects], BROADER)
    for profile in left[:4]:
        assert_same(engine.suggest(profile.id), anew.suggest(profile.id))


@many
@given(clusters())
def test_nobody_is_suggested_who_must_not_be(cluster: Cluster) -> None:
    profiles, projects = cluster
    by_number, engine = {profile.id: profile for profile in profiles}, Engine(profiles, projects, BROADER)
    for profile in profiles:
        met = {one for project in projects if profile.id in project.partners for one in project.partners}
        for one in engine.suggest(profile.id, 50):
            other = by_number[one.organisation]
            assert other.id != profile.id
            assert other.id not in met
            assert other.country != profile.country
            assert not other.paused
            assert other.open_introductions < 10


@many
@given(clusters(), concepts(SKILLS), concepts(SECTORS))
def test_every_answer_to_a_brief_holds_something_it_asks_for(
    cluster: Cluster, skills: frozenset[str], sectors: frozenset[str]
) -> None:
    profiles, projects = cluster
    brief = Brief(skills=skills, sectors=sectors, home_country="IT", exclude=frozenset({1}))
    worked_on = {
        profile.id: {code for one in projects if profile.id in one.partners for code in one.concepts}
        for profile in profiles
    }
    related = (
        {code for code in SECTORS if code in {"food", *BROADER}} if sectors & {"food", *BROADER} else set()
    )
    by_number = {profile.id: profile for profile in profiles}
    for one in Engine(profiles, projects, BROADER).suggest_for(brief, 50):
        other = by_number[one.organisation]
        assert other.id != 1
        assert other.country != "IT"
        held = (other.offers & skills) | (other.sectors & (sectors | related))
        held |= worked_on[other.id] & (skills | sectors)
        assert held or not (skills | sectors)


@many
@given(clusters(), st.sampled_from(list(DismissalReason)))
def test_who_was_set_aside_stays_away_and_nobody_gains_by_it(
    cluster: Cluster, reason: DismissalReason
) -> None:
    engine = Engine(*cluster, BROADER)
    for profile in cluster[0][:2]:
        for first in engine.suggest(profile.id, 1):
            feedback = [Feedback(profile.id, first.organisation, reason)]
            after = engine.suggest(profile.id, 50, feedback=feedback)
            assert first.organisation not in {one.organisation for one in after}
            for one in after:
                told = engine.explain(profile.id, one.organisation)
                lowered = engine.explain(profile.id, one.organisation, feedback=feedback)
                assert lowered.score <= told.score + 1e-9
