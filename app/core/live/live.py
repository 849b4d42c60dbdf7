"""The live part of one application: made for each, so that two in one process share nothing."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask_socketio import SocketIO

from app.core.fair_scheduler import FairScheduler
from app.core.live import wire
from app.core.live.connections import Connections
from app.core.live.devices import Devices
from app.core.live.door import Door
from app.core.live.hub import Hub
from app.core.live.manager import FanOutManager, ping_by_timer, send_directly
from app.core.live.namespace import LiveNamespace
from app.core.live.presence import Presence
from app.core.live.relay import Relay
from app.core.live.revocation import Watch
from app.core.live.websocket import LARGEST_MESSAGE

protocol = logging.getLogger(__name__)
# The libraries write what people say into their own logs from INFO on.
protocol.setLevel(logging.ERROR)


@dataclass(frozen=True)
class Live:
    """An application with its socket server and what stands behind it."""

    app: Flask
    server: Any
    hub: Hub
    presence: Presence
    devices: Devices
    relay: Relay
    watch: Watch
    scheduler: FairScheduler


def make_live(app: Flask) -> Live:
    """Give the application its socket server; called once, by the process that serves it."""
    settings = app.extensions["trama.settings"]
    server: Any = SocketIO(
        app,
        async_mode="gevent",
        client_manager=FanOutManager(),
        transports=["websocket"],
        allow_upgrades=False,
        namespaces=[wire.NAMESPACE],
        cors_allowed_origins=sorted(settings.origins),
        async_handlers=False,
        max_http_buffer_size=LARGEST_MESSAGE,
        json=wire,
        logger=protocol,
        engineio_logger=protocol,
    ).server
    send_directly(server)
    ping_by_timer(server)
    relay = Relay(settings)
    connections, hub, presence = (
        Connections(),
        Hub(app, server, coalesce=settings.coalesce),
        Presence(server, relay),
    )
    devices = Devices(server, relay)
    scheduler = FairScheduler()
    door = Door(app, server, connections, hub, presence, devices, relay, scheduler)
    server.register_namespace(LiveNamespace(door))
    relay.receivers |= {
        "head": lambda told: hub.hear_head(str(told["stream"]), int(told["head"])),
        "signal": lambda told: door.pass_on(told["told"]),
        **presence.receivers(),
        **devices.receivers(),
    }
    relay.met = presence.meet
    return Live(app, server, hub, presence, devices, relay, Watch(app, connections, door), scheduler)
