"""Design sessions over real sockets: what goes over the wire, to the last frame."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from app.features.accounts.models import Person
from app.features.design.merge_patch import apply_patch
from app.features.design.models.sessions import DesignSession
from tests.live.client import Client
from tests.support.door import Door
from tests.support.factories import Cast, Make

Enter = Callable[..., Client]
CANARY = "zinfandel 7731"
WRITING = {"kind": "silent_writing", "title": "Write", "minutes": 5}
IDEAS = {"kind": "how_might_we", "title": "Ideas", "minutes": 5}


class Reader:
    """Somebody in a design session, with every frame that ever reached her and the state that she folds."""

    def __init__(self, enter: Enter, person: Person, design: DesignSession) -> None:
        self.design = design
        self.client = enter(person)
        self.frames: list[bytes] = []
        read = self.client.read_frame

        def kept(*args: Any) -> tuple[int, bytes]:
            opcode, payload = read(*args)
            self.frames.append(payload)
            return opcode, payload

        self.client.read_frame = kept  # type: ignore[method-assign]
        self.seq, self.state = 0, dict[str, Any]()
        self.take(self.client.ask("subscribe", stream=design.stream_id, after=0)["events"])

    def send(self, command: str, **content: Any) -> Any:
        """Send a command and wait for its answer."""
        return self.client.ask(
            f"design_{command}", v=2, cid=secrets.token_hex(8), design=self.design.id, **content
        )

    def take(self, events: list[dict[str, Any]]) -> None:
        """Fold events that come in order."""
        for event in events:
            assert event["seq"] == self.seq + 1
            self.seq, self.state = event["seq"], apply_patch(self.state, event["patch"])

    def follow(self, until: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        """Take events in until the state is such."""
        while not until(self.state):
            self.take(self.client.next("events")["events"])
        return self.state

    def saw(self, words: str) -> bool:
        """Whether some words ever reached her."""
        return any(words.encode() in frame for frame in self.frames)


def test_hidden_words_and_their_author_are_in_no_frame_that_others_get(
    enter: Enter, make: Make, cast: Cast, door: Callable[..., Door]
) -> None:
    initiative = make.initiative(cast.organisation)
    make.partner(initiative, cast.other_organisation)
    design = make.design_session(cast.facilitator, initiative, phases=(WRITING, IDEAS))
    author, reader, desk = (
        Reader(enter, person, design) for person in (cast.member, cast.other, cast.facilitator)
    )
    for each in (author, reader):
        assert each.send("join")["ok"]
    column = next(iter(reader.state["columns"]))
    answer = author.send("card_add", column=column, text=CANARY, lang="it")
    (own,) = answer["mine"]["cards"]
    assert author.send("card_edit", card=own, text=f"{CANARY} again", lang="it")["ok"]
    typing = author.client.ask("signal", stream=design.stream_id, kind="typing", on=True)
    assert typing["code"] == "forbidden"
    assert author.client.ask("signal", stream=design.stream_id, kind="here")["ok"]
    for each in (reader, desk):
        each.follow(lambda state: state["columns"][column].get("written"))
        assert each.client.silent_for(0.3)
        assert not each.saw(CANARY) and not each.saw(own)
    assert desk.send("reveal")["ok"]
    state = reader.follow(lambda state: state["cards"])
    ((key, card),) = state["cards"].items()
    assert card["text"] == f"{CANARY} again" and "author" not in card and "country" not in card
    assert not reader.saw(own) and key != own
    snapshot = door(cast.other).get(f"/api/v1/design-sessions/{design.id}/state").json
    assert (snapshot["seq"], snapshot["state"]) == (reader.seq, reader.state)
    phase = desk.state["now"]["phase"]
    first = {"to": "next", "from": phase, "run": desk.state["phases"][phase]["run"]}
    assert desk.send("go", **first)["ok"]
    assert desk.send("go", **first)["code"] == "conflict"
    assert author.client.ask("signal", stream=design.stream_id, kind="typing", on=True)["ok"]
    reader.client.next("signal")
    assert desk.send("person", person=cast.other.id, act="remove")["ok"]
    assert reader.client.next("closed")["reason"] == "removed"
    assert reader.send("ready", ready=True)["code"] == "not_found"
