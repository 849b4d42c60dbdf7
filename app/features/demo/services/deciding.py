"""The invented decisions of an initiative: of each way to decide one that was counted, and one that goes on."""

from __future__ import annotations

from functools import partial
from typing import Any

from app.features.decisions import services
from app.features.decisions.models import Method
from app.features.demo.services.timeline import Timeline
from app.features.demo.services.world import Record, World, read
from app.features.initiatives.queries import get_initiative

INITIATIVE = "seeds-across-borders"
OPENED_DAYS_AGO, DAYS = 22, 7
GOES_ON_SINCE, GOES_ON_DAYS = 1, 14
FIRST_ANSWERS = 2
"""So many have answered what goes on."""


def decide(world: World, timeline: Timeline) -> None:
    """Put the decisions into the timeline."""
    for place, record in enumerate(read("decisions")):
        begun = Begun(world, record)
        counted_ago = OPENED_DAYS_AGO - 2 * place
        timeline.at(partial(begun.open, DAYS), days=counted_ago)
        for person in record["answers"]:
            timeline.at(partial(begun.answer, person), days=counted_ago - 1)
        timeline.at(begun.count, days=counted_ago - DAYS)
        goes_on = Begun(world, record)
        timeline.at(partial(goes_on.open, GOES_ON_DAYS), days=GOES_ON_SINCE)
        for person in list(record["answers"])[:FIRST_ANSWERS]:
            timeline.at(partial(goes_on.answer, person), minutes=90)


class Begun:
    """A decision of the demonstration: its proposal and the answers that are made for it."""

    def __init__(self, world: World, record: Record) -> None:
        self.world, self.record = world, record
        self.key, self.id = "", 0

    def open(self, days: int) -> None:
        """Somebody opens it."""
        actor = self.world.actor(self.record["person"])
        initiative = get_initiative(actor, self.world.initiatives[INITIATIVE])
        opened = services.open_proposal(
            actor,
            services.NewProposal(
                initiative_id=initiative.id,
                method=Method(self.record["method"]),
                title=self.record["title"],
                text=self.record["text"],
                lang=self.record["lang"],
                options="\n".join(self.record.get("options", ())),
                seats=self.record.get("seats", 1),
                by_countries=self.record.get("by_countries", False),
                days=days,
            ),
        )
        self.key, self.id = opened.key, opened.id

    def answer(self, person: str) -> None:
        """Somebody answers for her organisation."""
        given: Any = self.record["answers"][person]
        if isinstance(given, list):
            given = {f"o{number}": each for number, each in enumerate(given, 1) if each is not None}
        reason = self.record.get("reasons", {}).get(person, "")
        services.vote(self.world.actor(person), self.key, given, reason, self.record["lang"])

    def count(self) -> None:
        """Its time is over."""
        services.close_if_due(self.id)
