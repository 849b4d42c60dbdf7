"""The Socket.IO door: who comes in, what they follow, what they send and what they are answered."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial
from typing import Any

import gevent
from flask import Flask, g
from flask_babel import gettext as _
from socketio.exceptions import ConnectionRefusedError as Refused

from app.core.actors import Actor
from app.core.errors import AppError, BadRequest, Forbidden, Invalid, NotFound, SignInNeeded, TooMany
from app.core.extensions import session_token
from app.core.fair_scheduler import FairScheduler
from app.core.http.error_handlers import InternalError
from app.core.http.request_actor import check_actor, load_actor
from app.core.i18n import languages
from app.core.live.answers import Reply, read, standing
from app.core.live.buckets import MANY, Buckets, Budget
from app.core.live.commands import SocketCommand, commands_of
from app.core.live.connections import Connection, Connections, introduce, organisations_of
from app.core.live.devices import Devices
from app.core.live.hub import Hub, channel
from app.core.live.messages import Message, Signal, Subscribe
from app.core.live.presence import Presence
from app.core.live.relay import Relay
from app.core.live.together import Together, Waiting
from app.core.live.websocket import REFUSED, WebSocket
from app.core.live.wire import NAMESPACE, OLDEST, VERSION, Asked, dumps, portions
from app.core.streams.catch_up import catch_up
from app.core.streams.kinds import passes, stream_for
from app.core.transactions import end_read_transaction

log = logging.getLogger(__name__)
MOST_STREAMS = 100
MOST_SOCKETS = 60
"""Of one person: each page that she has open holds one."""
PERSON_FRAMES, PERSON_FRAMES_PER_SECOND = 1_000, 100.0
PERSON_BYTES, PERSON_BYTES_PER_SECOND = 8 * 1024 * 1024, 512 * 1024.0
"""What may come over all sockets of one person: far above what the rates of all events together allow."""
LARGEST_SIGNAL = 1024
OURS = ("presence", "read")
"""The kinds of signals that only the server gives."""
RATES = {"connect": 60, "subscribe": 100, "unsubscribe": 100, "signal": 40, "unknown": 20}


class Door:
    """Everything a connection can ask for, on one process."""

    def __init__(
        self,
        app: Flask,
        server: Any,
        connections: Connections,
        hub: Hub,
        presence: Presence,
        devices: Devices,
        relay: Relay,
        scheduler: FairScheduler,
    ) -> None:
        self._app = app
        self._server = server
        self._connections = connections
        self._hub = hub
        self._presence = presence
        self._devices = devices
        self._relay = relay
        self._scheduler = scheduler
        self._buckets = Buckets()
        self._budgets: dict[int, Budget] = {}
        self._together = Together(app)

    # --- Coming and going -----------------------------------------------------------------------------------

    def connect(self, sid: str, environ: Mapping[str, Any], told: Mapping[str, Any] | None) -> None:
        """Let somebody in by the sign-in in her cookie; raises Refused for anybody else, and whatever else happens."""
        token = session_token(self._app, environ)
        with self._scheduler.task(("sign-in", token)), self._app.app_context():
            try:
                connection = self._recognised(sid, environ, token, told or {})
            except AppError as error:
                raise Refused(str(error.message), {"code": error.code}) from error
            except Exception as error:
                log.exception("a mistake at the coming of a socket")
                raise Refused(str(InternalError.default), {"code": InternalError.code}) from error
        connection.websocket.greet(partial(self.take, connection), self._budget_of(connection.person_id))
        self._connections.add(connection)
        self._devices.join(sid, connection.person_id)

    def _recognised(
        self, sid: str, environ: Mapping[str, Any], token: str | None, told: Mapping[str, Any]
    ) -> Connection:
        """The connection of whoever comes in; raises SignInNeeded for a visitor."""
        actor = load_actor(token)
        g.lang = _language(told.get("lang"), actor)
        if token is None or actor.person is None:
            raise SignInNeeded
        if self._connections.count_of(actor.person.id) >= MOST_SOCKETS:
            raise TooMany(_("You have too many pages open at once. Close some of them and try again."))
        self._buckets.spend((actor.person.id, "connect"), RATES["connect"])
        websocket: WebSocket = environ["wsgi.websocket"]
        known = introduce(actor), organisations_of(actor), actor.key
        return Connection(sid, token, websocket, g.lang, _version(told.get("v")), *known)

    def _budget_of(self, person_id: int) -> Budget:
        """What may come from a person, over all her sockets and those that follow them."""
        if len(self._budgets) > MANY:
            self._budgets = {each: kept for each, kept in self._budgets.items() if not kept.is_full}
        if person_id not in self._budgets:
            self._budgets[person_id] = Budget(
                PERSON_FRAMES, PERSON_BYTES, PERSON_FRAMES_PER_SECOND, PERSON_BYTES_PER_SECOND
            )
        return self._budgets[person_id]

    def disconnect(self, sid: str) -> None:
        """Forget a connection and everything it followed."""
        connection = self._connections.remove(sid)
        if connection is None:
            return
        connection.websocket.estrange()
        self._presence.leave(connection, connection.streams)
        for stream_id in list(connection.streams):
            self._leave(connection, stream_id)

    def dismiss(self, connection: Connection, reason: str) -> None:
        """Close a connection whose person is no longer signed in, and say why."""
        followed: list[str | None] = list(connection.streams)
        for stream_id in followed or [None]:
            self._tell(connection, "closed", {"stream": stream_id, "reason": reason})
        self._server.disconnect(connection.sid, namespace=NAMESPACE)
        connection.websocket.close(REFUSED)

    def take_off(self, connection: Connection, stream_id: str, reason: str) -> None:
        """Send a connection nothing more of a stream that it may no longer read, and say why."""
        self._leave(connection, stream_id)
        self._presence.leave(connection, [stream_id])
        self._tell(connection, "closed", {"stream": stream_id, "reason": reason})

    # --- Being asked ----------------------------------------------------------------------------------------

    def take(self, connection: Connection, asked: Asked) -> None:
        """Do what an event asks for, and answer it where an answer is wanted; whatever happens.

        What is done in a writing transaction is answered after its commit: this returns before.
        """
        reply = Reply(self._app, connection, self._name_of(asked.event), asked.number)
        try:
            self._do(connection, asked.event, asked.content, reply)
        except Exception as error:
            reply(error)
            # Whoever is refused without having waited for anything lets others go first.
            gevent.sleep(0)

    def _name_of(self, event: str) -> str:
        """The event's name, or "unknown" for whatever else a client may send: it may be anything at all."""
        return event if event in RATES or event in commands_of(self._app) else "unknown"

    def _do(self, connection: Connection, event: str, content: list[Any], reply: Reply) -> None:
        if self._connections.get(connection.sid) is not connection:
            raise SignInNeeded
        if len(content) != 1 or not isinstance(content[0], dict):
            raise BadRequest
        command = commands_of(self._app).get(event)
        rate = command.rate if command else RATES.get(event, RATES["unknown"])
        self._buckets.spend((connection.person_id, self._name_of(event)), rate)
        payload = {"v": connection.version, **content[0]}
        if command is not None:
            self._carry_out(connection, command, payload, reply)
            return
        with self._scheduler.task(("sign-in", connection.token)), standing(self._app, connection):
            answer = self._serve(connection, event, payload)
        reply(answer)

    def _carry_out(
        self, connection: Connection, command: SocketCommand, payload: dict[str, Any], reply: Reply
    ) -> None:
        """Run a feature's command in a transaction with the actor as she stands in it; answered after the commit."""
        form = read(command.form, payload)

        def act() -> dict[str, Any]:
            actor = load_actor(connection.token)
            if actor.person is None:
                raise SignInNeeded
            check_actor(actor, form.acting_as)
            return command.handle(actor, form)

        self._together.carry_out(Waiting(act, connection.language, reply))

    def _serve(self, connection: Connection, event: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Do what is no feature's."""
        if event == "subscribe":
            return self._subscribe(connection, read(Subscribe, payload))
        if event == "unsubscribe":
            return self._unsubscribe(connection, read(Message, payload))
        if event == "signal":
            return self._signal(connection, read(Signal, payload))
        raise BadRequest

    # --- Streams --------------------------------------------------------------------------------------------

    def _subscribe(self, connection: Connection, asked: Subscribe) -> dict[str, Any]:
        """Follow a stream: join first, then read what was missed, so that nothing falls in between."""
        if len(connection.streams) >= MOST_STREAMS and asked.stream not in connection.streams:
            raise TooMany(_("You follow too many rooms at once. Close a page and try again."))
        actor = load_actor(connection.token)
        if actor.person is None:
            raise SignInNeeded
        stream = stream_for(actor, asked.stream)
        head, epoch = stream.head, stream.epoch
        end_read_transaction()
        self._join(connection, asked.stream, head, epoch)
        try:
            answer = catch_up(actor, asked.stream, asked.after)
        except BaseException:
            self._leave(connection, asked.stream)
            raise
        if asked.stream not in connection.streams:
            raise NotFound
        return _bounded(answer)

    def _unsubscribe(self, connection: Connection, asked: Message) -> dict[str, Any]:
        self._leave(connection, asked.stream)
        self._presence.leave(connection, [asked.stream])
        return {}

    def _join(self, connection: Connection, stream_id: str, head: int, epoch: str) -> None:
        """Follow a stream, unless the connection went away while it was being looked at."""
        if self._connections.get(connection.sid) is not connection:
            raise SignInNeeded
        connection.streams.add(stream_id)
        self._hub.follow(stream_id, connection.sid, head, epoch)

    def _leave(self, connection: Connection, stream_id: str) -> None:
        connection.streams.discard(stream_id)
        self._hub.unfollow(stream_id, connection.sid)

    # --- Signals --------------------------------------------------------------------------------------------

    def _signal(self, connection: Connection, signal: Signal) -> dict[str, Any]:
        """Pass something on to the others that may be lost, with the name of who it comes from."""
        told = signal.model_dump(exclude={"v"})
        if signal.stream not in connection.streams:
            raise NotFound
        if signal.kind in OURS or len(dumps(told)) > LARGEST_SIGNAL:
            raise Invalid
        if signal.kind == "here":
            self._presence.renew(connection, signal.stream)
            return {}
        passed = passes(signal.stream, signal.kind)
        end_read_transaction()
        if not passed:
            raise Forbidden
        told["person"] = connection.person
        self.pass_on(told, but=connection.sid)
        self._relay.tell("signal", {"told": told})
        return {}

    def pass_on(self, told: dict[str, Any], but: str | None = None) -> None:
        """Send a signal to those who follow its stream here, `but` to the connection it came from."""
        others = channel(told["stream"])
        self._server.emit("signal", told, to=others, skip_sid=but, namespace=NAMESPACE)

    def _tell(self, connection: Connection, event: str, told: dict[str, Any]) -> None:
        self._server.emit(event, told, to=connection.sid, namespace=NAMESPACE)


def _language(wanted: object, actor: Actor) -> str:
    """The language to answer in: that of the page, if it is one of ours, else the person's, else the source."""
    known = languages()
    person = actor.person
    return next(
        (str(code) for code in (wanted, person.locale if person else None) if code in known), known[0]
    )


def _version(told: object) -> int:
    """The version that a page speaks unless a message says otherwise; one that is too old learns so by its answers."""
    return told if isinstance(told, int) else OLDEST


def _bounded(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer with as many of its events as make a message of a bounded size."""
    events = answer["events"]
    first = events[: len(next(portions(dumps(event) for event in events), []))]
    return {**answer, "v": VERSION, "events": first, "more": answer["more"] or len(first) < len(events)}
