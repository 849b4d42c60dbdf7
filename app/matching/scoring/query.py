"""A query: an organisation's profile and past, or a brief, in the form that scoring needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log

import numpy as np

from app.matching.index.arrays import Ints
from app.matching.index.index import Index
from app.matching.records import (
    TECHNOLOGY,
    TECHNOLOGY_PROVIDER,
    BadRecord,
    Brief,
    DismissalReason,
    Feedback,
    Profile,
)
from app.matching.scoring.weights import Regime


@dataclass(frozen=True)
class ScoringQuery:
    """One query to the index.

    `holds`: relation → concepts on the asking side. `topics`: concept → weight. `seeds`: rows from which the network is
    seen, the organisation itself or the partners at the table; `regime`: what their past consists of.
    `open_introductions` overrides the index by number; `popularity_penalty` weighs ln(1 + partners).
    `needs_first` multiplies the weights that put who meets a need before the others. `today` (years) is the moment from
    which newcomers are seen, None for that of the index.
    """

    country: str | None
    type: str | None
    holds: Mapping[str, frozenset[str]]
    topics: Mapping[str, float]
    languages: frozenset[str]
    seeds: tuple[int, ...] = ()
    regime: Regime = Regime.COLD
    countries_wanted: frozenset[str] = frozenset()
    types_wanted: frozenset[str] = frozenset()
    is_brief: bool = False
    set_aside: Sequence[tuple[DismissalReason, Profile]] = field(default=())
    popularity_penalty: float = 0.0
    open_introductions: Mapping[int, int] = field(default_factory=dict)
    needs_first: float = 1.0
    today: float | None = None

    @property
    def names_concepts(self) -> bool:
        """Whether skills or sectors are sought, so that candidates without any of them are left out."""
        return any(self.holds.values())

    def open_introductions_at(self, index: Index, rows: Ints) -> Ints:
        """Open introductions of the organisations at `rows`."""
        found = index.open_introductions[rows].astype(np.int64)
        if self.open_introductions:
            numbers = np.array(sorted(self.open_introductions), dtype=np.int64)
            asked, ids = np.array([self.open_introductions[one] for one in numbers.tolist()]), index.ids[rows]
            at = np.minimum(np.searchsorted(numbers, ids), len(numbers) - 1)
            found = np.where(numbers[at] == ids, asked[at], found)
        return found


def profile_query(index: Index, profile: Profile, feedback: Sequence[Feedback] = ()) -> ScoringQuery:
    """The query of an organisation's own profile and past.

    Who seeks a technology wants technology providers, and these look for who seeks one.
    """
    row = index.rows_by_id[profile.id]
    topics = dict.fromkeys(profile.topics | profile.sectors | profile.offers, log(2))
    topics.update(index.topic_record(row))  # ln(1 + projects); what a profile declares counts as one project
    provides = {TECHNOLOGY} if profile.type == TECHNOLOGY_PROVIDER else frozenset[str]()
    return ScoringQuery(
        country=profile.country,
        type=profile.type,
        holds={
            **{name: getattr(profile, name) for name in ("sectors", "offers", "seeks", "goals")},
            "cooperation": profile.cooperation - provides,
            "provides": frozenset(provides),
        },
        topics=dict(sorted(topics.items())),
        languages=profile.languages,
        seeds=(row,),
        regime=_regime_of(index, (row,)),
        types_wanted=frozenset({TECHNOLOGY_PROVIDER} if TECHNOLOGY in profile.cooperation - provides else ()),
        set_aside=_set_aside(index, profile.id, feedback),
    )


def brief_query(index: Index, brief: Brief) -> ScoringQuery:
    """The query of a brief; raises BadRecord for an unknown partner."""
    unknown = sorted(one for one in brief.partners if one not in index.rows_by_id)
    if unknown:
        raise BadRecord(f"the brief names organisation {unknown[0]}, which is not given")
    seeds = tuple(sorted(index.rows_by_id[one] for one in brief.partners))
    return ScoringQuery(
        country=brief.home_country,
        type=brief.home_type,
        holds={"sectors": brief.sectors, "seeks": brief.skills},
        topics=dict.fromkeys(sorted(brief.topics | brief.sectors | brief.skills), 1.0),
        languages=brief.languages,
        seeds=seeds,
        regime=_regime_of(index, seeds),
        countries_wanted=brief.countries,
        types_wanted=brief.types,
        is_brief=True,
    )


def _regime_of(index: Index, seeds: Sequence[int]) -> Regime:
    if any(index.history.adjacency.length(seed) for seed in seeds):
        return Regime.WARM
    return Regime.UNTIED if any(index.history.org_projects.length(seed) for seed in seeds) else Regime.COLD


def _set_aside(
    index: Index, organisation: int, feedback: Sequence[Feedback]
) -> list[tuple[DismissalReason, Profile]]:
    """The asker's dismissals of organisations that are still there, each pair once."""
    found = set()
    for one in feedback:
        try:
            reason = DismissalReason(one.reason)
        except ValueError:
            message = f"feedback on organisation {one.other} gives the unknown reason {one.reason!r}"
            raise BadRecord(message) from None
        if one.organisation == organisation and one.other in index.profiles:
            found.add((one.other, reason))
    return [(reason, index.profiles[other]) for other, reason in sorted(found)]
