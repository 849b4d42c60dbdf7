"""How fairly lists treat needs, newcomers and the little known: the twin test, avoidable places, coverage, exposure.

twin test         for each organisation with a need, a newcomer from abroad that offers nothing but the need which most
                  offer, and has no past: does it stand among the first TOP_PLACES?
avoidable places  places among the first TOP_PLACES of somebody without an exact match of needs, while somebody with one
                  stands lower or not on the list
coverage          needs that somebody among the first TOP_PLACES meets, of those that anybody who may be shown meets
exposure          share of a group among the first TOP_PLACES beside its share of the cluster
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

import numpy as np

from app.matching.engine import Engine
from app.matching.records import Profile

TOP_PLACES = 5
LIST_LENGTH = 12
NEWCOMER_TYPE = "association"
PARTNER_GROUPS = ((0, "no partner so far"), (3, "1 to 3 partners"), (10, "4 to 10"), (30, "11 to 30"))
"""Groups by the partners so far: the largest count of each, and its name."""
MANY_PARTNERS = "more than 30"


@dataclass(frozen=True)
class Share:
    """So many of so many; 0 of 0 where nothing was asked."""

    count: int
    total: int

    def __str__(self) -> str:
        return f"{self.count} of {self.total}" + (f" ({self.count / self.total:.1%})" if self.total else "")


@dataclass(frozen=True)
class FairnessReport:
    """The measures; `exposure` has per kind of group: name → (organisations, places among the first)."""

    organisations: int
    asked: int
    twins: Share
    twin_median: float | None
    avoidable: Share
    coverage: Share
    countries: float
    exposure: Mapping[str, Mapping[str, tuple[int, int]]]


def measure_fairness(
    engine: Engine,
    askers: Sequence[int],
    today: date,
    groups: Mapping[str, Mapping[int, str]] | None = None,
    *,
    popularity_penalty: float = 0.0,
    needs_first: float = 1.0,
) -> FairnessReport:
    """Measure the lists of `askers`; `groups` has further groupings: name → group of each organisation by number."""
    lists, avoidable, places, covered, coverable, countries = {}, 0, 0, 0, 0, list[int]()
    ranks: list[int | None] = []
    for asker in askers:
        found = engine.suggest(
            asker, LIST_LENGTH, popularity_penalty=popularity_penalty, needs_first=needs_first
        )
        top = [one.organisation for one in found[:TOP_PLACES]]
        lists[asker] = top
        matching, needs_met = _exact_matches(engine, asker)
        lower = len(matching - set(top))
        avoidable += min(sum(one not in matching for one in top), lower)
        places += len(top)
        met = {code for one in top for code in needs_met.get(one, ())}
        covered, coverable = covered + len(met), coverable + len(set().union(*needs_met.values()))
        countries.append(len({engine.index.profiles[one].country for one in top}))
        if twin := _twin(engine, asker, today):
            ranked = engine.with_guest(twin).suggest(
                asker, LIST_LENGTH, popularity_penalty=popularity_penalty, needs_first=needs_first
            )
            numbers = [one.organisation for one in ranked]
            ranks.append(numbers.index(twin.id) + 1 if twin.id in numbers else None)
    known = [LIST_LENGTH + 1 if rank is None else rank for rank in ranks]
    exposure = {
        name: _exposure(engine, lists.values(), group)
        for name, group in {**(groups or {}), "partners so far": _by_partners(engine)}.items()
    }
    return FairnessReport(
        engine.index.total, len(askers),
        Share(sum(rank <= TOP_PLACES for rank in known), len(known)),
        median(known) if known else None,
        Share(avoidable, places), Share(covered, coverable),
        float(np.mean(countries)) if countries else 0.0, exposure,
    )  # fmt: skip


def _exact_matches(engine: Engine, asker: int) -> tuple[set[int], dict[int, set[str]]]:
    """Who of those that may be shown meets a need either way, and which needs of the asker each meets."""
    index, me, allowed = engine.index, engine.index.profiles[asker], engine.allowed(asker)
    matching, needs_met = set[int](), dict[int, set[str]]()
    for relation, codes in (("offers", me.seeks), ("seeks", me.offers)):
        for code in sorted(codes):
            rows = index.holders(relation, code)
            for number in index.ids[rows[allowed[rows]]].tolist():
                matching.add(number)
                if relation == "offers":
                    needs_met.setdefault(number, set()).add(code)
    return matching, needs_met


def _twin(engine: Engine, asker: int, today: date) -> Profile | None:
    """A newcomer that offers only the need of the asker which most organisations offer; None without a need."""
    index, me = engine.index, engine.index.profiles[asker]
    if not me.seeks:
        return None
    need = max(sorted(me.seeks), key=lambda code: index.count("offers", code))
    country = next((one for one in index.present_countries if one != me.country), "XX")
    number = max(index.rows_by_id, default=0) + 1
    return Profile(
        number, country, NEWCOMER_TYPE, offers=frozenset({need}), languages=me.languages, joined=today
    )


def _exposure(
    engine: Engine, lists: Iterable[Sequence[int]], group: Mapping[int, str]
) -> dict[str, tuple[int, int]]:
    organisations = Counter(group[one] for one in engine.index.rows_by_id if one in group)
    places = Counter(group[one] for top in lists for one in top if one in group)
    return {name: (count, places[name]) for name, count in organisations.items()}


def _by_partners(engine: Engine) -> dict[int, str]:
    index, found = engine.index, {}
    for number, row in index.rows_by_id.items():
        count = index.history.adjacency.length(row)
        found[number] = next((name for most, name in PARTNER_GROUPS if count <= most), MANY_PARTNERS)
    return found


def format_fairness(report: FairnessReport) -> str:
    """The report as plain lines."""
    twin = "nobody has a need" if report.twin_median is None else f"median place {report.twin_median:g}"
    lines = [
        f"organisations: {report.organisations:,}; lists: {report.asked:,}",
        f"twin test, newcomers among the first {TOP_PLACES}: {report.twins}; {twin}",
        f"avoidable places among the first {TOP_PLACES}: {report.avoidable}",
        f"needs covered among the first {TOP_PLACES}: {report.coverage}",
        f"different countries among the first {TOP_PLACES}: {report.countries:.2f} on average",
    ]
    for name, groups in report.exposure.items():
        whole = sum(count for count, _ in groups.values()) or 1
        shown = sum(places for _, places in groups.values()) or 1
        lines.append(f"exposure by {name} (share of organisations, share of places):")
        lines += [
            f"  {group}: {count / whole:.1%}, {places / shown:.1%}"
            for group, (count, places) in sorted(groups.items())
        ]
    return "\n".join(lines)
