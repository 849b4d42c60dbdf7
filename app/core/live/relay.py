"""What several processes tell each other by Redis: the heads of streams, and what may be lost.

Nothing waits for Redis. What is told goes out by a greenlet of its own; while Redis does not answer it is dropped.
Events are always read from the database, whose heads the hub asks for anyway: so a Redis that is dead, slow or not
there delays and loses nothing (docs/decisions/0004-redis-carries-heads.md).
"""

from __future__ import annotations

import hashlib
import json
import logging
import random
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import gevent
from gevent.event import Event
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from app.core.hints import Hint
from app.core.live.protocol import dumps
from config import Settings

log = logging.getLogger(__name__)
PATIENCE = 1.0
"""How long Redis may take to answer."""
MOST_WAITING = 1000
"""How many signals may wait to be told; the oldest give way."""
AT_ONCE = 200
LISTEN = 5.0
SHORTEST_PAUSE, LONGEST_PAUSE = 0.2, 5.0

Receiver = Callable[[dict[str, Any]], object]


class Relay:
    """Tells the other processes, and hears them.

    `receivers` are called by the kind of what came ("head", "signal", …) with its content; `met` is called whenever
    this process begins to hear the others. Without Redis nothing is told and nothing comes.
    """

    def __init__(self, settings: Settings) -> None:
        self._url = settings.redis_url
        self.receivers: dict[str, Receiver] = {}
        self.met: Callable[[], None] = lambda: None
        # Redis' channels are common to all its databases: installations that share one keep apart by their secret.
        self._channel = f"trama:{hashlib.sha256(settings.secret_key.encode()).hexdigest()[:16]}"
        self._me = f"{random.getrandbits(64):x}"
        self._heads: dict[str, int] = {}
        self._waiting: deque[str] = deque(maxlen=MOST_WAITING)
        self._wake = Event()
        self._silent: set[str] = set()

    # --- What is told ---------------------------------------------------------------------------------------

    def hear(self, hint: Hint) -> None:
        """Take a hint of this process: a stream's new head is told to the others, the newest one only."""
        if self._url and hint.kind == "head":
            self._heads[hint.about] = max(hint.number, self._heads.get(hint.about, 0))
            self._wake.set()

    def tell(self, kind: str, content: dict[str, Any]) -> None:
        """Tell the others something that may be lost."""
        if self._url:
            self._waiting.append(dumps({"kind": kind, "from": self._me, **content}))
            self._wake.set()

    def run(self) -> list[gevent.Greenlet[..., Any]]:
        """Start to tell and to listen, where there is a Redis."""
        if not self._url:
            return []
        return [
            gevent.spawn(self._persist, "telling", self._speak),
            gevent.spawn(self._persist, "listening", self._listen),
        ]

    def _connect(self) -> Redis:
        return Redis.from_url(
            self._url,
            socket_connect_timeout=PATIENCE,
            socket_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 0),
        )

    def _persist(self, what: str, act: Callable[[Redis], None]) -> None:
        """Do something with Redis for ever; after a failure again, with longer and longer pauses of uneven length."""
        pause = SHORTEST_PAUSE
        while True:
            begun = time.monotonic()
            try:
                with self._connect() as redis:
                    act(redis)
            except (RedisError, OSError) as error:
                self._fails(what, error)
            except Exception:
                log.exception("telling the other processes failed by a mistake of ours")
            lasted = time.monotonic() - begun
            pause = SHORTEST_PAUSE if lasted > LONGEST_PAUSE else min(2 * pause, LONGEST_PAUSE)
            gevent.sleep(pause * random.uniform(0.5, 1.5))

    def _speak(self, redis: Redis) -> None:
        """Publish what is to be told, as it comes."""
        redis.ping()
        self._works("telling")
        while True:
            self._wake.wait(LISTEN)
            self._wake.clear()
            heads, self._heads = self._heads, {}
            words = [
                dumps({"kind": "head", "from": self._me, "stream": stream_id, "head": head})
                for stream_id, head in heads.items()
            ]
            words += [self._waiting.popleft() for _ in range(len(self._waiting))]
            for start in range(0, len(words), AT_ONCE):
                with redis.pipeline(transaction=False) as pipeline:
                    for word in words[start : start + AT_ONCE]:
                        pipeline.publish(self._channel, word)
                    pipeline.execute()
            if not words:
                redis.ping()

    # --- What is heard --------------------------------------------------------------------------------------

    def _listen(self, redis: Redis) -> None:
        """Take what the others tell; one that says nothing for too long is asked whether it still lives."""
        with redis.pubsub() as channel:  # type: ignore[no-untyped-call]
            channel.subscribe(self._channel)
            heard = asked = time.monotonic()
            while True:
                message = channel.get_message(timeout=PATIENCE)
                moment = time.monotonic()
                if message is not None:
                    heard = moment
                    self._handle_event(message)
                elif moment - heard > 2 * LISTEN:
                    raise TimeoutError("it does not answer")
                elif moment - max(heard, asked) > LISTEN:
                    asked = moment
                    channel.ping()

    def _handle_event(self, message: dict[str, Any]) -> None:
        if message["type"] == "subscribe":
            self._works("listening")
            self.met()
        elif message["type"] == "message":
            self._understand(message["data"])

    def _understand(self, data: bytes) -> None:
        """Hand what came to its receiver; our own words come back to us, and nonsense is nobody's business."""
        try:
            content = json.loads(data)
            kind, sender = content.pop("kind"), content.pop("from")
            receiver = self.receivers.get(kind)
            if receiver is not None and sender != self._me:
                receiver(content)
        except (ValueError, TypeError, KeyError, AttributeError):
            log.warning("another process told something that is not understood")

    # --- What is said in the log ----------------------------------------------------------------------------

    def _fails(self, what: str, error: Exception) -> None:
        """Say once that Redis is away; what nobody could be told is stale by the time that it is back."""
        if not self._silent:
            kind = type(error).__name__
            log.warning("Redis does not answer: other processes are heard a little later (%s)", kind)
        self._silent.add(what)
        self._heads.clear()
        self._waiting.clear()

    def _works(self, what: str) -> None:
        """Say that Redis is back, where it was away."""
        if self._silent == {what}:
            log.info("Redis answers again")
        self._silent.discard(what)
