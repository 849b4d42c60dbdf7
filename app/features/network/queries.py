"""Reading the network: the whole, a part of it, and who would weave an organisation in."""

from __future__ import annotations

from collections.abc import Iterable

from app.core.actors import Actor
from app.features.network.keeper import Filters, Picture, picture
from app.features.organisations.models import Organisation
from app.features.suggestions.engine import consult
from app.features.suggestions.queries import Listed, recommended_for
from app.features.suggestions.queries.introductions import out_of_reach
from app.features.suggestions.queries.listed import Choices, Reach
from app.features.suggestions.queries.proposals import furnished, unavailable
from app.matching.engine import Engine
from app.matching.records import Profile, Suggestion
from app.matching.weaving import bring_in

__all__ = ["Filters", "Picture", "introductions_for", "picture"]

LOOKED_AT = 40
"""So many suggestions are looked at to find the three that bring somebody in."""
TOGETHER = 3


def introductions_for(actor: Actor, organisation: Organisation) -> tuple[Listed, frozenset[int]]:
    """The three introductions that would bring an organisation in, and who is recommended to it already.

    While the first network of a large cluster is being made, they are the first three suggestions.
    """
    drawn = picture()
    found = drawn.network if drawn else None
    countries = {one: member.country for one, member in drawn.reading.members.items()} if drawn else {}
    exclude = out_of_reach(organisation.id) | unavailable()

    def question(engine: Engine) -> tuple[list[Suggestion], Profile]:
        suggested = engine.suggest(organisation.id, LOOKED_AT, exclude=exclude, abroad_only=False)
        by_id = {one.organisation: one for one in suggested}
        chosen: Iterable[int] = ()
        if found is None:
            chosen = list(by_id)[:TOGETHER]
        elif organisation.id in found.nodes:
            chosen = bring_in(found, organisation.id, list(by_id), countries, TOGETHER)
        return [by_id[one] for one in chosen], engine.index.profiles[organisation.id]

    chosen, profile = consult(question)
    reach = Reach(False, 0, profile.sectors | profile.offers | profile.goals, profile.seeks)
    return Listed(furnished(actor, chosen), reach, Choices((), ())), recommended_for(organisation.id)
