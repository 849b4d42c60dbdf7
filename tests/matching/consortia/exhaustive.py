"""Small clusters with a call, and every consortium that there is for it: by other code than the composer's."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from math import inf

import networkx as nx
from hypothesis import strategies as st

from app.matching.consortia.records import Call, CandidateData, Consortium, Need, ProgrammeRules
from app.matching.records import Profile
from tests.matching.records import COUNTRIES, SECTORS, SKILLS, concepts, profiles_of

Case = tuple[Call, ProgrammeRules, CandidateData]
FREE = ProgrammeRules("free")
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
    rules = ProgrammeRules(
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
    return call, rules, CandidateData(profiles, ties, draw(scored))


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
