"""The invented design sessions: one that was held, with what came out of it, and one that takes cards already."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from app.core.clock import now
from app.core.database import db
from app.features.demo.services.timeline import Timeline
from app.features.demo.services.world import Record, World, read
from app.features.design.models.sessions import DesignSession
from app.features.design.projections.public_state import public_state
from app.features.design.queries.board import main_columns
from app.features.design.queries.sessions import running_phase
from app.features.design.services import (
    board,
    commitments,
    consent,
    drafts,
    lifecycle,
    participants,
    phase_navigation,
)

FACILITATOR = "facilitator"
MINUTES = {"write": 4, "group": 22, "vote": 32, "decide": 65, "commit": 76, "close": 90}
"""How long after its beginning each thing was done."""
DAY = 24 * 60


def design(world: World, timeline: Timeline) -> None:
    """Put the design sessions into the timeline."""
    for record in read("design_sessions"):
        begun = Held(world, record)
        if "held_days_ago" in record:
            ago = record["held_days_ago"] * DAY
            timeline.at(begun.prepare, minutes=ago + DAY)
            timeline.at(begun.start, minutes=ago)
            for name, minutes in MINUTES.items():
                timeline.at(getattr(begun, name), minutes=ago - minutes)
        else:
            timeline.at(begun.prepare, days=record["opens_days_ago"])
            timeline.at(begun.open_up, days=record["opens_days_ago"])
            timeline.at(begun.write, days=record["opens_days_ago"] - 1)


class Held:
    """One design session while it is being told."""

    def __init__(self, world: World, record: Record) -> None:
        self._world = world
        self._record = record
        self._id = 0
        self._count = 0
        self._texts: dict[int, str] = {}

    def _do(self, service: Callable[..., dict[str, Any]], by: str, /, **values: Any) -> dict[str, Any]:
        """Do something as somebody, under an id that is the same in every demonstration."""
        self._count += 1
        cid = f"demo-{self._record['key']}-{self._count}"
        return service(self._world.actor(by), self._id, cid=cid, **values)

    def _state(self) -> dict[str, Any]:
        return public_state(db.session.get_one(DesignSession, self._id))

    def prepare(self) -> None:
        """Made from its method, everybody invited."""
        record, actor = self._record, self._world.actor(FACILITATOR)
        words = {name: record[name] for name in ("title", "lang", "question")}
        slug = self._world.initiatives[record["initiative"]]
        self._id = drafts.create_from_template(actor, record["method"], **words, initiative=slug).id
        for key in record["people"]:
            participants.invite(actor, self._id, self._world.people[key].id)

    def _enter(self) -> None:
        for key in self._record["people"]:
            participants.join(self._world.actor(key), self._id)

    def open_up(self) -> None:
        """Planned for a day to come, and open for cards until then."""
        actor = self._world.actor(FACILITATOR)
        days = self._record["opens_days_ago"] + self._record["begins_in_days"]
        moment = (now() + timedelta(days=days)).replace(hour=14, minute=0, second=0, microsecond=0)
        drafts.schedule(actor, self._id, moment)
        drafts.open_for_cards(actor, self._id)
        self._enter()

    def start(self) -> None:
        """Begun, and on to the silent writing."""
        lifecycle.start(self._world.actor(FACILITATOR), self._id)
        self._enter()
        self._go()

    def _go(self) -> None:
        phase = running_phase(db.session.get_one(DesignSession, self._id))
        source, run = (phase.id, phase.run) if phase is not None else (None, 0)
        phase_navigation.go(self._world.actor(FACILITATOR), self._id, "next", source, run)

    def write(self) -> None:
        """The cards."""
        columns = main_columns(db.session.get_one(DesignSession, self._id))
        for place, card in enumerate(self._record["cards"]):
            self._texts[place] = card["text"]
            column = columns[card["column"]].id
            self._do(board.add_card, card["by"], column=column, text=card["text"], lang=card["lang"])

    def group(self) -> None:
        """Read, then put together."""
        self._go()
        self._go()
        keys = {card["text"]: key for key, card in self._state()["cards"].items()}
        for group in self._record["groups"]:
            chosen = [keys[self._texts[place]] for place in group["cards"]]
            self._do(board.group_cards, FACILITATOR, cards=chosen, name=group["name"])

    def vote(self) -> None:
        """The vote, two phases on."""
        self._go()
        self._go()
        named = {cluster["name"]: f"c{key}" for key, cluster in self._state()["clusters"].items()}
        for given in self._record["votes"]:
            self._do(board.vote, given["by"], target=named[given["target"]], points=given["points"])

    def decide(self) -> None:
        """The small groups pass; then the consent round with its objection."""
        self._go()
        self._go()
        for proposal in self._record["proposals"]:
            desk = partial(self._do, consent.change_proposal, FACILITATOR)
            number = desk(act="new", text=proposal["text"], lang=self._record["lang"])["proposal"]
            for stage in ("react", "object"):
                desk(act="stage", proposal=number, stage=stage)
            objection = proposal["objection"]
            self._do(
                consent.object_to,
                objection["by"],
                proposal=number,
                text=objection["text"],
                lang=objection["lang"],
            )
            desk(act="stage", proposal=number, stage="integrate")
            desk(act="wording", proposal=number, text=proposal["wording"], lang=self._record["lang"])
            raised = next(iter(self._state()["proposals"][str(number)]["objections"]))
            self._do(consent.answer_objection, objection["by"], objection=int(raised), act="accept")
            for stage in ("object", "agreed"):
                desk(act="stage", proposal=number, stage=stage)

    def commit(self) -> None:
        """What each promises."""
        self._go()
        for promise in self._record["commitments"]:
            actor = self._world.actor(promise["by"])
            assert actor.organisation is not None and actor.person is not None
            wanted = {
                "organisation": actor.organisation.id,
                "owner": actor.person.id,
                "what": promise["what"],
                "if_then": promise.get("if_then"),
                "by_when": (now() + timedelta(days=promise["in_days"])).date().isoformat(),
                "lang": promise["lang"],
            }
            self._do(commitments.commit, promise["by"], wanted=wanted)

    def close(self) -> None:
        """The end."""
        self._go()
        lifecycle.close(self._world.actor(FACILITATOR), self._id)
