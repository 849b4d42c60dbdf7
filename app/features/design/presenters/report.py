"""The report of a design session: decisions first, then who does what, the votes, and every card that they came from.

It is made from the public state, so that it holds nothing that was not on everybody's board; when the session is over
also from the stances by organisation, which are the record of a decision.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from flask_babel import format_percent, ngettext
from flask_babel import gettext as _

from app.core.i18n import country_name

State = Mapping[str, Any]


def report_of(
    state: State,
    ballots: Sequence[Mapping[str, Any]],
    gone: Mapping[str, Mapping[str, int]],
    stances: Mapping[str, Mapping[str, Mapping[str, int]]] = MappingProxyType({}),
) -> dict[str, Any]:
    """The report as plain data.

    `state` is the public state, `ballots` each vote as `{phase, voters, totals}` in the order in which they were held,
    `gone` how many of the cards that each of the `proposals` and `commitments` came from are gone, by their numbers,
    `stances` how many people of each organisation took which stance on a proposal, by its number.
    Returns `{design, people, countries, phases, decisions, open, commitments, votes, columns, parked, effect}`; wherever
    cards are named they are named by their keys, which `columns` and `parked` hold; `missing` counts those of a line
    that neither holds. What was decided and promised also
    names the `votes` that its cards, or the clusters that they are in, were given points in: `{phase, title, points}`.
    """
    proposals = [{"id": key, **each} for key, each in _numbered(state.get("proposals", {}))]
    people = state.get("people", {})
    points = Points(state, ballots)
    report = {
        "design": state["design"],
        "people": sorted(people.values(), key=lambda each: (each.get("country", ""), each["name"])),
        "countries": sorted({each["country"] for each in people.values() if each.get("country")}),
        "phases": [
            {"id": key, **phase}
            for key, phase in sorted(state.get("phases", {}).items(), key=lambda each: each[1]["position"])
            if phase["status"] in ("done", "running", "skipped")
        ],
        "decisions": [
            _decision(each, people, points, stances) for each in proposals if each["stage"] == "agreed"
        ],
        "open": [_decision(each, people, points, stances) for each in proposals if each["stage"] != "agreed"],
        "commitments": [
            {
                "id": key,
                **each,
                "owner": str(each.get("owner_name", each.get("owner", ""))),
                "cards": each.get("cards", []),
                "votes": points.of(each.get("cards", [])),
            }
            for key, each in _numbered(state.get("commitments", {}))
        ],
        "votes": [_ballot(state, ballot) for ballot in ballots if ballot["totals"]],
        "columns": _columns(state, ballots),
        "parked": [
            _card(state, key, card) for key, card in _ranked(state.get("cards", {})) if card.get("parked")
        ],
        "effect": state.get("breakouts", {}).get("effect"),
    }
    _count_missing(report, gone)
    return report


def cards_of(report: Mapping[str, Any]) -> list[str]:
    """The keys of the cards that the report shows, in its order."""
    groups = (group["cards"] for column in report["columns"] for group in column["groups"])
    return [card["key"] for group in groups for card in group] + [card["key"] for card in report["parked"]]


def _count_missing(report: Mapping[str, Any], gone: Mapping[str, Mapping[str, int]]) -> None:
    """Let every line name only cards that the report shows, and say how many others there were."""
    known = set(cards_of(report))
    for part, kind in (("decisions", "proposals"), ("open", "proposals"), ("commitments", "commitments")):
        for line in report[part]:
            line["missing"] = gone.get(kind, {}).get(line["id"], 0) + len(set(line["cards"]) - known)
    for line in (row for ballot in report["votes"] for row in ballot["rows"]):
        line["missing"] = len(set(line["cards"]) - known)
    for part in (
        report["decisions"],
        report["open"],
        report["commitments"],
        *(each["rows"] for each in report["votes"]),
    ):
        for line in part:
            line["cards"] = [key for key in line["cards"] if key in known]


class Points:
    """What cards and the clusters that they are in were given, vote by vote."""

    def __init__(self, state: State, ballots: Sequence[Mapping[str, Any]]) -> None:
        self._cards = state.get("cards", {})
        self._phases = state.get("phases", {})
        self._ballots = ballots

    def of(self, cards: Sequence[str]) -> list[dict[str, Any]]:
        """The votes in which some of these cards got points, with how many together."""
        clusters = {self._cards[key]["cluster"] for key in cards if self._cards.get(key, {}).get("cluster")}
        targets = [*cards, *sorted(f"c{number}" for number in clusters)]
        found = []
        for ballot in self._ballots:
            given = sum(ballot["totals"].get(target, 0) for target in targets)
            if given:
                title = self._phases.get(str(ballot["phase"]), {}).get("title", "")
                found.append({"phase": str(ballot["phase"]), "title": title, "points": given})
        return found


def _numbered(things: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Things by their numbers, in the order in which they came."""
    return sorted(things.items(), key=lambda each: int(each[0]))


