"""Handles Socket.IO connections: authentication, subscriptions to streams, commands, signals and their acknowledgements."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Flask, g
from flask_babel import gettext as _
from pydantic import BaseModel, ConfigDict, Field
from socketio.exceptions import ConnectionRefusedError as Refused

from app.core.actors import Actor
from app.core.errors import AppError, BadRequest, Forbidden, Invalid, NotFound, SignInNeeded, TooMany
from app.core.extensions import session_token
from app.core.fair_scheduler import FairScheduler
from app.core.http.error_handlers import InternalError
from app.core.http.request_actor import load_actor
from app.core.i18n import languages
from app.core.live.commands import SocketCommand, commands_of, parse_payload, rate_buckets, run_command
from app.core.live.connections import Connection, Connections, organisations_of, public_person
from app.core.live.group_commit import GroupCommit, PendingCommand
from app.core.live.hub import Hub, channel
from app.core.live.presence import Presence
from app.core.live.protocol import (
    NAMESPACE,
    OLDEST_VERSION,
    PROTOCOL_VERSION,
    ClientEvent,
    chunk_events,
    dumps,
)
from app.core.live.rate_limits import MAX_BUCKETS, FrameBudget
from app.core.live.relay import Relay
from app.core.live.responses import Reply, connection_context
from app.core.live.user_channel import UserChannel
from app.core.live.websocket import REFUSED, WebSocket
from app.core.numbers import Count
from app.core.streams.catch_up import catch_up
from app.core.streams.kinds import passes, stream_for
from app.core.transactions import end_read_transaction

log = logging.getLogger(__name__)
MAX_STREAMS_PER_SOCKET = 100
MAX_SOCKETS_PER_PERSON = 60
"""Of one person: each page that she has open holds one."""
PERSON_FRAMES, PERSON_FRAMES_PER_SECOND = 1_000, 100.0
PERSON_BYTES, PERSON_BYTES_PER_SECOND = 8 * 1024 * 1024, 512 * 1024.0
"""What may come over all sockets of one person: far above what the rates of all events together allow."""
MAX_SIGNAL_CHARACTERS = 1024
SERVER_SIGNALS = ("presence", "read", "notices")
"""The kinds of signals that only the server gives."""
EVENT_RATES = {"connect": 60, "subscribe": 100, "unsubscribe": 100, "signal": 40, "unknown": 20}


class Message(BaseModel):
    """The base of what clients send beside commands; `v` is the protocol's version."""

    model_config = ConfigDict(strict=True, extra="forbid")

    v: int = Field(default=OLDEST_VERSION, ge=OLDEST_VERSION, le=PROTOCOL_VERSION)
    stream: str = Field(min_length=1, max_length=32)


class SubscribeRequest(Message):
    """Follow a stream from what one has on."""

    after: Count = 0


class SignalRequest(Message):
    """Something that may be lost: somebody types, somebody is there. What else it holds goes to the others as it is."""

    model_config = ConfigDict(extra="allow")

    kind: str = Field(pattern=r"^[a-z_]{1,20}$")


