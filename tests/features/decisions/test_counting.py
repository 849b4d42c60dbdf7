"""Counting: published elections stage by stage, thresholds by integers, and no place for the order of papers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.features.decisions.counting import count, draw_lot, groups_in_favour, passes, quorum_heads

ELECTIONS: dict[str, Any] = json.loads(
    (Path(__file__).parent / "stv_elections.json").read_text(encoding="utf-8")
)
"""Published counts by the Scottish rules: papers as "number ranking", stages as votes by option and the rest."""
TENNESSEE = ["42 M>N>C>K", "26 N>C>K>M", "15 C>K>N>M", "17 K>C>N>M"]
BURLINGTON = [
    *("1332 M>K>W", "767 M>W>K", "455 M", "2043 K>M>W", "371 K>W>M"),
    *("568 K", "1513 W>M>K", "495 W>K>M", "1289 W"),
]
SCHULZE = [
    *("5 A>C>B>E>D", "5 A>D>E>C>B", "8 B>E>D>A>C", "3 C>A>B>E>D"),
    *("7 C>A>E>B>D", "2 C>B>A>D>E", "7 D>C>E>B>A", "8 E>B>A>D>C"),
]


def papers_of(rows: list[str]) -> list[dict[str, Any]]:
    """The papers of an election written as "number ranking"."""
    split = [row.split(" ", 1) for row in rows]
    return [{"choices": ranking.split(">")} for number, ranking in split for _ in range(int(number))]


def counted(method: str, papers: list[dict[str, Any]], options: list[str], **rule: Any) -> dict[str, Any]:
    """The result where everybody has answered and ties fall in the order of the options."""
    whole = {"method": method, "electors": len(papers), "quorum": [1, 2], **rule}
    return count(whole, options, papers, rule.get("lot", options))


@pytest.mark.parametrize("name", ELECTIONS)
def test_a_published_election_is_counted_as_published_stage_by_stage(name: str) -> None:
    election = ELECTIONS[name]
    papers = papers_of(election["papers"])
    result = counted("stv", papers, election["lot"], seats=election["seats"])
    assert result["quota"] == election["quota"] * 10**5
    assert result["winners"] == election["elected"]
    found = [
        [*(stage["votes"][option] for option in election["lot"]), stage["not_transferable"]]
        for stage in result["stages"]
    ]
    assert found == election["stages"]


def test_a_surplus_is_truncated_and_not_rounded() -> None:
    """7 x 0.42857 = 2.99999 is less than Ingrid's 3: with fractions it would be a tie."""
    papers = papers_of(["7 Per>Paal", "1 Maria>Ingrid", "2 Ingrid>Maria"])
    result = counted("stv", papers, ["Per", "Paal", "Maria", "Ingrid"], seats=2)
    assert result["winners"] == ["Per", "Ingrid"]
    assert result["stages"][1]["votes"]["Paal"] == 299_999


@settings(max_examples=25)
@given(
    st.lists(st.lists(st.sampled_from("ABCDEF"), unique=True), min_size=1, max_size=25),
    st.permutations("ABCDEF"),
    st.randoms(use_true_random=False),
)
def test_the_order_of_papers_and_options_changes_nothing(
    rankings: list[list[str]], lot: Any, random: Any
) -> None:
    papers: list[dict[str, Any]] = [{"choices": ranking} for ranking in rankings]
    scores = [{"choices": dict.fromkeys(ranking, len(ranking))} for ranking in rankings]
    shuffled, options = list(papers), list("ABCDEF")
    random.shuffle(shuffled)
    random.shuffle(options)
    rule = {"electors": 25, "quorum": [0, 1], "seats": 2}
    for method in ("stv", "ranked", "choose"):
        whole = {**rule, "method": method}
        assert count(whole, "ABCDEF", papers, lot) == count(whole, options, shuffled, lot), method
    whole = {**rule, "method": "score"}
    assert count(whole, "ABCDEF", scores, lot) == count(whole, options, scores[::-1], lot)
    valid = sum(bool(ranking) for ranking in rankings) * 10**5
    for stage in count({**rule, "method": "stv"}, options, papers, lot)["stages"]:
        assert sum(stage["votes"].values()) + stage["not_transferable"] + stage["truncated"] == valid


def order_of(rows: list[str], options: str) -> str:
    return "".join(counted("ranked", papers_of(rows), list(options))["order"])


def test_one_of_several_is_found_by_comparing_each_with_each() -> None:
    assert order_of(SCHULZE, "ABCDE") == "EACBD"
    assert order_of(TENNESSEE, "MNCK") == "NCKM"
    burlington = counted("ranked", papers_of(BURLINGTON), ["M", "K", "W"])
    assert burlington["condorcet"] == ["M"]
    assert (burlington["pairs"]["M"]["K"], burlington["pairs"]["M"]["W"]) == (4067, 4597)
    paths = counted("ranked", papers_of(SCHULZE), list("ABCDE"))["paths"]
    assert (paths["E"]["A"], paths["A"]["E"], paths["B"]["D"], paths["E"]["D"]) == (25, 24, 33, 31)