def _ranked(things: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return sorted(things.items(), key=lambda each: (each[1]["rank"], each[0]))


def _decision(
    proposal: Mapping[str, Any],
    people: Mapping[str, Any],
    points: Points,
    stances: Mapping[str, Mapping[str, Mapping[str, int]]],
) -> dict[str, Any]:
    """A proposal with how its words came to be, and what was said against it, by whom."""
    wordings = [each["text"] for _number, each in _numbered(proposal.get("wording", {}))]
    objections = [
        {**each, "name": people.get(str(each.get("by")), {}).get("name") or _("Somebody")}
        for _number, each in _numbered(proposal.get("objections", {}))
    ]
    return {
        "id": proposal["id"],
        "text": proposal["text"],
        "lang": proposal.get("lang", ""),
        "stage": proposal["stage"],
        "earlier": wordings[:-1],
        "objections": objections,
        "stances": proposal.get("stances", {}),
        "organisations": stances.get(proposal["id"], {}),
        "cards": proposal.get("cards", []),
        "votes": points.of(proposal.get("cards", [])),
    }


def _ballot(state: State, ballot: Mapping[str, Any]) -> dict[str, Any]:
    """One vote: what was voted on, the most points first, those with as many beside each other."""
    phase = state.get("phases", {}).get(str(ballot["phase"]), {})
    places = sorted(ballot["totals"].items(), key=lambda each: (-each[1], each[0]))
    counted = [points for _target_key, points in places]
    return {
        "phase": str(ballot["phase"]),
        "title": phase.get("title", ""),
        "voters": ballot["voters"],
        "rows": [
            {
                **_target(state, target),
                "points": points,
                "place": counted.index(points) + 1,
                "tied": counted.count(points) > 1,
            }
            for target, points in places
        ],
    }


def _target(state: State, target: str) -> dict[str, Any]:
    """What points were given to: a card, or a cluster with its cards."""
    if target in state.get("cards", {}):
        card = state["cards"][target]
        return {**_shown_text(card), "cards": [target]}
    number = target.removeprefix("c")
    cluster = state.get("clusters", {}).get(number, {})
    keys = [key for key, card in _ranked(state.get("cards", {})) if card.get("cluster") == number]
    return {"text": cluster.get("name", ""), "veiled": False, "lang": "", "cards": keys}


def _columns(state: State, ballots: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The board at the end: columns, their groups, their cards, each with the points that it got."""
    points: dict[str, int] = defaultdict(int)
    for ballot in ballots:
        for target, given in ballot["totals"].items():
            points[target] += given
    columns = []
    for key, column in _ranked(state.get("columns", {})):
        cards = [
            (name, card)
            for name, card in _ranked(state.get("cards", {}))
            if card["column"] == key and not card.get("parked")
        ]
        if cards:
            columns.append({"title": column["title"], "groups": _groups(state, cards, points)})
    return columns


def _groups(
    state: State, cards: Sequence[tuple[str, Any]], points: Mapping[str, int]
) -> list[dict[str, Any]]:
    """The cards of a column by group; single cards come first, under no name."""
    by_cluster: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for key, card in cards:
        by_cluster[card.get("cluster", "")].append(_card(state, key, card, points.get(key, 0)))
    named = {key: cluster["name"] for key, cluster in state.get("clusters", {}).items()}
    return [
        {
            "name": named.get(key, ""),
            "points": points.get(f"c{key}", 0) if key else 0,
            "cards": by_cluster[key],
        }
        for key in sorted(by_cluster, key=lambda each: (each != "", each))
    ]


def _shown_text(card: Mapping[str, Any]) -> dict[str, Any]:
    veiled = bool(card.get("veiled"))
    return {"text": "" if veiled else card.get("text", ""), "veiled": veiled, "lang": card.get("lang", "")}


def _card(state: State, key: str, card: Mapping[str, Any], points: int = 0) -> dict[str, Any]:
    """A card as everybody sees it, with its points and the name of the breakout group that it comes from."""
    origin = state.get("breakouts", {}).get("groups", {}).get(card.get("origin", ""), {})
    return {
        **card,
        "key": key,
        **_shown_text(card),
        "country": card.get("country", ""),
        "origin": origin.get("name", ""),
        "points": points,
    }


# --- What the session did to the collaboration network ---------------------------------------------------


Effect = Mapping[str, Any]


def effect_sentence(effect: Effect | None) -> str:
    """What the small groups did to the network, in one sentence."""
    if not effect or not effect.get("abroad"):
        return ""
    return ngettext(
        "In the small groups %(num)d pair of organisations from two countries sat together that had never worked together.",
        "In the small groups %(num)d pairs of organisations from two countries sat together that had never worked together.",
        int(effect["abroad"]),
    )


def new_ties(effect: Effect | None) -> list[dict[str, str]]:
    """The pairs from two countries who met for the first time, as `{one, other, when}`, the countries in words."""
    known = (effect or {}).get("organisations", {})
    return [
        {
            "one": _named(known[str(one)]),
            "other": _named(known[str(other)]),
            "when": _("round %(number)s", number=number),
        }
        for number, pairs in sorted((effect or {}).get("rounds", {}).items(), key=lambda each: int(each[0]))
        for one, other in pairs
    ]


def _named(organisation: Mapping[str, str]) -> str:
    country = organisation.get("country")
    return f"{organisation['name']} ({country_name(country)})" if country else organisation["name"]


def before_and_after(effect: Effect | None) -> list[dict[str, str]]:
    """The whole design session in figures: what is counted, how it was before the groups, and how it is now."""
    if not effect or "before" not in effect:
        return []
    before, after = effect["before"], effect["after"]
    rows = [
        {"what": says, "before": str(before[name]), "after": str(after[name])}
        for name, says in (
            ("ties", _("Pairs here who have worked together, or sat in one small group here")),
            ("abroad", _("Of them from two countries")),
            ("parts", _("Parts of the cluster that nothing joins")),
        )
    ]
    if "share_before" in effect and "share_after" in effect:
        then, now = (format_percent(effect[name], "0.0 %") for name in ("share_before", "share_after"))
        rows.append({"what": _("Ties of the cluster that cross a border"), "before": then, "after": now})
    return rows
