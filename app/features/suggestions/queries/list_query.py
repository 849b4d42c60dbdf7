"""Whom the engine proposes to an organisation, and who wants what it does."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from sqlalchemy import ColumnElement, or_, select

from app.core.actors import Actor
from app.core.bulk_read import Ints
from app.core.clock import now
from app.core.database import db
from app.core.permissions import can
from app.features.introductions.queries import count_open, out_of_reach, waiting_answers
from app.features.organisations.models import Organisation, OrganisationState
from app.features.organisations.policy import acts_for_admitted
from app.features.organisations.queries import organisations_by_id
from app.features.suggestions.engine_cache import query_engine
from app.features.suggestions.models import SuggestionFeedback
from app.features.suggestions.queries.exposure import EngineDials, dials
from app.features.suggestions.queries.proposals import (
    PartnerProposals,
    furnished,
    speaks_of_both,
    unavailable,
)
from app.features.taxonomy.queries import countries_of_regions
from app.matching.engine import Engine
from app.matching.index.arrays import distinct_sorted
from app.matching.records import BadRecord, Feedback, Profile, Suggestion

LIST_LENGTH = 12
MAX_SORTED = 2_000
"""Up to so many organisations of the directory are each compared with the reader's."""
MAX_RANKED = 200
"""So many of the best stand first where there are more."""
WIDENING_FACTOR = 3
"""So many times more are asked of the engine where some are left out, because nothing joins them to us."""


@dataclass(frozen=True)
class ReaderReach:
    """What the reader's organisation holds and may do: whether it can ask, and how many answers it waits for."""

    can_ask: bool
    open: int
    codes: frozenset[str]
    seeks: frozenset[str]


@dataclass(frozen=True)
class Choices:
    """What the list can be narrowed to: countries and regions of others, and the skills that the organisation seeks.

    `regions` are (country, code) of those with anybody in them.
    """

    countries: tuple[str, ...]
    skills: tuple[str, ...]
    regions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Demand:
    """How many organisations abroad that one could still meet seek what the actor's organisation offers: which skills."""

    organisations: int = 0
    skills: tuple[str, ...] = ()


@dataclass(frozen=True)
class SuggestionList:
    """A list of suggestions with what stands around it."""

    proposals: PartnerProposals
    reach: ReaderReach
    choices: Choices
    demand: Demand = Demand()

    @property
    def organisation_ids(self) -> list[int]:
        """The organisations that are proposed, by id."""
        return [item.organisation.id for item in self.proposals.items]


@dataclass(frozen=True)
class SetAside:
    """An organisation that was set aside, and why."""

    organisation: Organisation
    feedback: SuggestionFeedback


@dataclass(frozen=True)
class _Question:
    """What an organisation asks the engine, as plain data."""

    own: int
    feedback: tuple[Feedback, ...]
    met: frozenset[int]
    exclude: frozenset[int]
    country: str
    skill: str
    marks: frozenset[str]
    regions: Mapping[str, str]
    k: int
    waiting: Mapping[int, int]
    dials: EngineDials

    def __call__(self, engine: Engine) -> tuple[list[Suggestion], Profile, Choices, Demand]:
        """The answer; runs where the database cannot be reached."""
        me, countries = engine.index.profiles[self.own], engine.index.present_countries
        regions = tuple(
            (country, code)
            for code, country in self.regions.items()
            if country != me.country and engine.index.count("marks", code)
        )
        choices = Choices(tuple(countries), tuple(sorted(me.seeks)), regions)
        # More than k are asked for only where some of the first are not joined to us.
        joined: list[Suggestion] = []
        for many in (self.k, self.k * WIDENING_FACTOR):
            found = engine.suggest(
                self.own,
                many,
                feedback=self.feedback,
                exclude=self.exclude,
                country=self.country,
                offering=self.skill,
                marks=self.marks,
                open_introductions=self.waiting,
                popularity_penalty=self.dials.popularity_penalty,
                needs_first=self.dials.needs_first,
            )
            joined = [one for one in found if speaks_of_both(one)][: self.k]
            if len(joined) == self.k or len(found) < many:
                break
        return joined, me, choices, _demand(engine, me, self.met)


def suggestions_for(
    actor: Actor,
    country: str = "",
    skill: str = "",
    marks: Collection[str] = (),
    k: int = LIST_LENGTH,
) -> SuggestionList | None:
    """The partners proposed to the actor's organisation; None without an organisation.

    `country`, `skill` (one that is offered) and `marks` (a region, a kind of cooperation, a size) narrow the list.
    One not in the cluster yet sees its suggestions too.
    """
    own = actor.organisation_id
    if own is None or not can(actor, "suggestion.see"):
        return None
    waiting = waiting_answers()
    met = out_of_reach(own)
    exclude = met | unavailable(waiting)
    # The first few of the list have no filters beside them.
    regions = countries_of_regions() if k == LIST_LENGTH else {}
    question = _Question(
        own, _feedback(own), met, exclude, country, skill, frozenset(marks), regions, k, waiting, dials()
    )
    found, me, choices, demand = query_engine(question, guest=own)
    held = me.sectors | me.offers | me.goals
    reach = ReaderReach(acts_for_admitted(actor), count_open(own), held, me.seeks)
    return SuggestionList(furnished(actor, found), reach, choices, demand)


