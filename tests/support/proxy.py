"""A bad network: a proxy between a browser and the server that swallows, refuses, cuts, and takes its time."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

HEAD_BYTES = 64 * 1024
PIECE_BYTES = 4 * 1024
REFUSAL = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_ABSOLUTE = re.compile(rb"^([A-Z]+) http://([^/:]+):(\d+)(/\S*) (HTTP/1\.1)\r\n")
_TUNNEL = re.compile(rb"^CONNECT ([^:]+):(\d+) ")
_HOP_HEADERS = re.compile(rb"\r\n(?:Proxy-)?Connection:[^\r]*", re.IGNORECASE)


class Proxy:
    """An HTTP proxy for a browser: requests are passed on one for each connection, WebSockets as tunnels.

    `sockets` says what becomes of new WebSockets: "pass", "refuse" (403) or "swallow" (no answer, ever). `delay_seconds`
    and `bytes_per_second` slow each direction of a connection down.
    """

    def __init__(self) -> None:
        self.sockets = "pass"
        self.delay_seconds = 0.0
        self.bytes_per_second = 0
        self._is_hole = False
        self._dead: set[socket.socket] = set()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def swallow(self) -> None:
        """Let nothing through from now on, in either direction, and say nothing of it: a dead zone."""
        self._is_hole = True
        self.forget()

    def restore(self) -> None:
        """Pass on what comes over new connections; those from before stay dead."""
        self._is_hole = False

    def forget(self) -> None:
        """Let nothing more through over the connections of now, as a router does that was away for an hour."""
        self._dead |= self._open

    def cut(self) -> None:
        """End all connections at once."""
        for each in list(self._open):
            _close(each)

    def stop(self) -> None:
        """End all connections, and take no others."""
        _close(self._listener)
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        """Read the head of a request, and connect its two ends."""
        self._open.add(client)
        with suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head and len(head) < HEAD_BYTES:
                data = client.recv(PIECE_BYTES)
                if not data:
                    break
                head += data
            if self._is_hole:
                self._dead.add(client)
                return
            if tunnel := _TUNNEL.match(head):
                self._tunnel(client, tunnel[1], tunnel[2])
            elif request := _ABSOLUTE.match(head):
                method, host, port, path, version = request.groups()
                fields, body = head[request.end() - 2 :].split(b"\r\n\r\n", 1)
                line = method + b" " + path + b" " + version
                fields = _HOP_HEADERS.sub(b"", fields)
                self._join(client, host, port, line + fields + b"\r\nConnection: close\r\n\r\n" + body)
            else:
                _close(client)

    def _tunnel(self, client: socket.socket, host: bytes, port: bytes) -> None:
        if self.sockets == "refuse":
            client.sendall(REFUSAL)
            _close(client)
        elif self.sockets == "swallow":
            self._dead.add(client)
        else:
            self._join(client, host, port, b"", b"HTTP/1.1 200 Connected\r\n\r\n")

    def _join(
        self, client: socket.socket, host: bytes, port: bytes, first: bytes, answer: bytes = b""
    ) -> None:
        server = socket.create_connection((host.decode(), int(port)))
        self._open.add(server)
        server.sendall(first)
        client.sendall(answer)
        for source, target in ((client, server), (server, client)):
            threading.Thread(target=self._pump, args=(source, target), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        """Pass on what comes from one end until either closes; over a dead connection not even that gets through."""
        with suppress(OSError):
            while data := source.recv(PIECE_BYTES):
                if self.delay_seconds:
                    time.sleep(self.delay_seconds)
                if self.bytes_per_second:
                    time.sleep(len(data) / self.bytes_per_second)
                if source not in self._dead and target not in self._dead:
                    target.sendall(data)
        if source in self._dead or target in self._dead:
            return
        for each in (source, target):
            self._open.discard(each)
            _close(each)


def _close(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        end.close()


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """A proxy for one browser: `new_context(proxy={"server": proxy.url})`."""
    proxy = Proxy()
    yield proxy
    proxy.stop()
