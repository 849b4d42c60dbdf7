"""A person with a page open: she writes at her own pace and reads what the others write, whatever breaks in between.

She keeps to the protocol of the pages' own client (`static/src/js/live/`): an outbox with ids that stay the same, one
message under way for each stream, pauses that grow and vary, a buffer for what comes early, and gaps fetched by
ordinary requests.
"""

from __future__ import annotations

import heapq
import itertools
import json
import random
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.core.live.protocol import PROTOCOL_VERSION
from bench.chaos.follower import Follower
from bench.chaos.outbox import Outbox
from tests.live.client import Client, Closed, Handshake

ANSWER_TIMEOUT_SECONDS = 10.0
SILENCE = 50.0
FIRST_RETURN, LAST_RETURN = 0.4, 8.0
READ_AGAIN, FOLLOW_AGAIN = 2.0, 3.0
MAX_WAITING_MESSAGES = 2
"""How many of her words in a room she watches waiting before she stops adding to them."""
TURN = 0.5
"""How long she listens at most before she looks at the clock."""

Answer = dict[str, Any] | None


@dataclass(frozen=True)
class ServerUrls:
    """Where an installation answers, and the origin that its pages have."""

    address: str
    origin: str


@dataclass(frozen=True)
class Account:
    """Somebody's sign-in, and the rooms that she is in: the number of each by its stream."""

    name: str
    cookie: str
    rooms: Mapping[str, int]


