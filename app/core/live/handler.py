"""The web server's side of a socket's beginning: who may open one, and the handshake."""

from __future__ import annotations

import base64
import binascii
import hashlib
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs

from flask import Flask
from gevent import pywsgi
from gevent.pool import Pool
from gevent.socket import socket

from app.core.live.websocket import WebSocket

PATH = "/socket.io/"
MOST_CONNECTIONS = 20_000
log = logging.getLogger(__name__)
GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class LiveServer(pywsgi.WSGIServer):
    """gevent's web server, which knows its allowed origins, its open sockets and how many requests are being answered."""

    def __init__(self, listener: socket, application: Flask, origins: frozenset[str]) -> None:
        super().__init__(
            listener,
            application,
            handler_class=LiveHandler,
            spawn=Pool(MOST_CONNECTIONS),
            log=None,
            error_log=log,
        )
        self.origins = origins
        self.sockets: set[WebSocket] = set()
        self.busy = 0


class LiveHandler(pywsgi.WSGIHandler):
    """Answers requests as gevent does, and opens sockets of our own kind."""

    server: LiveServer
    environ: dict[str, Any]

    def get_environ(self) -> dict[str, Any]:
        """The request's environment; no extension is ever offered to anybody (compression is a bomb's fuse)."""
        environ: dict[str, Any] = super().get_environ()
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        return environ

    def run_application(self) -> None:
        """Answer a request, or hold a socket until it ends."""
        if "websocket" not in self.environ.get("HTTP_UPGRADE", "").lower():
            with self._busy():
                super().run_application()
            return
        self.close_connection = True
        reason = refusal(self.environ, self.server.origins)
        if reason:
            self._refuse(reason)
        else:
            self._hold_socket()

    @contextmanager
    def _busy(self) -> Iterator[None]:
        self.server.busy += 1
        try:
            yield
        finally:
            self.server.busy -= 1

    def _refuse(self, reason: str) -> None:
        body = reason.encode()
        headers = [
            ("Content-Type", "text/plain"),
            ("Content-Length", str(len(body))),
            ("Connection", "close"),
        ]
        self.start_response("403 Forbidden" if "Origin" in reason else "400 Bad Request", headers)
        self.write(body)

    def _hold_socket(self) -> None:
        """Shake hands and run the application over the socket; what it answers as HTTP goes nowhere."""
        accept = hashlib.sha1((self.environ["HTTP_SEC_WEBSOCKET_KEY"] + GUID).encode(), usedforsecurity=False)
        headers = [
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Accept", base64.b64encode(accept.digest()).decode()),
        ]
        self.start_response("101 Switching Protocols", headers)
        self.write(b"")
        websocket = WebSocket(self.socket, self.rfile, self.environ)
        self.environ["wsgi.websocket"] = websocket
        self.server.sockets.add(websocket)
        try:
            list(self.server.application(self.environ, lambda *nothing: self.write))
        finally:
            self.server.sockets.discard(websocket)
            websocket.close()
            websocket.linger()


def refusal(environ: Mapping[str, Any], origins: frozenset[str]) -> str:
    """Why this request may not open a socket; empty where it may.

    A browser always tells the page's origin, and cookies come with sockets from any page: so an origin is needed.
    """
    query = parse_qs(environ.get("QUERY_STRING", ""))
    plain = not environ.get("CONTENT_LENGTH") and not environ.get("HTTP_TRANSFER_ENCODING")
    checks = {
        "This Origin may not open a socket.": environ.get("HTTP_ORIGIN") in origins,
        "There is no socket at this address.": environ.get("PATH_INFO") == PATH,
        "A socket begins with GET over HTTP/1.1 and without a body.": (
            environ.get("REQUEST_METHOD") == "GET" and environ.get("SERVER_PROTOCOL") == "HTTP/1.1" and plain
        ),
        "Only WebSocket version 13 is spoken here.": environ.get("HTTP_SEC_WEBSOCKET_VERSION") == "13",
        "The key of the handshake is wrong.": _is_key(environ.get("HTTP_SEC_WEBSOCKET_KEY", "")),
        "Only Engine.IO 4 over WebSocket is spoken here.": (
            query.get("EIO") == ["4"] and query.get("transport") == ["websocket"] and "sid" not in query
        ),
    }
    return next((reason for reason, holds in checks.items() if not holds), "")


def _is_key(key: str) -> bool:
    try:
        return len(base64.b64decode(key, validate=True)) == 16
    except (binascii.Error, ValueError):
        return False
