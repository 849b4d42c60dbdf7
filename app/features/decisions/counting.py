"""How decisions are counted. Every number is an integer, and nothing depends on the order of papers or options.

The module needs the standard library only: it is part of the file with which anybody counts again (`/verify.py`).
A rule is an object: `method`, `electors` (how many may answer), `quorum` (a fraction of two integers) and, where the
method asks for it, `majority`, `double`, `seats`, `budget`. A paper is an object: `choices`, and `group`, the country
or side of its elector where the rule has a double majority.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

RULES: Mapping[str, str] = {
    "consent": "trama.consent.v1",
    "yes_no": "trama.yes-no.v1",
    "choose": "trama.approval.v1",
    "ranked": "schulze.winning-votes",
    "stv": "scottish-stv.ssi-2007-42",
    "score": "trama.score.v1",
    "dots": "trama.dots.v1",
}
"""The name of the rule of each method, as it stands in the ledger."""
UNIT = 10**5
"""Votes of a transferable vote are kept in hundred-thousandths, as the Scottish rules say."""
YES, NO, ABSTAIN = "yes", "no", "abstain"
AGREE, CONCERN, OBJECT = "agree", "concern", "object"
Paper = Mapping[str, Any]
Result = dict[str, Any]


def count(
    rule: Mapping[str, Any], options: Sequence[str], papers: Sequence[Paper], lot: Sequence[str]
) -> Result:
    """The result of a vote by its rule; `lot` is the order of the options in which ties fall, first = chosen first.

    A paper that chooses nothing is an abstention: it counts for the quorum. The outcome is adopted, not_adopted,
    chosen or no_quorum.
    """
    answered, electors = len(papers), rule["electors"]
    needed, of = rule["quorum"]
    result = COUNTERS[rule["method"]](rule, options, papers, lot)
    has_quorum = answered > 0 and answered * of >= needed * electors
    result["answered"], result["electors"] = answered, electors
    result["quorum_heads"] = quorum_heads(rule["quorum"], electors)
    if not has_quorum:
        result["outcome"], result["winners"] = "no_quorum", []
    return result


def quorum_heads(quorum: Sequence[int], electors: int) -> int:
    """How many must answer: the fraction of the electors, rounded up, and at least one."""
    needed, of = quorum
    return max(1, -(-needed * electors // of))


# --- Yes or no ------------------------------------------------------------------------------------------------


def passes(majority: str, yes: int, no: int, electors: int) -> bool:
    """Whether so many yes are enough: each comparison multiplies, none divides."""
    if majority == "simple":
        return yes > no
    if majority == "absolute":
        return 2 * yes > electors
    part, whole = {"two_thirds": (2, 3), "three_quarters": (3, 4)}[majority]
    return yes > 0 and whole * yes >= part * (yes + no)


def groups_in_favour(papers: Sequence[Paper]) -> tuple[list[str], list[str]]:
    """The countries or sides in favour, and those that count; a tie within one is not in favour."""
    yes = Counter(paper["group"] for paper in papers if paper["choices"] == [YES])
    no = Counter(paper["group"] for paper in papers if paper["choices"] == [NO])
    counted = sorted({*yes, *no})
    return [group for group in counted if yes[group] > no[group]], counted


def count_yes_no(
    rule: Mapping[str, Any], options: Sequence[str], papers: Sequence[Paper], lot: Sequence[str]
) -> Result:
    """Yes, no, abstentions; where the rule says so, more than half of the countries or sides must be in favour, too."""
    tally = Counter(paper["choices"][0] for paper in papers)
    counts = {answer: tally[answer] for answer in (YES, NO, ABSTAIN)}
    is_adopted = passes(rule["majority"], counts[YES], counts[NO], rule["electors"])
    result: Result = {"counts": counts, "winners": []}
    if rule.get("double", "none") != "none":
        favour, counted = groups_in_favour(papers)
        result["groups"] = {"favour": favour, "counted": counted}
        is_adopted = is_adopted and 2 * len(favour) > len(counted)
    return {**result, "outcome": "adopted" if is_adopted else "not_adopted"}


def count_consent(
    rule: Mapping[str, Any], options: Sequence[str], papers: Sequence[Paper], lot: Sequence[str]
) -> Result:
    """Consent is there when enough have answered, somebody agrees and nobody objects."""
    tally = Counter(paper["choices"][0] for paper in papers)
    counts = {answer: tally[answer] for answer in (AGREE, CONCERN, OBJECT, ABSTAIN)}
    is_adopted = counts[OBJECT] == 0 and counts[AGREE] + counts[CONCERN] > 0
    return {"counts": counts, "winners": [], "outcome": "adopted" if is_adopted else "not_adopted"}


# --- One of several -------------------------------------------------------------------------------------------


def _by_points(points: Mapping[str, int], lot: Sequence[str]) -> Result:
    """The option with the most points; equal ones share a place, and the lot says who is first where one is needed."""
    place = {option: at for at, option in enumerate(lot)}
    order = sorted(points, key=lambda option: (-points[option], place[option]))
    places = {option: 1 + sum(other > points[option] for other in points.values()) for option in order}
    first = [option for option in order if places[option] == 1]
    if not order or points[order[0]] == 0:
        return {"order": order, "places": places, "winners": [], "by_lot": [], "outcome": "not_adopted"}
    by_lot = first if len(first) > 1 else []
    return {"order": order, "places": places, "winners": order[:1], "by_lot": by_lot, "outcome": "chosen"}


def count_choose(
    rule: Mapping[str, Any], options: Sequence[str], papers: Sequence[Paper], lot: Sequence[str]
) -> Result:
    """Each may choose as many options as she likes; the one that most have chosen wins."""
    tally = Counter(option for paper in papers for option in paper["choices"])
    counts = {option: tally[option] for option in options}
    return {"counts": counts, **_by_points(counts, lot)}


def count_score(
    rule: Mapping[str, Any], options: Sequence[str], papers: Sequence[Paper], lot: Sequence[str]
) -> Result:
    """The option with the largest sum of points wins. A blank counts 0; `given` counts the papers that rated an option."""
    counts = {option: sum(paper["choices"].get(option, 0) for paper in papers) for option in options}
    given = {option: sum(option in paper["choices"] for paper in papers) for option in options}
    return {"counts": counts, "given": given, **_by_points(counts, lot)}


def count_ranked(
    rule: Mapping[str, Any], options: Sequence[str], papers: Sequence[Paper], lot: Sequence[str]
) -> Result:
    """Schulze's method with winning votes: who wins the most comparisons of strongest paths."""
    pairs = {(a, b): 0 for a in options for b in options if a != b}
    for paper in papers:
        ranked = paper["choices"]
        unranked = [option for option in options if option not in ranked]
        for at, better in enumerate(ranked):
            for worse in (*ranked[at + 1 :], *unranked):
                pairs[better, worse] += 1
    paths = {(a, b): votes if votes > pairs[b, a] else 0 for (a, b), votes in pairs.items()}
    for via in options:
        for a in options:
            for b in options:
                if via not in (a, b) and a != b:
                    paths[a, b] = max(paths[a, b], min(paths[a, via], paths[via, b]))
    wins = {a: sum(paths[a, b] > paths[b, a] for b in options if b != a) for a in options}
    is_any_ranked = any(paper["choices"] for paper in papers)
    condorcet = [a for a in options if all(pairs[a, b] > pairs[b, a] for b in options if b != a)]
    # One more than the wins, so that three that beat each other in a circle are a tie and not nothing.
    decided = _by_points({a: wins[a] + is_any_ranked for a in options}, lot)
    return {
        "pairs": _table(options, pairs),
        "paths": _table(options, paths),
        "condorcet": condorcet,
        **decided,
    }


