"""Whole consortia as a facilitator would judge them: rules, trust, what is missing, and many candidates."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import pytest

from app.matching.consortia.composition import compose
from app.matching.consortia.records import Call, CandidateData, Need, ScoreLineKind, load_rules
from app.matching.records import BadRecord, Profile
from tests.matching.consortia.exhaustive import FREE
from tests.matching.records import COUNTRIES, SKILLS


def organisation(number: int, country: str, *offers: str) -> Profile:
    """Somebody who offers something and speaks English."""
    return Profile(number, country, "cooperative", offers=frozenset(offers), languages=frozenset({"en"}))


def table_of(*profiles: Profile, ties: tuple[tuple[int, int], ...] = ()) -> CandidateData:
    """These, and who has worked with whom."""
    return CandidateData({one.id: one for one in profiles}, nx.Graph(ties))


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
    assert [line.kind for line in fresh.lines].count(ScoreLineKind.NEW_TIE) == 1
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
