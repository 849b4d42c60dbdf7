"""Somebody in rooms over a bare socket, for the test of the whole protocol: what she follows, shows and has sent."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.features.rooms.folding import Talk, fold
from tests.live.client import PATIENCE, Client, Closed

SOON = 0.002


@dataclass
class Sent:
    """A command that was sent, and its answer as far as it was ever read."""

    event: str
    payload: dict[str, Any]
    answer: dict[str, Any] | None = None

    def keep(self, answer: dict[str, Any]) -> None:
        """Note the answer; what was confirmed once is confirmed alike for ever, what was refused may go through later."""
        if answer.get("code") != "too_many":
            assert not self.is_confirmed or answer == self.answer, "the same command is answered alike"
            self.answer = answer

    @property
    def is_confirmed(self) -> bool:
        """Whether it was ever answered that it is done."""
        return self.answer is not None and self.answer["ok"]


@dataclass
class Screen:
    """What a person has of a stream: everything up to `last`, in order, and what came too early."""

    room: int
    last: int = 0
    head: int = 0
    talk: Talk = field(default_factory=dict)
    early: dict[int, dict[str, Any]] = field(default_factory=dict)

    def take(self, events: Sequence[dict[str, Any]]) -> None:
        """Show events in their turn; what was shown before is not shown again."""
        self.early.update({event["seq"]: event for event in events if event["seq"] > self.last})
        while event := self.early.pop(self.last + 1, None):
            self.last += 1
            self.talk = fold(self.talk, [event])


class Reader:
    """A person with a page open on all her rooms. `open_socket` opens a socket of hers, entered."""

    def __init__(self, open_socket: Callable[[], Client], rooms: dict[str, int]) -> None:
        self.open_socket = open_socket
        self.screens = {stream: Screen(room) for stream, room in rooms.items()}
        self.client: Client | None = None
        self.followed: set[str] = set()
        self.sent: list[Sent] = []

    # --- Coming and going -----------------------------------------------------------------------------------

    def come(self, streams: Sequence[str]) -> None:
        """Come in, or come back, and catch up stream after stream in this order."""
        self.go()
        self.client = self.open_socket()
        for stream in streams:
            self.follow(stream)

    def go(self) -> None:
        """Hang up without a word."""
        if self.client:
            self.client.hang_up()
        self.client = None
        self.followed.clear()

    def is_at(self, port: int) -> bool:
        """Whether she is connected to the process at this port."""
        return self.client is not None and self.client.socket.getpeername()[1] == port

    def follow(self, stream: str) -> None:
        """Follow a stream from what one has on, until one is level with it."""
        screen, more = self.screens[stream], True
        self.followed.add(stream)
        while more:
            answer = self.ask("subscribe", stream=stream, after=screen.last)
            assert answer["ok"], answer
            screen.take(answer["events"])
            screen.head, more = answer["head"], answer["more"]
        assert screen.last >= screen.head, "a catch-up ends at the head that it told"

    def leave(self, stream: str) -> None:
        """Follow a stream no longer."""
        self.ask("unsubscribe", stream=stream)
        self.followed.discard(stream)

    # --- Sending --------------------------------------------------------------------------------------------

    def send(self, event: str, *payloads: dict[str, Any]) -> list[dict[str, Any]]:
        """Send new commands in one breath and read their answers."""
        assert self.client
        commands = [Sent(event, {"v": 2, "cid": secrets.token_hex(8), **payload}) for payload in payloads]
        self.sent += commands
        answers = self.client.ask_at_once(event, [sent.payload for sent in commands])
        for sent, answer in zip(commands, answers, strict=True):
            sent.keep(answer)
        self.show()
        return answers

    def resend(self, sent: Sent) -> dict[str, Any]:
        """Send a command again; a second answer must be the first."""
        answer = self.ask(sent.event, **sent.payload)
        sent.keep(answer)
        return answer

    def send_and_vanish(self, event: str, payload: dict[str, Any]) -> None:
        """Send a new command and hang up before any answer can be read."""
        assert self.client
        sent = Sent(event, {"v": 2, "cid": secrets.token_hex(8), **payload})
        self.sent.append(sent)
        self.client.post(event, sent.payload)
        self.go()

    def posted_in(self, room: int) -> list[int]:
        """The numbers of her messages in a room, as far as she was told them."""
        said = [sent for sent in self.sent if sent.event == "room_post" and sent.payload["room"] == room]
        return [sent.answer["seq"] for sent in said if sent.answer and sent.is_confirmed]

    def ask(self, event: str, **payload: Any) -> dict[str, Any]:
        """Ask for something; what arrives meanwhile is shown."""
        assert self.client
        answer: dict[str, Any] = self.client.ask(event, **payload)
        self.show()
        return answer

    # --- Reading --------------------------------------------------------------------------------------------

    def show(self) -> None:
        """Show what has arrived; nothing may come of a stream that is not followed."""
        assert self.client
        arrived, self.client.events = self.client.events, []
        for name, told in arrived:
            stream = told.get("stream")
            if name == "closed":
                self.followed.discard(stream)
            elif name == "events":
                assert stream in self.followed, "nothing comes of a stream that one does not follow"
                self.screens[stream].take(told["events"])

    def listen(self) -> None:
        """Show what is there already; notice when the connection is gone."""
        try:
            while self.client:
                self.client.step(SOON)
        except TimeoutError:
            self.show()
        except (Closed, OSError):
            self.show()
            self.go()

    def wait_for(self, holds: Callable[[], bool]) -> None:
        """Listen until something holds."""
        deadline = time.monotonic() + 6 * PATIENCE
        while not holds():
            assert time.monotonic() < deadline, "waited in vain"
            self.listen()