def test_three_that_beat_each_other_are_a_tie_that_the_lot_decides() -> None:
    papers = papers_of(["1 A>B>C", "1 B>C>A", "1 C>A>B"])
    rule = {"method": "ranked", "electors": 3, "quorum": [1, 2]}
    result = count(rule, "ABC", papers, ["B", "C", "A"])
    assert result["places"] == {"A": 1, "B": 1, "C": 1}
    assert (result["winners"], result["by_lot"]) == (["B"], ["B", "C", "A"])


@pytest.mark.parametrize(
    ("majority", "yes", "no", "abstain", "electors", "quorum", "outcome"),
    [
        ("simple", 3, 2, 0, 10, [1, 2], "adopted"),
        ("simple", 3, 2, 0, 11, [1, 2], "no_quorum"),
        ("simple", 2, 2, 1, 10, [1, 2], "not_adopted"),
        ("two_thirds", 4, 2, 0, 6, [1, 2], "adopted"),
        ("two_thirds", 66, 34, 0, 100, [1, 2], "not_adopted"),
        ("two_thirds", 67, 33, 0, 100, [1, 2], "adopted"),
        ("absolute", 3, 0, 3, 6, [1, 2], "not_adopted"),
        ("absolute", 4, 0, 2, 6, [1, 2], "adopted"),
        ("three_quarters", 3, 1, 0, 4, [1, 2], "adopted"),
        ("simple", 3, 0, 0, 5, [60, 100], "adopted"),
        ("simple", 2, 0, 0, 3, [67, 100], "no_quorum"),
        ("simple", 0, 0, 6, 6, [1, 2], "not_adopted"),
        ("two_thirds", 0, 0, 6, 6, [1, 2], "not_adopted"),
    ],
)
def test_thresholds(
    majority: str, yes: int, no: int, abstain: int, electors: int, quorum: list[int], outcome: str
) -> None:
    answers = ["yes"] * yes + ["no"] * no + ["abstain"] * abstain
    papers = [{"choices": [answer]} for answer in answers]
    rule = {"method": "yes_no", "majority": majority, "electors": electors, "quorum": quorum}
    assert count(rule, [], papers, [])["outcome"] == outcome


@pytest.mark.parametrize(
    ("votes", "has_organisations", "outcome"),
    [
        ("IT+ IT+ IT+ IT+ IT+ FR- BE- CY+ PL- PL+", True, "not_adopted"),
        ("IT- IT- IT- IT- FR+ BE+ CY+ PL+ PL+", True, "adopted"),
        ("IT+ IT+ IT+ FR- BE0", True, "not_adopted"),
    ],
)
def test_a_double_majority_asks_countries_too(votes: str, has_organisations: bool, outcome: str) -> None:
    answers = {"+": "yes", "-": "no", "0": "abstain"}
    papers = [{"group": vote[:2], "choices": [answers[vote[2]]]} for vote in votes.split()]
    tally = [paper["choices"] for paper in papers]
    assert passes("simple", tally.count(["yes"]), tally.count(["no"]), len(papers)) is has_organisations
    assert counted("yes_no", papers, [], majority="simple", double="country")["outcome"] == outcome
    assert groups_in_favour(papers[::-1]) == groups_in_favour(papers)


def test_scores_are_sums_and_equal_sums_share_a_place() -> None:
    given = [(42, "M10 N4 C2 K0"), (26, "N10 C4 K2"), (15, "C10 N6 K6"), (17, "K10 C7 N5")]
    papers = [
        {"choices": {mark[0]: int(mark[1:]) for mark in marks.split()}}
        for number, marks in given
        for _ in range(number)
    ]
    result = counted("score", papers, list("MNCK"))
    assert result["counts"] == {"M": 420, "N": 603, "C": 457, "K": 312}
    assert result["given"]["M"] == 42
    dots = counted("dots", [{"choices": {"A": 2, "B": 2, "C": 1}}], list("CBA"))
    assert dots["places"] == {"A": 1, "B": 1, "C": 3}


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        (["agree", "concern", "agree"], "adopted"),
        (["agree", "agree", "object"], "not_adopted"),
        (["abstain", "abstain", "abstain"], "not_adopted"),
        (["agree"], "no_quorum"),
    ],
)
def test_consent_needs_answers_and_no_objection(answers: list[str], outcome: str) -> None:
    rule = {"method": "consent", "electors": 5, "quorum": [1, 2]}
    assert count(rule, [], [{"choices": [answer]} for answer in answers], [])["outcome"] == outcome


def test_a_quorum_is_told_in_heads() -> None:
    assert [quorum_heads(quorum, 11) for quorum in ([1, 2], [2, 3], [0, 1])] == [6, 8, 1]


def test_the_lot_is_drawn_from_the_papers() -> None:
    papers = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    order, seed = draw_lot("prp_7Q2M4K9P", papers, ["A", "B", "C"])
    assert order == ["B", "C", "A"]
    assert seed == "04c0332a9b795b6f24f5173448c3a2196233e90c9a2985b384b1c177823970fb"


def test_nobody_wins_where_nobody_chose() -> None:
    empty = [{"choices": []}, {"choices": []}]
    for method in ("choose", "ranked", "stv"):
        result = counted(method, empty, ["A", "B", "C"], seats=1)
        assert (result["outcome"], result["winners"]) == ("not_adopted", []), method
