"""An engine that took in what was written since says what one says that is laid out anew, however few are looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.matching.engine import Engine
from app.matching.records import Profile, Project
from app.matching.topk import search
from tests.matching.records import BROADER, SECTORS, briefs, clusters, concepts, profiles_of
from tests.matching.test_engine_properties import assert_same, many

TODAY = date(2021, 1, 1)


@pytest.fixture(autouse=True)
def few_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ceilings decide in the smallest cluster, too: four are looked at for one that is asked for."""
    monkeypatch.setattr(search, "EXHAUSTIVE_BELOW", 0)
    monkeypatch.setattr(search, "FIRST_BATCH_SIZE", 1)


def projects_among(numbers: list[int], number: st.SearchStrategy[int]) -> st.SearchStrategy[Project]:
    """Joint work of some of these, new or not what it was."""
    partners = st.frozensets(st.sampled_from(numbers), min_size=1, max_size=4)
    project_concepts = concepts([*SECTORS, "soil", "new"])
    return st.builds(
        Project, number, partners, st.none() | st.dates(date(2014, 1, 1), TODAY), project_concepts
    )


def edited(
    engine: Engine, profiles: dict[int, Profile], projects: dict[int, Project], data: st.DataObject
) -> None:
    """One thing that people do, to the engine and to the records."""
    numbers = sorted(profiles)
    what = data.draw(st.sampled_from(["profile", "work", "work", "no work", "leave"]))
    if what == "profile":
        profile = data.draw(profiles_of(data.draw(st.sampled_from([*numbers[:3], 99]))))
        engine.update(profile)
        profiles[profile.id] = profile
    elif what == "work":
        project = data.draw(projects_among(numbers, st.sampled_from([*sorted(projects)[:2], 500])))
        engine.add_project(project)
        projects[project.id] = project
    elif what == "no work" and projects:
        gone = data.draw(st.sampled_from(sorted(projects)))
        engine.remove_project(gone)
        del projects[gone]
    elif what == "leave" and len(numbers) > 2:
        gone = data.draw(st.sampled_from(numbers))
        engine.remove(gone)
        del profiles[gone]
        for number, project in projects.items():
            projects[number] = replace(project, partners=project.partners - {gone})


@many
@given(clusters(8, 14), st.data())
def test_an_overlay_equals_building_anew(
    cluster: tuple[list[Profile], list[Project]], data: st.DataObject
) -> None:
    profiles, projects = ({one.id: one for one in some} for some in cluster)
    engine = Engine(*cluster, BROADER, today=TODAY)
    for _ in range(data.draw(st.integers(1, 4))):
        edited(engine, profiles, projects, data)
    anew = Engine(profiles.values(), projects.values(), BROADER, today=TODAY)
    for one in sorted(profiles):
        assert_same(engine.suggest(one, 1), anew.suggest(one, 1))
    brief = replace(data.draw(briefs()), partners=frozenset())
    assert_same(engine.suggest_for(brief, 1), anew.suggest_for(brief, 1))
    assert set(engine.graph.collaboration().edges) == set(anew.graph.collaboration().edges)


def test_the_graph_of_an_engine_follows_joint_work() -> None:
    profiles = [Profile(at, "FR", "wise") for at in range(1, 5)]
    engine = Engine(profiles, [Project(1, frozenset({1, 2}))])
    engine.add_project(Project(1, frozenset({1, 3})))
    engine.add_project(Project(2, frozenset({3, 4})))
    engine.remove_project(2)
    engine.remove_project(77)
    assert sorted(engine.graph.collaboration().edges) == [(1, 3)]
    assert (engine.partners_of(1), engine.partners_of(4)) == ({3}, set())