class ConnectionHandler:
    """What the connections of one process ask for."""

    def __init__(
        self,
        app: Flask,
        server: Any,
        connections: Connections,
        hub: Hub,
        presence: Presence,
        user_channel: UserChannel,
        relay: Relay,
        scheduler: FairScheduler,
    ) -> None:
        self._app = app
        self._server = server
        self._connections = connections
        self._hub = hub
        self._presence = presence
        self._user_channel = user_channel
        self._relay = relay
        self._scheduler = scheduler
        self._buckets = rate_buckets(app)
        self._budgets: dict[int, FrameBudget] = {}
        self._group_commit = GroupCommit(app)

    # --- Connections ------------------------------------------------------------------------------------------

    def connect(self, sid: str, environ: Mapping[str, Any], auth: Mapping[str, Any] | None) -> None:
        """Accept a connection by the sign-in in its cookie. Raises Refused without one, and on any error."""
        token = session_token(self._app, environ)
        with self._scheduler.task(("sign-in", token)), self._app.app_context():
            try:
                connection = self._identify(sid, environ, token, auth or {})
            except AppError as error:
                raise Refused(str(error.message), {"code": error.code}) from error
            except Exception as error:
                log.exception("an error while a socket connected")
                raise Refused(str(InternalError.default), {"code": InternalError.code}) from error
        connection.websocket.authenticate(
            partial(self.handle_event, connection), self._budget_of(connection.person_id)
        )
        self._connections.add(connection)
        self._user_channel.join(sid, connection.person_id)

    def _identify(
        self, sid: str, environ: Mapping[str, Any], token: str | None, auth: Mapping[str, Any]
    ) -> Connection:
        """The connection of a signed-in person. Raises SignInNeeded for a visitor, TooMany above the limits."""
        actor = load_actor(token)
        g.lang = _language(auth.get("lang"), actor)
        if token is None or actor.person is None:
            raise SignInNeeded
        if self._connections.count_of(actor.person.id) >= MAX_SOCKETS_PER_PERSON:
            raise TooMany(_("You have too many pages open at once. Close some of them and try again."))
        self._buckets.take_token((actor.person.id, "connect"), EVENT_RATES["connect"])
        websocket: WebSocket = environ["wsgi.websocket"]
        known = public_person(actor), organisations_of(actor), actor.key
        # The version that a page speaks unless a message says otherwise; one that is too old learns so by its answers.
        wanted_version = auth.get("v")
        version = wanted_version if isinstance(wanted_version, int) else OLDEST_VERSION
        return Connection(sid, token, websocket, g.lang, version, *known)

    def _budget_of(self, person_id: int) -> FrameBudget:
        """The frame budget of a person, shared by all her sockets, also by those that she opens later."""
        if len(self._budgets) > MAX_BUCKETS:
            self._budgets = {each: kept for each, kept in self._budgets.items() if not kept.is_full}
        if person_id not in self._budgets:
            self._budgets[person_id] = FrameBudget(
                PERSON_FRAMES, PERSON_BYTES, PERSON_FRAMES_PER_SECOND, PERSON_BYTES_PER_SECOND
            )
        return self._budgets[person_id]

    def disconnect(self, sid: str) -> None:
        """Remove a connection and its subscriptions."""
        connection = self._connections.remove(sid)
        if connection is None:
            return
        connection.websocket.deauthenticate()
        self._presence.leave(connection, connection.streams)
        for stream_id in list(connection.streams):
            self._leave(connection, stream_id)

    def close_connection(self, connection: Connection, reason: str) -> None:
        """Close the connection of a person who is no longer signed in, with the reason."""
        followed: list[str | None] = list(connection.streams)
        for stream_id in followed or [None]:
            self._emit(connection, "closed", {"stream": stream_id, "reason": reason})
        self._server.disconnect(connection.sid, namespace=NAMESPACE)
        connection.websocket.close(REFUSED)

    def remove_from_stream(self, connection: Connection, stream_id: str, reason: str) -> None:
        """Unsubscribe a connection from a stream that it may no longer read, with the reason."""
        self._leave(connection, stream_id)
        self._presence.leave(connection, [stream_id])
        self._emit(connection, "closed", {"stream": stream_id, "reason": reason})

    # --- Events -----------------------------------------------------------------------------------------------

    def handle_event(self, connection: Connection, asked: ClientEvent) -> None:
        """Dispatch an event and acknowledge it if the client asked for that; never raises.

        Commands are acknowledged after their commit, which may be after this returns.
        """
        reply = Reply(self._app, connection, self._metric_name(asked.event), asked.number)
        with self._scheduler.task(("sign-in", connection.token), is_short=True):
            try:
                self._dispatch(connection, asked.event, asked.content, reply)
            except Exception as error:
                reply(error)

    def _metric_name(self, event: str) -> str:
        """The event's name as a label of metrics; "unknown" for names that are not ours: a client chooses them freely."""
        return event if event in EVENT_RATES or event in commands_of(self._app) else "unknown"

    def _dispatch(self, connection: Connection, event: str, content: list[Any], reply: Reply) -> None:
        if self._connections.get(connection.sid) is not connection:
            raise SignInNeeded
        if len(content) != 1 or not isinstance(content[0], dict):
            raise BadRequest
        command = commands_of(self._app).get(event)
        rate = command.rate if command else EVENT_RATES.get(event, EVENT_RATES["unknown"])
        self._buckets.take_token((connection.person_id, self._metric_name(event)), rate)
        payload = {"v": connection.version, **content[0]}
        if command is not None:
            self._run_command(connection, command, payload, reply)
            return
        with connection_context(self._app, connection):
            answer = self._run_stream_request(connection, event, payload)
        reply(answer)

    def _run_command(
        self, connection: Connection, command: SocketCommand, payload: dict[str, Any], reply: Reply
    ) -> None:
        """Run a feature's command in a transaction in which the actor is loaded again; acknowledged after the commit."""
        form = parse_payload(command.form, payload)

        def act() -> dict[str, Any]:
            return run_command(command, form, connection.token)

        self._group_commit.submit(PendingCommand(act, connection.language, reply))

    def _run_stream_request(
        self, connection: Connection, event: str, payload: dict[str, Any]
    ) -> dict[str, Any]:
        """Run what is not a feature's command: subscribe, unsubscribe, signal."""
        if event == "subscribe":
            return self._subscribe(connection, parse_payload(SubscribeRequest, payload))
        if event == "unsubscribe":
            asked = parse_payload(Message, payload)
            self._leave(connection, asked.stream)
            self._presence.leave(connection, [asked.stream])
            return {}
        if event == "signal":
            return self._signal(connection, parse_payload(SignalRequest, payload))
        raise BadRequest

    # --- Streams --------------------------------------------------------------------------------------------

    def _subscribe(self, connection: Connection, asked: SubscribeRequest) -> dict[str, Any]:
        """Follow a stream: join first, then read what was missed, so that nothing falls in between."""
        if len(connection.streams) >= MAX_STREAMS_PER_SOCKET and asked.stream not in connection.streams:
            raise TooMany(_("You follow too many rooms at once. Close a page and try again."))
        actor = load_actor(connection.token)
        if actor.person is None:
            raise SignInNeeded
        stream = stream_for(actor, asked.stream)
        head, epoch = stream.head, stream.epoch
        end_read_transaction()
        if self._connections.get(connection.sid) is not connection:
            raise SignInNeeded
        connection.streams.add(asked.stream)
        self._hub.follow(asked.stream, connection.sid, head, epoch)
        try:
            answer = catch_up(actor, asked.stream, asked.after)
        except BaseException:
            self._leave(connection, asked.stream)
            raise
        if asked.stream not in connection.streams:
            raise NotFound
        # As many of its events as make a message of a bounded size.
        events = answer["events"]
        first = events[: len(next(chunk_events(dumps(event) for event in events), []))]
        return {
            **answer,
            "v": PROTOCOL_VERSION,
            "events": first,
            "more": answer["more"] or len(first) < len(events),
        }

    def _leave(self, connection: Connection, stream_id: str) -> None:
        connection.streams.discard(stream_id)
        self._hub.unfollow(stream_id, connection.sid)

    # --- Signals --------------------------------------------------------------------------------------------

    def _signal(self, connection: Connection, signal: SignalRequest) -> dict[str, Any]:
        """Broadcast a signal, which may be lost, to the other subscribers of its stream with the sender's name."""
        content = signal.model_dump(exclude={"v"})
        if signal.stream not in connection.streams:
            raise NotFound
        if signal.kind in SERVER_SIGNALS or len(dumps(content)) > MAX_SIGNAL_CHARACTERS:
            raise Invalid
        if signal.kind == "here":
            self._presence.renew(connection, signal.stream)
            return {}
        passed = passes(signal.stream, signal.kind)
        end_read_transaction()
        if not passed:
            raise Forbidden
        content["person"] = connection.person
        self.broadcast_signal(content, but=connection.sid)
        self._relay.publish("signal", {"told": content})
        return {}

    def broadcast_signal(self, content: dict[str, Any], but: str | None = None) -> None:
        """Send a signal to those who follow its stream here, `but` to the connection it came from."""
        others = channel(content["stream"])
        self._server.emit("signal", content, to=others, skip_sid=but, namespace=NAMESPACE)

    def _emit(self, connection: Connection, event: str, content: dict[str, Any]) -> None:
        self._server.emit(event, content, to=connection.sid, namespace=NAMESPACE)


def _language(wanted: object, actor: Actor) -> str:
    """The language to answer in: that of the page, if it is one of ours, else the person's, else the source."""
    known = languages()
    person = actor.person
    return next(
        (str(code) for code in (wanted, person.locale if person else None) if code in known), known[0]
    )
