"""What processes publish to each other by Redis: the heads of streams, and what may be lost.

Nothing waits for Redis. A greenlet of its own publishes; while Redis does not answer, what is to be published is dropped.
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
REDIS_TIMEOUT_SECONDS = 1.0
"""How long Redis may take to answer."""
MAX_PENDING_SIGNALS = 1000
"""How many signals may wait to be published; the oldest give way."""
PUBLISH_BATCH_SIZE = 200
IDLE_SECONDS = 5.0
MIN_RETRY_DELAY_SECONDS, MAX_RETRY_DELAY_SECONDS = 0.2, 5.0

Receiver = Callable[[dict[str, Any]], object]


class Relay:
    """Publishes to the other processes and receives from them.

    `receivers` are called by the kind of what came ("head", "signal", …) with its content; `on_subscribed` is called
    each time this process has subscribed. Without Redis nothing is published and nothing comes.
    """

    def __init__(self, settings: Settings) -> None:
        self._url = settings.redis_url
        self.receivers: dict[str, Receiver] = {}
        self.on_subscribed: Callable[[], None] = lambda: None
        # Redis' channels are common to all its databases: installations that share one keep apart by their secret.
        self._channel = f"trama:{hashlib.sha256(settings.secret_key.encode()).hexdigest()[:16]}"
        self._process_id = f"{random.getrandbits(64):x}"
        self._heads: dict[str, int] = {}
        self._pending: deque[str] = deque(maxlen=MAX_PENDING_SIGNALS)
        self._wake = Event()
        self._failing: set[str] = set()

    # --- Publishing -----------------------------------------------------------------------------------------

    def take_hint(self, hint: Hint) -> None:
        """Publish a stream's new head, of which a hint of this process says; of several the newest."""
        if self._url and hint.kind == "head":
            self._heads[hint.about] = max(hint.number, self._heads.get(hint.about, 0))
            self._wake.set()

    def publish(self, kind: str, content: dict[str, Any]) -> None:
        """Publish something that may be lost."""
        if self._url:
            self._pending.append(dumps({"kind": kind, "from": self._process_id, **content}))
            self._wake.set()

    def run(self) -> list[gevent.Greenlet[..., Any]]:
        """Start to publish and to receive, where there is a Redis."""
        if not self._url:
            return []
        return [
            gevent.spawn(self._persist, "publishing", self._publish_pending),
            gevent.spawn(self._persist, "receiving", self._receive),
        ]

    def _connect(self) -> Redis:
        return Redis.from_url(
            self._url,
            socket_connect_timeout=REDIS_TIMEOUT_SECONDS,
            socket_timeout=REDIS_TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )

    def _persist(self, what: str, act: Callable[[Redis], None]) -> None:
        """Do something with Redis for ever; after a failure again, with longer and longer pauses of uneven length."""
        pause = MIN_RETRY_DELAY_SECONDS
        while True:
            begun = time.monotonic()
            try:
                with self._connect() as redis:
                    act(redis)
            except (RedisError, OSError) as error:
                self._note_failure(what, error)
            except Exception:
                log.exception("publishing to the other processes failed by a mistake of ours")
            lasted = time.monotonic() - begun
            pause = (
                MIN_RETRY_DELAY_SECONDS
                if lasted > MAX_RETRY_DELAY_SECONDS
                else min(2 * pause, MAX_RETRY_DELAY_SECONDS)
            )
            gevent.sleep(pause * random.uniform(0.5, 1.5))

    def _publish_pending(self, redis: Redis) -> None:
        """Publish what is pending, as it comes."""
        redis.ping()
        self._note_success("publishing")
        while True:
            self._wake.wait(IDLE_SECONDS)
            self._wake.clear()
            heads, self._heads = self._heads, {}
            messages = [
                dumps({"kind": "head", "from": self._process_id, "stream": stream_id, "head": head})
                for stream_id, head in heads.items()
            ]
            messages += [self._pending.popleft() for _ in range(len(self._pending))]
            for start in range(0, len(messages), PUBLISH_BATCH_SIZE):
                with redis.pipeline(transaction=False) as pipeline:
                    for message in messages[start : start + PUBLISH_BATCH_SIZE]:
                        pipeline.publish(self._channel, message)
                    pipeline.execute()
            if not messages:
                redis.ping()

    # --- Receiving ------------------------------------------------------------------------------------------

    def _receive(self, redis: Redis) -> None:
        """Take what the others publish; a Redis that sends nothing for too long is pinged."""
        with redis.pubsub() as channel:  # type: ignore[no-untyped-call]
            channel.subscribe(self._channel)
            heard = asked = time.monotonic()
            while True:
                message = channel.get_message(timeout=REDIS_TIMEOUT_SECONDS)
                moment = time.monotonic()
                if message is not None:
                    heard = moment
                    self._handle_message(message)
                elif moment - heard > 2 * IDLE_SECONDS:
                    raise TimeoutError("it does not answer")
                elif moment - max(heard, asked) > IDLE_SECONDS:
                    asked = moment
                    channel.ping()

    def _handle_message(self, message: dict[str, Any]) -> None:
        if message["type"] == "subscribe":
            self._note_success("receiving")
            self.on_subscribed()
        elif message["type"] == "message":
            self._dispatch(message["data"])

    def _dispatch(self, data: bytes) -> None:
        """Pass what came to its receiver; skip what this process published itself and what is malformed."""
        try:
            content = json.loads(data)
            kind, sender = content.pop("kind"), content.pop("from")
            receiver = self.receivers.get(kind)
            if receiver is not None and sender != self._process_id:
                receiver(content)
        except (ValueError, TypeError, KeyError, AttributeError):
            log.warning("another process published something that is not understood")

    # --- The log --------------------------------------------------------------------------------------------

    def _note_failure(self, what: str, error: Exception) -> None:
        """Log once that Redis is away; what could not be published is stale by the time that it is back."""
        if not self._failing:
            kind = type(error).__name__
            log.warning("Redis does not answer: other processes are heard a little later (%s)", kind)
        self._failing.add(what)
        self._heads.clear()
        self._pending.clear()

    def _note_success(self, what: str) -> None:
        """Log that Redis is back, where it was away."""
        if self._failing == {what}:
            log.info("Redis answers again")
        self._failing.discard(what)