def sort_by_fit(actor: Actor, ids: Ints) -> list[int]:
    """Organisations by how well they fit the actor's, the best first; of very many only the best are named."""
    own = actor.organisation_id
    if own is None or not can(actor, "suggestion.see"):
        return []
    if len(ids) <= MAX_SORTED:
        return query_engine(lambda engine: engine.sort_by_score(own, ids.tolist()), guest=own)
    best = query_engine(lambda engine: np.array(engine.rank(own, MAX_RANKED), dtype=np.int64), guest=own)
    ranked: list[int] = best[np.isin(best, ids)].tolist()
    return ranked


def top_suggestions(actor: Actor, k: int = 3) -> SuggestionList | None:
    """The first few of the list; None without an organisation."""
    return suggestions_for(actor, k=k)


def explanation(actor: Actor, other: Organisation) -> SuggestionList | None:
    """Why the actor's organisation and another fit, whether or not it would be suggested; None where that says nothing."""
    return explanations(actor, [other])


def explanations(actor: Actor, others: Iterable[Organisation]) -> SuggestionList | None:
    """Why the actor's organisation and each of some others fit, in their order; None where nothing is to be said of any.

    The number of queries does not grow with the others.
    """
    own = actor.organisation_id
    wanted = [other.id for other in others if other.id != own and other.state == OrganisationState.ADMITTED]
    if own is None or not wanted:
        return None
    feedback = _feedback(own)

    def question(engine: Engine) -> tuple[list[Suggestion], Profile | None]:
        explained = []
        for other in wanted:
            with suppress(BadRecord):
                explained.append(engine.explain(own, other, feedback=feedback))
        return explained, engine.index.profiles.get(own)

    found, me = query_engine(question, guest=own)
    if not found or me is None:
        return None
    reach = ReaderReach(
        acts_for_admitted(actor), count_open(own), me.sectors | me.offers | me.goals, me.seeks
    )
    return SuggestionList(furnished(actor, found), reach, Choices((), ()))


def who_wants_what_you_do(actor: Actor) -> Demand:
    """Who abroad seeks what the actor's organisation offers, without those whom it has worked with, met or asked."""
    own = actor.organisation_id
    if own is None:
        return Demand()
    met = out_of_reach(own)
    return query_engine(lambda engine: _demand(engine, engine.index.profiles[own], met), guest=own)


def _demand(engine: Engine, me: Profile, met: Collection[int]) -> Demand:
    """Who abroad seeks what somebody offers, each counted once, without past partners and those who were met."""
    index, known = engine.index, engine.index.rows_by_id
    aside = np.zeros(index.size, dtype=np.bool_)
    aside[[known[one] for one in met if one in known]] = True
    aside[index.history.partners_of(known[me.id])] = True
    seeking = {
        code: fresh
        for code, places in index.seekers_abroad(me).items()
        if len(fresh := places[~aside[places]])
    }
    if not seeking:
        return Demand()
    return Demand(len(distinct_sorted(np.concatenate(list(seeking.values())), index.size)), tuple(seeking))


def set_aside(actor: Actor) -> Sequence[SetAside]:
    """Whom the actor's organisation has set aside, the latest first."""
    rows = db.session.scalars(
        select(SuggestionFeedback)
        .where(SuggestionFeedback.organisation_id == (actor.organisation_id or 0), _stands())
        .order_by(SuggestionFeedback.id.desc())
    ).all()
    known = organisations_by_id(actor, [row.other_id for row in rows]) if rows else {}
    return [SetAside(known[row.other_id], row) for row in rows if row.other_id in known]


def _stands() -> ColumnElement[bool]:
    """The condition on SuggestionFeedback that it still counts."""
    return or_(SuggestionFeedback.until.is_(None), SuggestionFeedback.until > now())


def _feedback(own: int) -> tuple[Feedback, ...]:
    """What an organisation said of suggestions, as the engine reads it."""
    query = select(SuggestionFeedback.other_id, SuggestionFeedback.reason)
    rows = db.session.execute(query.where(SuggestionFeedback.organisation_id == own, _stands()))
    return tuple(Feedback(own, other, reason.value) for other, reason in rows)


def feedback_on(organisation_id: int, other_id: int) -> SuggestionFeedback | None:
    """What an organisation said of another, whether or not it still counts."""
    query = select(SuggestionFeedback).where(
        SuggestionFeedback.organisation_id == organisation_id, SuggestionFeedback.other_id == other_id
    )
    return db.session.scalars(query).one_or_none()
