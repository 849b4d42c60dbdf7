"""The live part of one application: made for each, so that two in one process share nothing."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from flask import Flask
from socketio import Namespace

from app.core.fair_scheduler import FairScheduler
from app.core.live import protocol
from app.core.live.connection_handler import ConnectionHandler
from app.core.live.connections import Connections
from app.core.live.engine_io import LiveSocketIO, SocketServer
from app.core.live.hub import Hub
from app.core.live.manager import FanOutManager
from app.core.live.presence import Presence
from app.core.live.relay import Relay
from app.core.live.revocation import RevocationWatcher
from app.core.live.user_channel import UserChannel

library_log = logging.getLogger(__name__)
# The libraries write what people say into their own logs from INFO on.
library_log.setLevel(logging.ERROR)


@dataclass(frozen=True)
class LiveApplication:
    """An application with its socket server and what stands behind it."""

    app: Flask
    server: SocketServer
    hub: Hub
    presence: Presence
    user_channel: UserChannel
    relay: Relay
    revocations: RevocationWatcher
    scheduler: FairScheduler


def build_live(app: Flask) -> LiveApplication:
    """Give the application its socket server; called once, by the process that serves it."""
    settings = app.extensions["trama.settings"]
    server = LiveSocketIO(  # type: ignore[no-untyped-call]
        app,
        async_mode="gevent",
        client_manager=FanOutManager(),
        transports=["websocket"],
        allow_upgrades=False,
        namespaces=[protocol.NAMESPACE],
        cors_allowed_origins=sorted(settings.origins),
        async_handlers=False,
        max_http_buffer_size=protocol.MAX_MESSAGE_BYTES,
        json=protocol,
        logger=library_log,
        engineio_logger=library_log,
    ).server
    relay = Relay(settings)
    connections, hub, presence = (
        Connections(),
        Hub(app, server, coalesce=settings.coalesce),
        Presence(server, relay),
    )
    app.extensions["trama.presence"] = presence
    user_channel = UserChannel(server, relay)
    scheduler = FairScheduler()
    handler = ConnectionHandler(app, server, connections, hub, presence, user_channel, relay, scheduler)
    server.register_namespace(LiveNamespace(handler))  # type: ignore[no-untyped-call]
    relay.receivers |= {
        "head": lambda content: hub.take_head(str(content["stream"]), int(content["head"])),
        "signal": lambda content: handler.broadcast_signal(content["told"]),
        **presence.receivers(),
        **user_channel.receivers(),
    }
    relay.on_subscribed = presence.exchange_leases
    return LiveApplication(
        app,
        server,
        hub,
        presence,
        user_channel,
        relay,
        RevocationWatcher(app, connections, handler),
        scheduler,
    )


class LiveNamespace(Namespace):
    """Overrides the lookup of methods by an event's name, which a client chooses.

    Events of authenticated connections do not come here: WebSocket passes them to the handler directly.
    """

    def __init__(self, handler: ConnectionHandler) -> None:
        super().__init__(protocol.NAMESPACE)  # type: ignore[no-untyped-call]
        self._handler = handler

    def trigger_event(self, event: str, *args: Any) -> Any:
        """Handle a connect or a disconnect."""
        sid, *rest = args
        if event == "connect":
            self._handler.connect(sid, *rest)
        if event == "disconnect":
            self._handler.disconnect(sid)
