"""What holds in clusters too large to look at everybody, on generated ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from math import fsum, log1p
from pathlib import Path

import numpy as np
import pytest

from app.matching.engine import Engine
from app.matching.evaluation.benchmark import rank_exhaustively
from app.matching.evaluation.synthetic import generate_cluster
from app.matching.index.arrays import nonzero_flags
from app.matching.index.columns import ClusterColumns
from app.matching.index.storage import load_index, read_metadata, save_index
from app.matching.records import BadRecord, Brief, DismissalReason, Feedback, Profile, Project, ReasonKind
from app.matching.scoring.weights import load_weights
from app.matching.topk import search

SIZE = 6_000


@cache
def large() -> Engine:
    """A cluster of thousands, made once; nobody edits it."""
    assert SIZE > search.EXHAUSTIVE_BELOW
    return Engine.from_columns(generate_cluster(SIZE))


def numbers(engine: Engine, organisation: int, **asked: object) -> list[int]:
    return [one.organisation for one in engine.suggest(organisation, **asked)]  # type: ignore[arg-type]


def test_looking_at_few_gives_the_list_of_looking_at_everybody() -> None:
    engine = large()
    for one in range(1, SIZE, 500):
        told = engine.suggest(one)
        everybody = rank_exhaustively(engine, one, 10)
        assert [each.organisation for each in told] == [number for number, _ in everybody]
        assert [each.score for each in told] == pytest.approx([score for _, score in everybody], abs=1e-7)
        assert all(abs(fsum(line.part for line in each.reasons) - each.score) < 1e-9 for each in told)


def test_flags_are_found_at_the_same_places_however_many_are_set() -> None:
    chance = np.random.default_rng(5)
    for size in (0, 3, 8, 1_003):
        for share in (0.0, 0.01, 0.2, 1.0):
            flags = chance.random(size) < share
            assert np.array_equal(nonzero_flags(flags), np.flatnonzero(flags))


def test_an_index_from_the_folder_answers_as_the_one_that_was_kept(tmp_path: Path) -> None:
    engine = large()
    save_index(engine.index, tmp_path / "engine", {"work": "as it stands"})
    save_index(engine.index, tmp_path / "engine", {"work": "as it stands now"})
    assert read_metadata(tmp_path / "engine") == {"work": "as it stands now"}
    index = load_index(tmp_path / "engine")
    assert index is not None
    again = Engine.from_index(index)
    for one in (5, 50, 500):
        assert again.suggest(one) == engine.suggest(one)
    again.update(replace(again.index.profiles[5], sectors=frozenset({"sector:001"})))
    assert again.index.profiles[5].sectors == {"sector:001"} != engine.index.profiles[5].sectors


def test_a_folder_that_cannot_be_read_is_as_none(tmp_path: Path) -> None:
    assert read_metadata(tmp_path) is None
    (tmp_path / "says.json").write_text("{", encoding="utf-8")
    assert read_metadata(tmp_path) is None
    assert load_index(tmp_path) is None


def test_an_edit_counts_at_the_next_question_although_the_arrays_stay() -> None:
    engine = Engine.from_index(large().index)
    me = engine.index.profiles[40]
    abroad = "FR" if me.country != "FR" else "IT"
    twin = Profile(99_999, abroad, me.type, me.sectors, me.seeks, me.offers, me.languages)
    engine.update(twin)
    assert numbers(engine, 40)[0] == 99_999
    engine.update(replace(twin, paused=True))
    assert 99_999 not in numbers(engine, 40)
    engine.update(twin)
    engine.remove(99_999)
    assert numbers(engine, 40) == numbers(large(), 40)


def test_a_newcomer_with_a_rare_profile_finds_those_who_do_something_close() -> None:
    crowd = [Profile(at, "FR", "wise", frozenset({"common"})) for at in range(10, 2_100)]
    bakery = Profile(5, "FR", "wise", frozenset({"bakery"}))
    me = Profile(1, "IT", "wise", frozenset({"catering"}))
    engine = Engine([me, bakery, *crowd], [], {"bakery": "food", "catering": "food"})
    assert numbers(engine, 1, k=1) == [5]


def test_a_list_can_be_narrowed_to_a_country_and_to_a_skill() -> None:
    engine = large()
    profiles = engine.index.profiles
    home = profiles[7].country
    for other in ("MT", home):
        found = numbers(engine, 7, country=other)
        assert found
        assert {profiles[one].country for one in found} == {other}
    assert all("skill:0100" in profiles[one].offers for one in numbers(engine, 7, offering="skill:0100"))
    for marks in (("cooperation:3",), ("cooperation:3", "cooperation:5")):
        found = numbers(engine, 7, marks=marks)
        assert len(found) == 10 and all(profiles[one].marks >= set(marks) for one in found)
    assert numbers(engine, 7, marks=("region:nowhere",)) == []


def test_nobody_is_shown_in_a_large_cluster_who_must_not_be() -> None:
    engine = large()
    for one in range(1, 200, 20):
        met, shown = engine.partners_of(one), engine.suggest(one, 50)
        for each in shown:
            other = engine.index.profiles[each.organisation]
            assert other.id != one
            assert other.id not in met
            assert not other.paused
            assert other.country != engine.index.profiles[one].country
        first = shown[0].organisation
        assert first not in numbers(engine, one, exclude={first})
        assert first not in numbers(engine, one, open_introductions={first: 10})


def test_the_dial_against_fame_is_a_line_and_lowers_those_whom_many_know() -> None:
    engine = large()

    def known(toll: float) -> float:
        lists = [engine.suggest(one, popularity_penalty=toll) for one in range(1, SIZE, 700)]
        return float(np.mean([len(engine.partners_of(one.organisation)) for some in lists for one in some]))

    assert known(2.0) < known(0.0)
    lines = [line for one in engine.suggest(9, popularity_penalty=0.1) for line in one.reasons]
    told = [line for line in lines if line.kind is ReasonKind.WELL_KNOWN]
    assert told
    assert all(line.part == pytest.approx(-0.1 * log1p(line.count or 0)) for line in told)


def test_introductions_that_wait_are_a_line() -> None:
    engine = large()
    first = numbers(engine, 9)[0]
    told = engine.suggest(9, 200, open_introductions={first: 3})
    (one,) = [each for each in told if each.organisation == first]
    (line,) = [line for line in one.reasons if line.kind is ReasonKind.HANDS_NEARLY_FULL]
    assert (line.count, line.part) == (3, pytest.approx(3 * load_weights().hand_set["hands_nearly_full"]))


def test_a_brief_is_answered_only_by_those_who_hold_something_of_it() -> None:
    engine = large()
    brief = Brief(skills=frozenset({"skill:0700", "skill:0701"}), home_country="IT")
    found = engine.suggest_for(brief, 20)
    assert found
    for one in found:
        profile = engine.index.profiles[one.organisation]
        assert profile.offers & brief.skills
        assert profile.country != "IT"


def test_a_small_graph_of_a_large_cluster_says_the_same() -> None:
    engine = large()
    graph = engine.ego_graph(100)
    assert graph.partners_of(100) == engine.partners_of(100)
    assert graph.nodes[100]["profile"] == engine.index.profiles[100]


KITCHEN = Profile(1, "IT", "wise", frozenset({"catering"}))


@pytest.mark.parametrize(
    ("record", "named"),
    [
        (replace(KITCHEN, sectors=frozenset({"nonsense"})), "organisation 1 holds 'nonsense'"),
        (replace(KITCHEN, country=float("nan")), "organisation 1 has no country"),
        (replace(KITCHEN, open_introductions=float("nan")), "organisation 1 has nan open introductions"),
        (Project(70, frozenset({44})), "project 70 names organisation 44"),
        (Project(70, frozenset({1}), float("nan")), "project 70 began on nan"),
        (
            Project(70, frozenset({1}), date(2020, 1, 1), frozenset({"nonsense"})),
            "project 70 holds 'nonsense'",
        ),
    ],
)
def test_a_record_that_makes_no_sense_is_refused_by_name_at_the_start_and_as_an_edit(
    record: Profile | Project, named: str
) -> None:
    known = {"catering"}
    profiles = [record] if isinstance(record, Profile) else [KITCHEN]
    projects = [record] if isinstance(record, Project) else []
    with pytest.raises(BadRecord, match=named):
        Engine(profiles, projects, known=known)
    engine = Engine([KITCHEN], [], known=known)
    with pytest.raises(BadRecord, match=named):
        engine.update(record) if isinstance(record, Profile) else engine.add_project(record)
    assert engine.index.profiles[1] == KITCHEN


def put(array: np.ndarray, value: float) -> np.ndarray:
    return np.append(array[:-1], np.array([value], dtype=array.dtype))


@pytest.mark.parametrize(
    ("spoilt", "named"),
    [
        (lambda t: replace(t, ids=put(t.ids, 7)), "organisation 7 is given twice"),
        (lambda t: replace(t, countries=put(t.countries, 99)), "organisation 50 has no country"),
        (
            lambda t: replace(
                t, held={**t.held, "offers": (t.held["offers"][0], put(t.held["offers"][1], 9_999))}
            ),
            "organisation 50 holds one of offers",
        ),
        (
            lambda t: replace(
                t,
                work=replace(
                    t.work, participations=(put(t.work.participations[0], 50), t.work.participations[1])
                ),
            ),
            "project 25 names an organisation",
        ),
        (
            lambda t: replace(t, work=replace(t.work, start_years=put(t.work.start_years, np.inf))),
            "project 25 began",
        ),
    ],
)
def test_a_column_that_points_nowhere_is_refused_by_name(
    spoilt: Callable[[ClusterColumns], ClusterColumns], named: str
) -> None:
    with pytest.raises(BadRecord, match=named):
        Engine.from_columns(spoilt(generate_cluster(50)))


def test_a_weight_that_is_no_number_is_refused_by_name() -> None:
    weights = load_weights().changed(warm={"track_record": float("nan")})
    with pytest.raises(BadRecord, match="track_record"):
        Engine([KITCHEN], [], weights=weights)


def test_what_was_set_aside_lowers_its_like_in_a_large_cluster_too() -> None:
    engine = large()
    first = engine.suggest(11)[0]
    country = engine.index.profiles[first.organisation].country
    after = engine.suggest(11, feedback=[Feedback(11, first.organisation, DismissalReason.OTHER_COUNTRY)])
    assert country not in {engine.index.profiles[one.organisation].country for one in after}
