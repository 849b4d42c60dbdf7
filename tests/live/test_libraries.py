"""What we rely on inside python-socketio, python-engineio and gevent. After an upgrade, read this before going on.

These names are no promise of the libraries. When one of these tests fails, look at what changed there, adapt
`app/core/live` (manager, handler, websocket), run all of `tests/live`, and only then take over the new version.
"""

from __future__ import annotations

import hashlib
import inspect
from importlib.metadata import version

import pytest
from engineio import packet as engine_packet
from engineio import server as engine_server
from engineio import socket as engine_socket
from engineio.async_drivers import gevent as driver
from flask import Flask
from gevent import pywsgi
from socketio import base_manager, packet
from socketio import server as socketio_server

from app.core.live.live import build_live
from app.core.live.protocol import ack_packet, dumps, event_packet

READ = {
    "python-socketio": "5.18.1",
    "python-engineio": "4.15.1",
    "flask-socketio": "5.7.0",
    "gevent": "26.9.0",
    "gevent-websocket": "0.10.1",
}

DRIVES = "e951c63b86903a8f"
SENDS = "c1d778cf473b443c"
KEEPS = "03f1150cafb7f655"
PINGS = "b94e8df9ad399241"
DRIVEN = "d1035bbd521b1de3"


@pytest.mark.parametrize("name", READ)
def test_the_libraries_are_those_whose_insides_were_read(name: str) -> None:
    assert version(name) == READ[name], __doc__


def digest(*things: object) -> str:
    """A short fingerprint of some source code."""
    return hashlib.sha256("".join(inspect.getsource(each) for each in things).encode()).hexdigest()[:16]


def test_engine_io_drives_a_websocket_the_way_ours_expects() -> None:
    assert digest(driver.WebSocketWSGI, engine_socket.Socket._websocket_handler) == DRIVES, __doc__


def test_socket_io_sends_by_the_one_function_that_we_replace() -> None:
    assert (
        digest(
            socketio_server.Server._send_packet,
            socketio_server.Server._handle_event_internal,
            engine_server.Server.send,
        )
        == SENDS
    ), __doc__


def test_clients_are_kept_the_way_our_manager_reads_them() -> None:
    assert (
        digest(
            base_manager.BaseManager.get_participants,
            socketio_server.Server._handle_eio_connect,
            socketio_server.Server._handle_eio_disconnect,
            socketio_server.Server._handle_connect,
        )
        == KEEPS
    ), __doc__


def test_pings_are_sent_the_way_ours_are() -> None:
    socket = engine_socket.Socket
    assert digest(socket.schedule_ping, socket._send_ping, socket.check_ping_timeout) == PINGS, __doc__


def test_packets_are_written_the_way_our_frames_are() -> None:
    told = {"n": 1, "word": "here"}
    event = packet.Packet(packet.EVENT, namespace="/live", data=["head", told]).encode()
    answer = packet.Packet(packet.ACK, namespace="/live", data=[told], id=7).encode()
    assert engine_packet.Packet(engine_packet.MESSAGE, event).encode() == event_packet("head", dumps(told))
    assert engine_packet.Packet(engine_packet.MESSAGE, answer).encode() == ack_packet("7", told)


def test_the_web_server_is_driven_the_way_our_handler_expects() -> None:
    handler = pywsgi.WSGIHandler
    assert digest(handler.run_application, handler.finalize_headers, handler.handle) == DRIVEN, __doc__


def test_every_application_has_a_socket_server_of_its_own(app: Flask) -> None:
    live = build_live(app)
    assert live.server.async_mode == "gevent"
    assert live.server.namespaces == ["/live"]
    assert live.server.eio.transports == ["websocket"]
    assert live.server.eio.send.__module__ == "app.core.live.manager"