def _table(options: Sequence[str], cells: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    return {a: {b: cells[a, b] for b in options if b != a} for a in options}


# --- Several seats: the Scottish rules (SSI 2007/42, schedule 1, rules 45-52) ------------------------------------


class _Election:
    """One count: the papers lie on the pile of the option that they count for, each with its value in units."""

    def __init__(
        self, options: Sequence[str], seats: int, papers: Sequence[Sequence[str]], lot: Sequence[str]
    ) -> None:
        valid = [paper for paper in papers if paper]
        self.seats = seats
        self.quota = (len(valid) // (seats + 1) + 1) * UNIT
        self.place = {option: at for at, option in enumerate(lot)}
        self.piles: dict[str, list[tuple[Sequence[str], int]]] = {option: [] for option in options}
        for paper in valid:
            self.piles[paper[0]].append((paper, UNIT))
        self.votes = {option: len(pile) * UNIT for option, pile in self.piles.items()}
        self.continuing = list(options)
        self.elected: list[str] = []
        self.pending: list[str] = []
        self.not_transferable = 0
        self.truncated = 0
        self.stages: list[dict[str, Any]] = []
        self.ties: list[dict[str, Any]] = []

    def run(self) -> None:
        """Count stage by stage until all seats are filled."""
        self._end_stage("first", "")
        while len(self.elected) < self.seats and len(self.continuing) > self.seats - len(self.elected):
            with_surplus = [option for option in self.pending if self.votes[option] > self.quota]
            if with_surplus:
                self._transfer_surplus(with_surplus)
            else:
                self._exclude_lowest()
        if len(self.elected) < self.seats:
            rest = sorted(self.continuing, key=lambda option: (-self.votes[option], self.place[option]))
            self.elected += rest
            self.stages[-1]["elected"] += rest

    def _end_stage(self, what: str, of: str) -> None:
        """Write a stage down and elect all that have the quota now."""
        reached = [option for option in self.continuing if self.votes[option] >= self.quota]
        reached.sort(key=lambda option: (-self.votes[option], self.place[option]))
        for option in reached:
            self.continuing.remove(option)
        self.elected += reached
        self.pending += reached
        stage = {"what": what, "of": of, "votes": dict(self.votes), "elected": reached}
        self.stages.append({**stage, "not_transferable": self.not_transferable, "truncated": self.truncated})

    def _transfer_surplus(self, among: list[str]) -> None:
        """The largest surplus goes on; each paper at its value times the surplus, divided by all votes, rounded down."""
        highest = max(self.votes[option] for option in among)
        option = self._break_tie([each for each in among if self.votes[each] == highest], max)
        self.pending.remove(option)
        total, surplus = self.votes[option], self.votes[option] - self.quota
        self.truncated += surplus - self._give(option, lambda value: value * surplus // total)
        self.votes[option] = self.quota
        self._end_stage("surplus", option)

    def _exclude_lowest(self) -> None:
        """The lowest goes out, and its papers go on at their value."""
        lowest = min(self.votes[option] for option in self.continuing)
        option = self._break_tie([each for each in self.continuing if self.votes[each] == lowest], min)
        self.continuing.remove(option)
        self._give(option, lambda value: value)
        self.votes[option] = 0
        self._end_stage("exclude", option)

    def _give(self, option: str, value_of: Callable[[int], int]) -> int:
        """Move the papers of an option to the next continuing one on each; returns what they are worth together."""
        moved, self.piles[option] = self.piles[option], []
        given = 0
        for paper, value in moved:
            value = value_of(value)
            given += value
            after = paper[paper.index(option) + 1 :]
            following = next((each for each in after if each in self.continuing), None)
            if following is None:
                self.not_transferable += value
            else:
                self.piles[following].append((paper, value))
                self.votes[following] += value
        return given

    def _break_tie(self, tied: list[str], extreme: Callable[[list[int]], int]) -> str:
        """The one that was ahead (or behind) at the most recent stage at which they differed, else by lot."""
        if len(tied) == 1:
            return tied[0]
        among = sorted(tied)
        for stage in reversed(self.stages[:-1]):
            wanted = extreme([stage["votes"][option] for option in tied])
            tied = [option for option in tied if stage["votes"][option] == wanted]
            if len(tied) == 1:
                break
        chosen = min(tied, key=self.place.__getitem__)
        by = "lot" if len(tied) > 1 else "earlier_stage"
        self.ties.append({"stage": len(self.stages) + 1, "of": among, "treated": chosen, "by": by})
        return chosen


def count_stv(
    rule: Mapping[str, Any], options: Sequence[str], papers: Sequence[Paper], lot: Sequence[str]
) -> Result:
    """Several winners by the single transferable vote, stage by stage, in hundred-thousandths of a vote."""
    election = _Election(options, rule["seats"], [paper["choices"] for paper in papers], lot)
    if not any(paper["choices"] for paper in papers):
        return {"winners": [], "stages": [], "ties": [], "outcome": "not_adopted"}
    election.run()
    return {
        "quota": election.quota,
        "stages": election.stages,
        "ties": election.ties,
        "by_lot": [tie["treated"] for tie in election.ties if tie["by"] == "lot"],
        "winners": election.elected,
        "outcome": "chosen",
    }


COUNTERS: Mapping[str, Callable[..., Result]] = {
    "consent": count_consent,
    "yes_no": count_yes_no,
    "choose": count_choose,
    "ranked": count_ranked,
    "stv": count_stv,
    "score": count_score,
    "dots": count_score,
}


# --- The lot that anybody can draw again ------------------------------------------------------------------------


def draw_lot(proposal: str, papers_digest: str, options: Sequence[str]) -> tuple[list[str], str]:
    """The order in which ties fall, and the seed that it came from.

    The seed is made of the digest of all papers. Each holds a code of its voter's, so nobody decides the order alone.
    """
    seed = hashlib.sha256(
        json.dumps(
            {"kind": "trama.lot.v1", "papers": papers_digest, "proposal": proposal}, separators=(",", ":")
        ).encode()
    ).digest()
    return sorted(options, key=lambda key: hashlib.sha256(seed + key.encode()).digest()), seed.hex()