class SimulatedUser(threading.Thread):
    """One person; `is_writing` may be cleared for all of them, so that what was said can be compared."""

    def __init__(
        self, account: Account, place: ServerUrls, every: float, is_writing: threading.Event, seed: int
    ) -> None:
        super().__init__(name=account.name, daemon=True)
        self.account = account
        self.followers = {stream: Follower() for stream in account.rooms}
        self.chance = random.Random(seed)
        self.outboxes = {stream: Outbox(self.chance) for stream in account.rooms}
        self.followed: set[str] = set()
        self._place = place
        self._every = every
        self._is_writing = is_writing
        self._ended = threading.Event()
        self._client: Client | None = None
        self._asked: dict[int, Callable[[Answer], None]] = {}
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._count = itertools.count()
        self._things = itertools.count(1)
        self._returns = 0

    # --- What others look at --------------------------------------------------------------------------------

    def is_level(self, heads: Mapping[str, int]) -> bool:
        """Whether she follows every room and shows all that was there by these heads or by her own coming back."""
        return len(self.followed) == len(self.followers) and all(
            follower.last >= max(heads[stream], follower.told) for stream, follower in self.followers.items()
        )

    def has_said_all(self) -> bool:
        """Whether everything that she wrote is confirmed."""
        return not any(outbox.waiting for outbox in self.outboxes.values())

    def end(self) -> None:
        """Go away for good."""
        self._ended.set()

    # --- Coming, going, the clock -----------------------------------------------------------------------------

    def run(self) -> None:
        """Come in, and come back whenever the connection is cut."""
        self._later(self.chance.uniform(0, self._every), self._write)
        while not self._ended.is_set():
            try:
                self._talk()
            except (Closed, Handshake, OSError, AssertionError):
                self._lose()
            pause = min(LAST_RETURN, FIRST_RETURN * 2**self._returns) * self.chance.uniform(0.5, 1.5)
            self._returns += 1
            back = time.monotonic() + pause
            while not self._ended.is_set() and time.monotonic() < back:
                self._do_what_is_due()
                time.sleep(max(0.0, min(back, self._next_due()) - time.monotonic()))
        if self._client:
            self._client.hang_up()

    def _talk(self) -> None:
        """One connection, from its beginning until it is cut."""
        client = self._client = Client(self._place.address, self.account.cookie, self._place.origin)
        client.join(lang="en", v=PROTOCOL_VERSION)
        self._returns = 0
        for stream in self.chance.sample(sorted(self.followers), len(self.followers)):
            self._follow(stream, client)
        heard = time.monotonic()
        while not self._ended.is_set():
            self._do_what_is_due()
            try:
                client.step(max(0.001, min(TURN, self._next_due() - time.monotonic())))
            except TimeoutError:
                if time.monotonic() - heard > SILENCE:
                    raise
                continue
            heard = time.monotonic()
            self._take_in(client)

    def _lose(self) -> None:
        """The connection is gone: whoever waits for an answer learns that none will come."""
        if self._client:
            self._client.hang_up()
        self._client = None
        self.followed.clear()
        waiting = list(self._asked.values())
        self._asked.clear()
        for then in waiting:
            then(None)

    def _later(self, seconds: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._due, (time.monotonic() + seconds, next(self._count), act))

    def _next_due(self) -> float:
        return self._due[0][0]

    def _do_what_is_due(self) -> None:
        while self._due and self._due[0][0] <= time.monotonic():
            heapq.heappop(self._due)[2]()

    # --- Asking -----------------------------------------------------------------------------------------------

    def _ask(self, event: str, payload: dict[str, Any], then: Callable[[Answer], None]) -> None:
        """Ask for something; `then` gets the answer, or None when there was none in time."""
        assert self._client is not None
        try:
            number = self._client.post(event, {"v": PROTOCOL_VERSION, **payload})
        except OSError:
            # What reads from this connection notices, too; only the answer is settled here.
            self._later(0, lambda: then(None))
            return
        self._asked[number] = then
        self._later(ANSWER_TIMEOUT_SECONDS, lambda: self._give_up(then))

    def _give_up(self, then: Callable[[Answer], None]) -> None:
        """Settle an answer that did not come in time, if it is still waited for; numbers begin anew with each connection."""
        for number, waiting in list(self._asked.items()):
            if waiting is then:
                del self._asked[number]
                then(None)

    def _take_in(self, client: Client) -> None:
        for number, answer in list(client.acks.items()):
            del client.acks[number]
            self._asked.pop(number, _nothing)(answer)
        events, client.events = client.events, []
        for name, told in events:
            follower = self.followers.get(told.get("stream"))
            if follower and name == "events":
                self._take(told["stream"], told["epoch"], told["events"])
            elif follower and name == "head":
                self._hear(told["stream"], told["head"])

    # --- Reading ----------------------------------------------------------------------------------------------

    def _follow(self, stream: str, client: Client) -> None:
        def then(answer: Answer) -> None:
            if self._client is not client:
                return
            if answer is None or not answer["ok"]:
                again = FOLLOW_AGAIN * self.chance.uniform(0.5, 1.5)
                self._later(again, lambda: self._client is client and self._follow(stream, client))
                return
            self._take(stream, answer["epoch"], answer["events"])
            self.followers[stream].told = answer["head"]
            self.followed.add(stream)
            self._hear(stream, answer["head"])
            self._flush(stream)

        self._ask("subscribe", {"stream": stream, "after": self.followers[stream].last}, then)

    def _take(self, stream: str, epoch: str, events: list[dict[str, Any]]) -> None:
        follower = self.followers[stream]
        follower.take(epoch, events)
        if follower.has_gap:
            self._fill(stream)

    def _hear(self, stream: str, head: int) -> None:
        if head > self.followers[stream].last:
            self._fill(stream)

    def _fill(self, stream: str) -> None:
        """Fetch what is missing by ordinary requests, or try again later."""
        follower = self.followers[stream]
        try:
            behind = True
            while behind:
                before = follower.last
                answer = self._read(stream, before)
                follower.take(answer["epoch"], answer["events"])
                behind = before < follower.last < answer["head"]
        except (OSError, ValueError):
            self._later(READ_AGAIN * self.chance.uniform(0.5, 1.5), lambda: self._fill(stream))

    def _read(self, stream: str, after: int) -> dict[str, Any]:
        request = urllib.request.Request(
            f"{self._place.address}/api/v1/streams/{stream}/events?after={after}",
            headers={"Cookie": f"trama={self.account.cookie}", "Accept": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=ANSWER_TIMEOUT_SECONDS) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    # --- Writing ----------------------------------------------------------------------------------------------

    def _write(self) -> None:
        """Say something in one of the rooms, and again after a while."""
        self._later(self._every, self._write)
        stream = self.chance.choice(sorted(self.outboxes))
        outbox = self.outboxes[stream]
        if self._is_writing.is_set() and len(outbox.waiting) < MAX_WAITING_MESSAGES:
            outbox.add(f"{self.account.name} says thing number {next(self._things)} 🌱")
            self._flush(stream)

    def _flush(self, stream: str) -> None:
        """Send what waits for a room, one after the other."""
        outbox = self.outboxes[stream]
        if outbox.under_way or not outbox.waiting or stream not in self.followed:
            return
        outbox.under_way = True
        cid, body = outbox.waiting[0]

        def then(answer: Answer) -> None:
            pause = outbox.answered(answer)
            if pause:
                self._later(pause, lambda: self._flush(stream))
            else:
                self._flush(stream)

        room = self.account.rooms[stream]
        self._ask("room_post", {"cid": cid, "room": room, "body": body, "lang": "en"}, then)


def _nothing(answer: Answer) -> None:
    """What happens to an answer that nobody waits for any longer."""
