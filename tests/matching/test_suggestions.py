"""What a member notices in her suggestions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.matching.engine import Engine
from app.matching.records import (
    BadRecord,
    Brief,
    DismissalReason,
    Feedback,
    Profile,
    Project,
    Reason,
    ReasonKind,
    Suggestion,
    WarningKind,
)
from app.matching.scoring.weights import load_weights

BROADER = {"catering": "food", "bakery": "food"}
KITCHEN = Profile(
    1, "IT", "cooperative", frozenset({"catering"}), frozenset({"cooking"}), frozenset({"digital"}),
    languages=frozenset({"en", "it"}),
)  # fmt: skip
GARDEN = Profile(
    2, "FR", "association", frozenset({"garden"}), frozenset({"digital"}), frozenset({"cooking"})
)
CANTEEN = Profile(3, "PL", "cooperative", frozenset({"catering"}), languages=frozenset({"en", "pl"}))
BAKERY = Profile(4, "PL", "cooperative", frozenset({"bakery"}))
WORKSHOP = Profile(5, "BE", "association", frozenset({"repair"}), frozenset({"digital", "welding"}))
NEIGHBOUR = Profile(6, "IT", "cooperative", frozenset({"catering"}), frozenset({"digital"}))
ALL = [KITCHEN, GARDEN, CANTEEN, BAKERY, WORKSHOP, NEIGHBOUR]


def numbers(suggestions: list[Suggestion]) -> list[int]:
    return [one.organisation for one in suggestions]


def lines(suggestion: Suggestion, kind: ReasonKind) -> list[Reason]:
    return [line for line in suggestion.reasons if line.kind is kind]


def test_offers_and_needs_count_in_both_directions_and_are_told_apart() -> None:
    told = Engine(ALL, []).explain(1, 2)
    assert [
        (line.kind, line.concepts) for line in told.reasons if line.concepts in {("digital",), ("cooking",)}
    ] == [
        (ReasonKind.THEY_OFFER, ("digital",)),
        (ReasonKind.THEY_SEEK, ("cooking",)),
    ]


def test_a_suggestion_warns_where_no_language_is_shared_and_where_little_is_known() -> None:
    silent = replace(BAKERY, languages=frozenset({"pl"}))
    fluent = replace(CANTEEN, offers=frozenset({"digital", "cooking"}))
    engine = Engine([KITCHEN, silent, fluent, WORKSHOP], [])
    listed = {one.organisation: one.warnings for one in engine.suggest(1)}
    assert listed[silent.id] == (WarningKind.NO_COMMON_LANGUAGE, WarningKind.LITTLE_TO_GO_BY)
    assert listed[fluent.id] == ()
    assert listed[WORKSHOP.id] == (), "it names no language, so nothing is known of it"
    assert engine.explain(1, silent.id).warnings == listed[silent.id]


def test_a_past_with_partners_is_enough_to_go_by() -> None:
    engine = Engine([KITCHEN, BAKERY, GARDEN], [Project(1, frozenset({4, 2}))])
    assert engine.explain(1, 4).warnings == ()


def test_a_rare_sector_counts_more_than_a_common_one_and_says_how_rare_it_is() -> None:
    both = frozenset({"rare", "common"})
    crowd = [Profile(10 + at, "FR", "cooperative", frozenset({"common"})) for at in range(5)]
    engine = Engine([replace(KITCHEN, sectors=both), Profile(2, "FR", "cooperative", both), *crowd], [])
    rare, common = lines(engine.explain(1, 2), ReasonKind.SHARED_SECTOR)
    assert (rare.concepts, rare.count, rare.total) == (("rare",), 2, 7)
    assert (common.concepts, common.count) == (("common",), 7)
    assert rare.part > common.part > 0


def test_a_related_sector_counts_less_than_the_same_one_and_a_stranger_not_at_all() -> None:
    engine = Engine(ALL, [], BROADER)
    same = lines(engine.explain(1, 3), ReasonKind.SHARED_SECTOR)[0]
    related = lines(engine.explain(1, 4), ReasonKind.RELATED_SECTOR)[0]
    assert same.part > related.part > 0
    assert related.concepts == ("catering", "bakery")
    assert not lines(engine.explain(1, 5), ReasonKind.RELATED_SECTOR)


def test_skills_are_close_by_a_link_and_not_by_the_group_that_they_share() -> None:
    groups = {"digital": "work", "welding": "work", "smithing": "work"}
    me = replace(KITCHEN, seeks=frozenset({"welding"}))
    engine = Engine([me, GARDEN, replace(WORKSHOP, offers=frozenset({"smithing"}))], [], groups,
                    links=[("smithing", "welding", 0.5)])  # fmt: skip
    linked = lines(engine.explain(1, 5), ReasonKind.THEY_OFFER_RELATED)
    assert [(line.concepts, line.part) for line in linked] == [
        (("welding", "smithing"), pytest.approx(0.5 * load_weights().hand_set["they_offer_related"]))
    ]
    assert not lines(engine.explain(1, 2), ReasonKind.THEY_OFFER_RELATED)


def test_partners_are_sought_abroad_unless_asked_otherwise() -> None:
    engine = Engine(ALL, [])
    assert 6 not in numbers(engine.suggest(1))
    assert 6 in numbers(engine.suggest(1, abroad_only=False))


def test_a_working_language_in_common_is_named() -> None:
    (line,) = lines(Engine(ALL, []).explain(1, 3), ReasonKind.LANGUAGE)
    assert line.concepts == ("en",)


def test_partners_in_common_are_named_with_the_newest_joint_project() -> None:
    projects = [
        Project(70, frozenset({1, 4}), date(2019, 5, 1)),
        Project(71, frozenset({3, 4}), date(2018, 5, 1)),
        Project(72, frozenset({3, 4}), date(2020, 5, 1)),
    ]
    (line,) = lines(Engine(ALL, projects).explain(1, 3), ReasonKind.PARTNERS_IN_COMMON)
    assert (line.partners, line.project, line.count) == ((4,), 72, 1)
    assert line.part > 0


def test_a_track_record_in_the_topic_is_counted_in_projects() -> None:
    projects = [Project(at, frozenset({5}), date(2019, 1, at), frozenset({"soil"})) for at in (1, 2, 3)]
    (answer,) = Engine(ALL, projects).suggest_for(Brief(topics=frozenset({"soil"})), 1)
    (line,) = lines(answer, ReasonKind.TRACK_RECORD)
    assert (answer.organisation, line.concepts, line.count, line.total) == (5, ("soil",), 3, 1)


def test_past_partners_come_back_only_when_asked_for() -> None:
    engine = Engine(ALL, [Project(70, frozenset({1, 3}))])
    assert 3 not in numbers(engine.suggest(1))
    assert 3 in numbers(engine.suggest(1, first_time=False))


@pytest.mark.parametrize("change", [{"paused": True}, {"open_introductions": 10}])
def test_who_pauses_or_has_its_hands_full_is_passed_over(change: dict[str, int]) -> None:
    engine = Engine(ALL, [])
    assert numbers(engine.suggest(1))[0] == 2
    engine.update(replace(GARDEN, **change))
    assert 2 not in numbers(engine.suggest(1))


def test_not_my_sector_lowers_those_of_that_sector_and_says_so() -> None:
    engine = Engine(
        [
            *ALL,
            Profile(7, "FR", "cooperative", frozenset({"repair"}), frozenset({"digital"})),
            Profile(8, "FR", "cooperative", frozenset({"music"}), frozenset({"digital"})),
        ],
        [],
    )
    before = engine.suggest(1)
    after = engine.suggest(1, feedback=[Feedback(1, 5, DismissalReason.OTHER_SECTOR)])
    assert numbers(before).index(7) < numbers(before).index(8)
    assert numbers(after).index(7) > numbers(after).index(8)
    (line,) = lines(after[numbers(after).index(7)], ReasonKind.LIKE_ONE_SET_ASIDE)
    assert (line.part < 0, line.concepts, line.partners) == (True, ("repair",), (5,))


def test_not_that_country_lowers_those_from_there_and_says_so() -> None:
    after = Engine(ALL, []).suggest(1, feedback=[Feedback(1, 4, DismissalReason.OTHER_COUNTRY)])
    (line,) = lines(after[numbers(after).index(3)], ReasonKind.COUNTRY_SET_ASIDE)
    assert (line.part < 0, line.concepts) == (True, ("PL",))
    assert numbers(after)[-1] == 3


def test_we_know_each_other_takes_away_that_one_alone() -> None:
    engine = Engine(ALL, [])
    after = engine.suggest(1, feedback=[Feedback(1, 2, DismissalReason.ALREADY_KNOW)])
    assert numbers(after) == [one for one in numbers(engine.suggest(1)) if one != 2]
    assert [one for one in after if one.organisation in (3, 4)] == engine.suggest(1)[2:]


def test_the_feedback_of_others_changes_nothing() -> None:
    engine = Engine(ALL, [])
    assert engine.suggest(1, feedback=[Feedback(6, 2, DismissalReason.OTHER_COUNTRY)]) == engine.suggest(1)


def test_equals_stand_in_the_order_of_their_numbers() -> None:
    twins = [Profile(number, "FR", "cooperative", frozenset({"catering"})) for number in (9, 7, 8)]
    engine = Engine([KITCHEN, *twins], [], weights=load_weights().changed(repeat_country=0.0))
    assert numbers(engine.suggest(1, 2)) == [7, 8]


def test_countries_are_spread_and_the_line_says_what_that_costs() -> None:
    twins = [Profile(number, "FR", "cooperative", frozenset({"catering"})) for number in (7, 8)]
    weights = load_weights().changed(repeat_country=0.25)
    listed = Engine([KITCHEN, *twins, BAKERY], [], BROADER, weights).suggest(1)
    assert numbers(listed) == [7, 4, 8]
    (line,) = lines(listed[2], ReasonKind.COUNTRY_REPEATED)
    assert (line.part, line.concepts) == (-8.5, ("FR",))


def test_a_seat_goes_to_who_has_the_skill_and_comes_from_where_it_is_wanted() -> None:
    brief = Brief(
        skills=frozenset({"digital"}), countries=frozenset({"BE"}), types=frozenset({"association"})
    )
    answers = Engine(ALL, []).suggest_for(brief)
    assert numbers(answers) == [5, 2, 6]
    kinds = {line.kind for line in answers[0].reasons}
    assert {ReasonKind.THEY_OFFER, ReasonKind.COUNTRY_WANTED, ReasonKind.TYPE_WANTED} <= kinds


def test_those_at_the_table_are_not_proposed_and_bring_in_whom_they_know() -> None:
    engine = Engine(ALL, [Project(70, frozenset({2, 3})), Project(71, frozenset({3, 5}))])
    brief = Brief(skills=frozenset({"digital"}), partners=frozenset({2}))
    answers = engine.suggest_for(brief)
    assert numbers(answers) == [5, 6]
    assert lines(answers[0], ReasonKind.PARTNERS_IN_COMMON)[0].partners == (3,)


def test_a_long_profile_is_matched_by_likeness_and_not_by_fame() -> None:
    mine, other = [frozenset(f"{name}{at}" for at in range(40)) for name in ("a", "b")]
    alike, famous = Profile(1, "FR", "cooperative", topics=mine), Profile(2, "FR", "cooperative")
    crowd = [Profile(10 + at, "BE", "cooperative") for at in range(5)]
    projects = [
        Project(at, frozenset({2, 10 + at % 5}), date(2019, 1, 1 + at), other | {f"a{at}"})
        for at in range(20)
    ]
    engine = Engine([alike, famous, *crowd], projects)
    assert numbers(engine.suggest_for(Brief(topics=mine, home_country="IT")))[0] == 1


@pytest.mark.parametrize(
    ("profiles", "projects", "broader", "named"),
    [
        ([KITCHEN, KITCHEN], [], {}, "organisation 1 "),
        ([KITCHEN], [Project(70, frozenset({1, 44}))], {}, "project 70 names organisation 44"),
        ([KITCHEN], [Project(70, frozenset({1})), Project(70, frozenset({1}))], {}, "project 70 "),
        ([KITCHEN], [], {"a": "b", "b": "a"}, "circle"),
    ],
)
def test_a_record_that_contradicts_the_others_is_refused_by_name(
    profiles: list[Profile], projects: list[Project], broader: dict[str, str], named: str
) -> None:
    with pytest.raises(BadRecord, match=named):
        Engine(profiles, projects, broader)


def test_asking_for_a_stranger_is_refused_by_name() -> None:
    engine = Engine(ALL, [])
    for ask in (lambda: engine.suggest(44), lambda: engine.explain(1, 44), lambda: engine.remove(44)):
        with pytest.raises(BadRecord, match="organisation 44"):
            ask()
    with pytest.raises(BadRecord, match="too_far"):
        engine.suggest(1, feedback=[Feedback(1, 2, "too_far")])


def test_edges_that_say_the_same_share_one_dictionary() -> None:
    graph = Engine(ALL, []).graph
    one, other = graph.edges[2, ("concept", "digital")], graph.edges[5, ("concept", "digital")]
    assert one is other
    assert one["relations"] == {"offers"}
