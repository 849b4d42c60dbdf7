"""Whole consortia: equal to brute force in small clusters, explained line by line, honest about what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product
from math import fsum, inf

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.matching.compose import Call, Consortium, Kind, Need, Rules, Table, compose, compose_for, load_rules
from app.matching.engine import Engine
from app.matching.graph import BadRecord
from app.matching.records import Profile, Project
from tests.matching.records import COUNTRIES, SECTORS, SKILLS, clusters, concepts, profiles_of

Case = tuple[Call, Rules, Table]
FREE = Rules("free")
needs = st.builds(
    Need,
    seat=st.integers(1, 3),
    skills=concepts(SKILLS),
    sectors=concepts(SECTORS),
    countries=st.just(frozenset()) | concepts(COUNTRIES),
    types=st.just(frozenset()) | concepts(["cooperative", "funder"]),
)


@st.composite
def cases(draw: st.DrawFn, most: int = 12) -> Case:
    """A small cluster, who has worked with whom, a call with up to four needs, and rules."""
    numbers = list(range(1, draw(st.integers(1, most)) + 1))
    profiles = {number: draw(profiles_of(number)) for number in numbers}
    pairs = list(combinations(numbers, 2))
    ties = nx.Graph(draw(st.lists(st.sampled_from(pairs), max_size=12)) if pairs else [])
    wanted = draw(st.lists(needs, min_size=1, max_size=3))
    if draw(st.booleans()):
        wanted.append(wanted[-1])
    call = Call(
        tuple(wanted),
        table=draw(st.frozensets(st.sampled_from(numbers), max_size=2)),
        seats=draw(st.booleans()),
        most=draw(st.integers(1, 6)),
        wants_new=draw(st.booleans()),
        exclude=draw(st.frozensets(st.sampled_from(numbers), max_size=1)),
    )
    rules = Rules(
        "drawn",
        draw(st.integers(0, 4)),
        draw(st.integers(0, 3)),
        draw(st.just(frozenset()) | concepts(COUNTRIES)),
        draw(st.integers(0, 2)),
        frozenset({"IT", "FR"}),
    )
    scored = st.dictionaries(
        st.tuples(st.integers(1, 3), st.sampled_from(numbers)), st.sampled_from([0.25, 0.5, 1.0])
    )
    return call, rules, Table(profiles, ties, draw(scored))


def bring(profile: Profile, need: Need) -> float | None:
    """What somebody brings of a need, None where that is not enough; other code than the composer's."""
    wanted = [("offers", one) for one in need.skills] + [("sectors", one) for one in need.sectors]
    has = [one for field, one in wanted if one in getattr(profile, field)]
    if (need.countries and profile.country not in need.countries) or (
        need.types and profile.type not in need.types
    ):
        return None
    return (len(has) / len(wanted) if has else None) if wanted else 1.0


def judged(case: Case, holders: tuple[int | None, ...], members: set[int]) -> tuple[int, int, int, float]:
    """The place of a choice among others, from the records."""
    call, rules, table = case
    everybody = sorted(call.table | members)
    countries = [table.profiles[one].country for one in everybody]
    counting = [one for one in countries if not rules.eligible or one in rules.eligible]
    lacking = max(0, rules.organisations - len(counting)) + max(0, rules.countries - len(set(counting)))
    lacking += max(0, rules.core - sum(one in ("IT", "FR") for one in counting))
    score = 0.0
    for need, holder in zip(call.needs, holders, strict=True):
        if holder is not None:
            score += (bring(table.profiles[holder], need) or 0) + 0.5 * table.scores.get(
                (need.seat, holder), 0
            )
    lonely = [one for one in members if not any(table.ties.has_edge(one, other) for other in everybody)]
    score += 0.3 * (len(members) - len(lonely)) + 0.4 * bool(lonely and call.wants_new)
    score += 0.1 * max(0, len(set(countries)) - 1)
    if len(everybody) > 1 and frozenset.intersection(*(table.profiles[one].languages for one in everybody)):
        score += 0.2
    return lacking, holders.count(None), 0 if call.seats else len(members), -round(score, 9)


