"""Reading the network: the whole, a part of it, what is called how, and who would weave an organisation in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import select

from app.core.actors import Actor
from app.core.database import db
from app.features.initiatives.models import Initiative, InitiativeText
from app.features.introductions.queries import out_of_reach, recommended_for, waiting_answers
from app.features.network.network_cache import NetworkFilters, NetworkView, current_network
from app.features.organisations.models import IS_ADMITTED, Collaboration, Organisation
from app.features.suggestions.engine_cache import query_engine
from app.features.suggestions.queries.list_query import Choices, ReaderReach, SuggestionList
from app.features.suggestions.queries.proposals import furnished, unavailable
from app.matching.engine import Engine
from app.matching.network.analysis import bridging_introductions
from app.matching.records import Profile, Suggestion

MAX_ISOLATED_NAMED = 12
CHUNK_SIZE = 10_000
"""So many are asked for by number at a time."""


@dataclass(frozen=True)
class NetworkMember:
    """An organisation of the cluster, as the picture and the table show it."""

    slug: str
    name: str
    country: str


@dataclass(frozen=True)
class JointWorkTitle:
    """What some did together: an initiative has the address `slug` and titles by language, past work one title."""

    titles: Mapping[str, str]
    lang: str
    slug: str
    year: int | None


def members_among(numbers: Iterable[int]) -> dict[int, NetworkMember]:
    """Those of these organisations that are in the cluster now."""
    columns = (Organisation.id, Organisation.slug, Organisation.name, Organisation.country)
    rows = _asked(select(*columns).where(IS_ADMITTED), Organisation.id, numbers)
    return {row.id: NetworkMember(row.slug, row.name, row.country) for row in rows}


def works_among(numbers: Iterable[int]) -> dict[int, JointWorkTitle]:
    """What these pieces of joint work are called; the numbers of initiatives are negative."""
    wanted = set(numbers)
    past = _asked(
        select(Collaboration.id, Collaboration.title, Collaboration.started),
        Collaboration.id,
        (number for number in wanted if number > 0),
    )
    found = {
        row.id: JointWorkTitle({"": row.title}, "", "", row.started.year if row.started else None)
        for row in past
    }
    initiatives = {-number for number in wanted if number < 0}
    titles = defaultdict[int, dict[str, str]](dict)
    texts = select(InitiativeText.initiative_id, InitiativeText.lang, InitiativeText.title)
    for row in _asked(texts, InitiativeText.initiative_id, initiatives):
        titles[row.initiative_id][row.lang] = row.title
    columns = (Initiative.id, Initiative.slug, Initiative.lang, Initiative.starts, Initiative.opened_at)
    for row in _asked(select(*columns), Initiative.id, initiatives):
        began = row.starts or row.opened_at
        found[-row.id] = JointWorkTitle(titles[row.id], row.lang, row.slug, began.year if began else None)
    return found


def _asked(query: Any, column: Any, numbers: Iterable[int]) -> Sequence[Any]:
    """The rows with these numbers, some thousands at a time."""
    ordered = sorted(numbers)
    portions = [ordered[at : at + CHUNK_SIZE] for at in range(0, max(len(ordered), 1), CHUNK_SIZE)]
    return [row for some in portions for row in db.session.execute(query.where(column.in_(some)))]


@dataclass(frozen=True)
class Lonely:
    """Those who have worked with nobody in the whole cluster: how many, and some of them by name."""

    count: int
    some: Sequence[NetworkMember]


def lonely(found: NetworkView, filters: NetworkFilters) -> Lonely | None:
    """Those in a picture who stand alone in the whole network too, not only among those to whom the picture is narrowed.

    None while the whole network is still being made.
    """
    whole = current_network() if filters.narrowed else found
    if whole is None:
        return None
    alone = np.intersect1d(found.network.ids, whole.network.isolated)
    return Lonely(len(alone), list(members_among(alone[:MAX_ISOLATED_NAMED].tolist()).values()))


SUGGESTIONS_EXAMINED = 40
"""So many suggestions are looked at to find the three that bring somebody in."""
MAX_INTRODUCTIONS = 3


def introductions_for(actor: Actor, organisation: Organisation) -> tuple[SuggestionList, frozenset[int]]:
    """The three introductions that would bring an organisation in, and who is recommended to it already.

    While the first network of a large cluster is being made, they are the first three suggestions.
    """
    drawn = current_network()
    exclude = out_of_reach(organisation.id) | unavailable(waiting_answers())

    def question(engine: Engine) -> tuple[list[Suggestion], Profile]:
        suggested = engine.suggest(organisation.id, SUGGESTIONS_EXAMINED, exclude=exclude, abroad_only=False)
        by_id, profiles = {one.organisation: one for one in suggested}, engine.index.profiles
        chosen: Iterable[int] = ()
        if drawn is None:
            chosen = list(by_id)[:MAX_INTRODUCTIONS]
        elif drawn.network.position(organisation.id) is not None:
            countries = {one: profiles[one].country for one in (organisation.id, *by_id)}
            chosen = bridging_introductions(
                drawn.network, organisation.id, list(by_id), countries, MAX_INTRODUCTIONS
            )
        return [by_id[one] for one in chosen], profiles[organisation.id]

    chosen, profile = query_engine(question)
    reach = ReaderReach(False, 0, profile.sectors | profile.offers | profile.goals, profile.seeks)
    return SuggestionList(furnished(actor, chosen), reach, Choices((), ())), recommended_for(organisation.id)
