"""What the live path asks of python-socketio and python-engineio, as behaviour: an upgrade that keeps it is taken over."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import gevent
import pytest
from engineio.packet import MESSAGE, Packet
from flask import Flask
from gevent.queue import Queue
from socketio import Namespace, packet
from websockets.frames import Frame
from websockets.streams import StreamReader

from app.core.live import protocol
from app.core.live.engine_io import SocketServer, WebSocketEngine
from app.core.live.live import build_live
from app.core.live.manager import FanOutManager
from app.core.live.protocol import NAMESPACE, ack_packet, dumps, event_packet

WAIT_SECONDS = 30


class Ends:
    """In the place of a WebSocket: what the server sends, and what a client answers to it."""

    def __init__(self, answer: Callable[[str], str | None] = lambda message: None) -> None:
        self.sent: list[str] = []
        self.closed = False
        self._answer = answer
        self._incoming: Queue[str | None] = Queue()

    def send(self, message: str) -> None:
        """Take a message of the libraries."""
        if self.closed:
            return
        self.sent.append(message)
        if (answer := self._answer(message)) is not None:
            self._incoming.put(answer)

    def write(self, frame: bytes) -> None:
        """Take a frame that was encoded for many readers."""
        reader = StreamReader()
        reader.feed_data(frame)
        parsing = Frame.parse(reader.read_exact, mask=False)
        with pytest.raises(StopIteration) as parsed:
            next(parsing)
        self.send(parsed.value.value.data.decode())

    def receive(self) -> str | None:
        """The next message of the client; None after the end."""
        return self._incoming.get()

    def say(self, message: str) -> None:
        """Have the client send a message."""
        self._incoming.put(message)

    def close(self) -> None:
        """End the connection."""
        self.closed = True
        self._incoming.put(None)


@pytest.fixture(autouse=True)
def no_longer_than() -> Iterator[None]:
    """A connection that never ends fails its test."""
    with gevent.Timeout(WAIT_SECONDS):
        yield


def engine(events: list[Any], **options: Any) -> WebSocketEngine:
    """An engine whose connects, messages and disconnects are noted; the message "fail" is an error of ours."""
    made = WebSocketEngine(async_mode="gevent", json=protocol, **options)

    def take(sid: str, message: str) -> None:
        events.append(message)
        if message == "fail":
            raise RuntimeError("a mistake of ours")

    made.on("connect", lambda sid, environ: events.append("connect"))
    made.on("message", take)
    made.on("disconnect", lambda sid, reason: events.append("disconnect"))
    return made


def test_a_connection_is_pinged_while_it_answers_and_closed_when_it_falls_silent() -> None:
    events: list[Any] = []
    answers = ["3", "3", "3"]
    client = Ends(lambda message: answers.pop() if message == "2" and answers else None)
    engine(events, ping_interval=0.01, ping_timeout=0.05).handle_request({"wsgi.websocket": client}, None)
    opening = json.loads(client.sent[0].removeprefix("0"))
    assert {name: opening[name] for name in ("upgrades", "pingInterval", "pingTimeout", "maxPayload")} == {
        "upgrades": [],
        "pingInterval": 10,
        "pingTimeout": 50,
        "maxPayload": 1_000_000,
    }
    assert client.sent[1:] == ["2", "2", "2", "2", "1"]
    assert client.closed
    assert events == ["connect", "disconnect"]


def test_messages_arrive_in_order_until_the_client_closes_and_answers_nobody_asked_for_change_nothing() -> (
    None
):
    events: list[Any] = []
    client = Ends()
    for message in ("3", "40/live,", '42/live,["read",{}]', "3", "1", "4late"):
        client.say(message)
    engine(events).handle_request({"wsgi.websocket": client}, None)
    assert events == ["connect", "0/live,", '2/live,["read",{}]', "disconnect"]
    assert len(client.sent) == 1, "the opening alone"


def test_an_error_ends_its_connection_alone_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    events: list[Any] = []
    made = engine(events)
    client, other = Ends(), Ends()
    others = gevent.spawn(made.handle_request, {"wsgi.websocket": other}, None)
    gevent.sleep(0)
    client.say("4fail")
    made.handle_request({"wsgi.websocket": client}, None)
    assert "an error in a connection" in caplog.text
    other.say("4hello")
    other.close()
    others.join()
    assert events == ["connect", "connect", "fail", "disconnect", "hello", "disconnect"]


def test_what_is_sent_to_a_connection_that_has_ended_goes_nowhere() -> None:
    made = engine([])
    client = Ends()
    client.close()
    made.handle_request({"wsgi.websocket": client}, None)
    sid = json.loads(client.sent[0][1:])["sid"] if client.sent else "gone"
    made.send(sid, "hello")
    made.disconnect(sid)
    assert made.websocket(sid) is None


class Welcome(Namespace):
    """A namespace that lets everybody in."""

    def trigger_event(self, event: str, *args: Any) -> Any:
        """Note who is there."""
        if event == "connect":
            self.sid = args[0]


def test_the_answer_to_a_connect_comes_before_the_events_that_follow_it_and_the_goodbye_after_them() -> None:
    """Both are written at once: what the libraries send by itself, and what goes to many as one frame."""
    server = SocketServer(
        async_mode="gevent", client_manager=FanOutManager(), json=protocol, namespaces=[NAMESPACE]
    )
    welcome = Welcome(NAMESPACE)
    server.register_namespace(welcome)

    def follow(message: str) -> str | None:
        if message.startswith("40/live,"):
            gevent.spawn(talk)
        return None

    def talk() -> None:
        server.enter_room(welcome.sid, "stream:1", namespace=NAMESPACE)
        server.emit("head", {"head": 1}, to="stream:1", namespace=NAMESPACE)
        server.manager.broadcast("stream:1", "head", '{"head":2}', [welcome.sid])
        server.manager.broadcast("stream:1", "head", '{"head":3}')
        assert list(server.manager.get_participants(NAMESPACE, "stream:1"))
        server.disconnect(welcome.sid, namespace=NAMESPACE)
        client.close()

    client = Ends(follow)
    client.say("40/live,")
    server.handle_request({"wsgi.websocket": client}, None)
    assert [message.partition(",")[0] for message in client.sent[1:]] == [
        "40/live",
        "42/live",
        "42/live",
        "41/live",
    ]
    assert client.sent[2:4] == ['42/live,["head",{"head":1}]', '42/live,["head",{"head":3}]']
    assert not list(server.manager.get_participants(NAMESPACE, "stream:1")), "it left with the connection"
    assert not server.environ


def test_packets_are_written_the_way_our_frames_are() -> None:
    told = {"n": 1, "word": "here"}
    event = packet.Packet(packet.EVENT, namespace="/live", data=["head", told]).encode()
    answer = packet.Packet(packet.ACK, namespace="/live", data=[told], id=7).encode()
    assert Packet(MESSAGE, event).encode() == event_packet("head", dumps(told))
    assert Packet(MESSAGE, answer).encode() == ack_packet("7", told)


def test_every_application_has_a_socket_server_of_its_own(app: Flask) -> None:
    live = build_live(app)
    assert app.extensions["socketio"].server is live.server
    assert live.server.async_mode == "gevent"
    assert live.server.namespaces == ["/live"]
    assert live.server.eio.transports == ["websocket"]
    assert isinstance(live.server.eio, WebSocketEngine)