def everything(case: Case) -> Iterator[tuple[tuple[int | None, ...], set[int]]]:
    """Every choice there is."""
    call, _, table = case
    free = [
        one
        for one, profile in table.profiles.items()
        if not profile.paused and profile.open_introductions < 10 and one not in call.table | call.exclude
    ]
    room = max(0, call.most - len(call.table))
    able = [[one for one in free if bring(table.profiles[one], need) is not None] for need in call.needs]
    if call.seats:
        for holders in product(*([*some, None] for some in able)):
            members = [one for one in holders if one is not None]
            if len(set(members)) == len(members) <= room:
                yield holders, set(members)
        return
    for size in range(min(room, len(free)) + 1):
        for chosen in combinations(free, size):
            members = set(chosen)
            yield (
                tuple(
                    max(
                        members.intersection(some),
                        key=lambda one, need=need: (  # type: ignore[misc]
                            (bring(table.profiles[one], need) or 0)
                            + 0.5 * table.scores.get((need.seat, one), 0),
                            -one,
                        ),
                        default=None,
                    )
                    for need, some in zip(call.needs, able, strict=True)
                ),
                members,
            )


def place_of(case: Case, consortium: Consortium) -> tuple[int, int, int, float]:
    """Where a consortium stands, by what it says of itself."""
    missing = consortium.missing
    return (
        missing.organisations + missing.countries + missing.core,
        len(missing.seats),
        0 if case[0].seats else len(consortium.places),
        -round(consortium.score, 9),
    )


def order_of(holders: tuple[int | None, ...], members: set[int]) -> tuple[float, ...]:
    """Equals are decided by number, in the order of the seats; an empty one comes last."""
    seated = tuple(inf if one is None else one for one in holders)
    return (*seated, *sorted(members.difference(holders)))


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


def organisation(number: int, country: str, *offers: str) -> Profile:
    """Somebody who offers something and speaks English."""
    return Profile(number, country, "cooperative", offers=frozenset(offers), languages=frozenset({"en"}))


def table_of(*profiles: Profile, ties: tuple[tuple[int, int], ...] = ()) -> Table:
    """These, and who has worked with whom."""
    return Table({one.id: one for one in profiles}, nx.Graph(ties))


COOK = Need(1, skills=frozenset({"cooking"}))
SELL = Need(2, skills=frozenset({"sales"}))


def test_a_programmes_rules_decide_before_the_better_partner() -> None:
    """Erasmus+ wants three countries: the Pole who sells takes the seat of the Belgian whom everybody knows."""
    table = table_of(
        organisation(1, "IT"),
        organisation(2, "BE", "cooking"),
        organisation(3, "BE", "sales"),
        organisation(4, "PL", "sales"),
        ties=((2, 3), (1, 3)),
    )
    call = Call((COOK, SELL), table=frozenset({1}))
    assert compose(call, FREE, table)[0].organisations == (2, 3)
    found = compose(call, load_rules()["erasmus_cooperation"], table)[0]
    assert found.organisations == (2, 4) and found.missing.nothing
    seller = next(place for place in found.places if place.seats == (2,))
    assert [(each.organisation, each.as_complete) for each in seller.alternatives] == [(3, False)]
    assert seller.alternatives[0].difference == pytest.approx(0.6 - 0.1)


def test_without_seats_to_take_nobody_comes() -> None:
    table = table_of(organisation(1, "IT"), organisation(2, "FR", "cooking"))
    assert compose(Call((), table=frozenset({1})), FREE, table, k=3) == []


def test_what_is_missing_is_said() -> None:
    """Nobody sells, and a partner from Switzerland does not count for Erasmus+."""
    table = table_of(organisation(1, "IT"), organisation(2, "CH", "cooking"))
    call = Call((replace(COOK, skills=frozenset({"cooking", "digital"})), SELL), table=frozenset({1}))
    found = compose(call, load_rules()["erasmus_cooperation"], table)[0]
    assert found.missing.seats == (2,)
    assert (found.missing.organisations, found.missing.countries) == (2, 2)
    assert found.places[0].lacks == ("digital",)


def test_trust_counts_and_one_new_tie_comes_in_where_it_is_asked_for() -> None:
    table = table_of(
        organisation(1, "IT"),
        organisation(2, "FR", "cooking"),
        organisation(3, "FR", "sales"),
        organisation(4, "FR", "cooking"),
        organisation(5, "FR", "sales"),
        ties=((1, 2), (1, 3)),
    )
    call = Call((COOK, SELL), table=frozenset({1}))
    assert compose(call, FREE, table)[0].organisations == (2, 3)
    fresh = compose(replace(call, wants_new=True), FREE, table)[0]
    assert len({4, 5}.intersection(fresh.organisations)) == 1
    assert [line.kind for line in fresh.lines].count(Kind.NEW_TIE) == 1
    second = compose(call, FREE, table, k=2)[1]
    assert len(set(second.organisations) & {2, 3}) == 1


def test_without_seats_the_smallest_consortium_covers_everything() -> None:
    """One who cooks and sells does instead of two, and a third comes along only because the rules ask for it."""
    table = table_of(
        organisation(1, "IT"),
        organisation(2, "FR", "cooking"),
        organisation(3, "FR", "sales"),
        organisation(4, "FR", "cooking", "sales"),
        organisation(5, "PL"),
    )
    call = Call((COOK, SELL), table=frozenset({1}), seats=False)
    assert compose(call, FREE, table)[0].organisations == (4,)
    found = compose(call, load_rules()["interreg_europe"], table)[0]
    assert found.organisations == (4, 5)
    assert {place.organisation: place.seats for place in found.places} == {4: (1, 2), 5: ()}


def test_every_programme_says_where_its_rules_are_written() -> None:
    programmes = load_rules()
    assert next(iter(programmes)) == "free"
    for code, rules in programmes.items():
        assert code == "free" or (rules.source and rules.url.startswith("https://"))
        assert rules.core <= rules.countries <= rules.organisations


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


def test_candidates_who_are_alike_in_everything_do_not_prevent_a_proof() -> None:
    """Thirty for each of five seats, in three countries: the first of each kind stand for all."""
    profiles = [organisation(one, COUNTRIES[one % 3], SKILLS[one % 5 % 4]) for one in range(1, 151)]
    call = Call(
        tuple(Need(seat, skills=frozenset({SKILLS[seat % 4]})) for seat in range(5)), frozenset({150})
    )
    found = compose(call, load_rules()["erasmus_cooperation"], table_of(*profiles))[0]
    assert found.exact and found.missing.nothing and found.score == pytest.approx(5 + 0.2 + 0.2)


def test_many_candidates_are_composed_without_a_proof_but_with_a_bound() -> None:
    """Four hundred candidates for eight seats."""
    profiles = [
        organisation(one, COUNTRIES[one % 5], SKILLS[one % 4], SKILLS[one % 3]) for one in range(1, 401)
    ]
    ties = tuple((one, one * 7 % 400 + 1) for one in range(1, 401) if one != one * 7 % 400 + 1)
    call = Call(
        tuple(Need(seat, skills=frozenset({SKILLS[seat % 4]})) for seat in range(8)), table=frozenset({1})
    )
    found = compose(call, load_rules()["erasmus_cooperation"], table_of(*profiles, ties=ties), branches=500)[
        0
    ]
    assert found.missing.nothing and len(found.places) == 8
    assert found.score <= found.at_most <= found.score * 1.2


def test_somebody_unknown_at_the_table_is_refused_by_name() -> None:
    with pytest.raises(BadRecord, match="organisation 9 sits at the table"):
        compose(Call((COOK,), table=frozenset({9})), FREE, table_of(organisation(1, "IT")))


def test_six_seats_of_many_different_candidates_are_proven() -> None:
    """Twenty-four for each seat, all different, some of whom know each other; nobody else would be better in her place."""
    seats = range(6)
    numbers = [1, *range(2, 2 + 24 * 6)]
    profiles = [organisation(1, "IT")] + [
        organisation(one, COUNTRIES[one % 5], f"skill:{one % 6}", f"skill:{one * 7 % 4}")
        for one in numbers[1:]
    ]
    ties = tuple((one, one * 31 % 145 + 1) for one in numbers[::3] if one != one * 31 % 145 + 1)
    call = Call(tuple(Need(seat, skills=frozenset({f"skill:{seat}"})) for seat in seats), frozenset({1}))
    scores = {(seat, one): one * 37 % 101 / 101 for seat in seats for one in numbers}
    table = replace(table_of(*profiles, ties=ties), scores=scores)
    found = compose(call, load_rules()["erasmus_cooperation"], table, k=3)
    assert [one.exact for one in found] == [True] * 3
    assert all(each.difference <= 0 for place in found[0].places for each in place.alternatives)
