"""The web server's side of a connection: how long a request may take to come, who may open a socket, and the handshake."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import logging
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from flask import Flask
from gevent import pywsgi
from gevent.pool import Pool
from gevent.socket import socket

from app.core.extensions import session_token
from app.core.fair_scheduler import FairScheduler
from app.core.http.request_checks import ALLOW_BODY
from app.core.live.request_reader import RequestReader, RequestTooLarge
from app.core.live.websocket import WebSocket
from app.core.proxies import client_address
from config import Settings

PATH = "/socket.io/"
UNSCHEDULED_PATHS = frozenset({"/health", "/metrics"})
"""Answered before the requests that wait for a time slice: what watches the process must not wait as its visitors do."""
MAX_CONNECTIONS = 20_000
MAX_CONNECTIONS_PER_ADDRESS = MAX_CONNECTIONS // 2
"""Everybody behind a router has its address, so one may have many; never so many that no others can come in."""
HEAD_SECONDS, MAX_HEAD_BYTES = 5.0, 32 * 1024
MAX_HEADERS = 100
BODY_SECONDS, MAX_BODY_BYTES = 5.0, 2 * 1024 * 1024
MAX_BUFFERED_BODY_BYTES = 64 * 1024
"""Bodies up to this size are read before the application runs, so that a slow one costs no slice of its time."""
KEEP_ALIVE_SECONDS = 5.0
PROXY_KEEP_ALIVE_SECONDS = 75.0
"""Longer than a proxy keeps its connections (nginx 60 seconds), so that none ends just as a request is sent over it."""
SEND_SECONDS, SEND_BYTES = 20.0, 64 * 1024
"""In how many seconds a reader must have taken so many bytes of an answer."""
log = logging.getLogger(__name__)
REQUEST_LINE = re.compile(r"[A-Z]{3,16} /[^\x00-\x20\x7f]* HTTP/1\.[01]\r?\n")
HEADER_LINE = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\x00\r\n]*\r?\n")
LENGTH = re.compile(r"[0-9]{1,15}", re.ASCII)
BAD_REQUEST = (
    b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 12\r\n\r\n"
    b"Bad request\n"
)
GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class WebServer(pywsgi.WSGIServer):
    """gevent's web server, which knows its settings, its open sockets and how many requests are being answered."""

    def __init__(
        self, listener: socket, application: Flask, settings: Settings, scheduler: FairScheduler
    ) -> None:
        super().__init__(
            listener,
            application,
            handler_class=RequestHandler,
            spawn=Pool(MAX_CONNECTIONS),
            log=None,
            error_log=log,
        )
        self.settings = settings
        self.sockets: set[WebSocket] = set()
        self.busy = 0
        self.scheduler = scheduler
        self._by_address: Counter[str] = Counter()

    def handle(self, sock: Any, address: Any) -> None:
        """Serve a connection until it ends; one too many from its address ends at once, unless a proxy is there."""
        host = str(address[0])
        if self._by_address[host] >= MAX_CONNECTIONS_PER_ADDRESS and not self.settings.proxies:
            return
        self._by_address[host] += 1
        try:
            super().handle(sock, address)
        finally:
            self._by_address[host] -= 1
            if not self._by_address[host]:
                del self._by_address[host]


class RequestHandler(pywsgi.WSGIHandler):
    """Answers requests as gevent does, and opens sockets of our own kind."""

    server: WebServer
    environ: dict[str, Any]

    def __init__(self, sock: Any, address: Any, server: WebServer) -> None:
        self._reader = RequestReader(sock)
        self._has_answered = False
        super().__init__(sock, address, server, io.BufferedReader(self._reader))  # type: ignore[call-arg]

    # --- Reading a request ----------------------------------------------------------------------------------

    def read_requestline(self) -> str:
        """The first line of a request; empty, or a TimeoutError, where none comes in time."""
        patience = HEAD_SECONDS
        if self._has_answered:
            proxied = self.server.settings.proxies
            patience = PROXY_KEEP_ALIVE_SECONDS if proxied else KEEP_ALIVE_SECONDS
        self._reader.limit(patience, MAX_HEAD_BYTES)
        if not self.rfile.peek(1):
            return ""
        self._reader.limit(HEAD_SECONDS, MAX_HEAD_BYTES)
        line: str = super().read_requestline()
        return line

    def read_request(self, raw_requestline: str) -> Any:
        """Read the rest of a request's head. Raises ValueError or OSError for one that is refused."""
        if not REQUEST_LINE.fullmatch(raw_requestline):
            raise ValueError("not a request line of HTTP/1.0 or 1.1")
        super().read_request(raw_requestline)
        self._reader.limit(BODY_SECONDS, MAX_BODY_BYTES)
        return True

    def get_environ(self) -> dict[str, Any]:
        """The request's environment; no extension is ever offered to anybody (compression is a bomb's fuse)."""
        environ: dict[str, Any] = super().get_environ()
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        environ[ALLOW_BODY] = lambda most_bytes: self._reader.limit(BODY_SECONDS, most_bytes)
        return environ

    def run_application(self) -> None:
        """Answer a request, or hold a socket until it ends."""
        if "websocket" not in self.environ.get("HTTP_UPGRADE", "").lower():
            self.server.busy += 1
            try:
                self._answer()
            finally:
                self.server.busy -= 1
            self._has_answered = True
            return
        self.close_connection = True
        reason = handshake_error(self.environ, self.server.settings.origins)
        if reason:
            body = reason.encode()
            headers = [
                ("Content-Type", "text/plain"),
                ("Content-Length", str(len(body))),
                ("Connection", "close"),
            ]
            self.start_response("403 Forbidden" if "Origin" in reason else "400 Bad Request", headers)
            self.write(body)
        else:
            self._run_websocket()

    def _answer(self) -> None:
        """Run the application in time slices on a request that has arrived; raises ConnectionError where one breaks off."""
        body: Any = self.wsgi_input
        if 0 < (self.content_length or 0) <= MAX_BUFFERED_BODY_BYTES and not body.chunked_input:
            try:
                self.environ["wsgi.input"] = io.BytesIO(body.read(self.content_length))
            except OSError as error:
                raise ConnectionError("the body broke off") from error
        if self.environ["PATH_INFO"] in UNSCHEDULED_PATHS:
            super().run_application()
            return
        with self.server.scheduler.task(self._asker()):
            super().run_application()

    def _asker(self) -> tuple[str, str]:
        """On whose behalf a request is scheduled: the sign-in in its cookie, else the visitor's address."""
        application: Any = self.server.application
        token = session_token(application, self.environ)
        if token:
            return ("sign-in", token)
        return ("address", client_address(self.environ, self.server.settings.proxies))

    def MessageClass(self, *args: Any) -> Any:
        """The headers of a request, read line by line. Raises ValueError where two readers might differ about them."""
        lines: list[bytes] = []
        while (line := self.rfile.readline(MAX_HEAD_BYTES)) not in (b"\r\n", b"\n"):
            if not HEADER_LINE.fullmatch(line) or len(lines) >= MAX_HEADERS:
                raise ValueError("not a header")
            lines.append(line)
        headers = super().MessageClass(io.BytesIO(b"".join([*lines, b"\r\n"])))
        if not _has_one_length(headers, self.request_version):
            raise ValueError("more than one length, or host")
        return headers

    # --- Answering ------------------------------------------------------------------------------------------

    def finalize_headers(self) -> None:
        """Complete the headers of an answer; it is the last one where the next request did not wait for it."""
        body: Any = self.wsgi_input
        is_body_left = bool(body.chunked_input) or body.position < (self.content_length or 0)
        # Browsers and proxies wait for the answer before they ask again, floods do not.
        is_pipelined = self._reader.has_unread(self.rfile)
        if self.code != 101 and (self.close_connection or is_body_left or is_pipelined):
            self.close_connection = True
            headers: list[Any] = self.response_headers or []
            kept = [(name, value) for name, value in headers if name.lower() != b"connection"]
            kept.append((b"Connection", b"close"))
            self.response_headers = kept
        super().finalize_headers()

    def _sendall(self, data: Any) -> None:
        """Send a part of an answer; a reader who hardly takes any is left."""
        whole = memoryview(data)
        for start in range(0, len(whole), SEND_BYTES):
            self.socket.settimeout(SEND_SECONDS)
            super()._sendall(whole[start : start + SEND_BYTES])  # type: ignore[misc]

    def handle_error(self, t: Any, v: Any, tb: Any) -> None:
        """Log a mistake of ours; a connection that ended or stalled is nothing to report."""
        if isinstance(v, ConnectionError | TimeoutError | RequestTooLarge):
            self.close_connection = True
        else:
            super().handle_error(t, v, tb)

    def _handle_client_error(self, ex: Exception) -> tuple[str, bytes]:
        """Refuse what is no request. gevent would write all of it into the log, an address with its secret too."""
        log.info("a request was refused: %s", type(ex).__name__)
        self.close_connection = True
        return "400", BAD_REQUEST

    def _run_websocket(self) -> None:
        """Shake hands and run the application over the socket; what it answers as HTTP goes nowhere."""
        accept = hashlib.sha1((self.environ["HTTP_SEC_WEBSOCKET_KEY"] + GUID).encode(), usedforsecurity=False)
        headers = [
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Accept", base64.b64encode(accept.digest()).decode()),
        ]
        self.start_response("101 Switching Protocols", headers)
        self.write(b"")
        self._reader.limit(None)
        websocket = WebSocket(self.socket, self.rfile)
        self.environ["wsgi.websocket"] = websocket
        self.server.sockets.add(websocket)
        try:
            list(self.server.application(self.environ, lambda *nothing: self.write))
        finally:
            self.server.sockets.discard(websocket)
            websocket.close()
            websocket.drain()


def _has_one_length(headers: Any, version: str | None) -> bool:
    """Whether it is certain where a request ends and which host it is for."""
    hosts = headers.get_all("Host", [])
    lengths = headers.get_all("Content-Length", [])
    codings = [coding.lower() for coding in headers.get_all("Transfer-Encoding", [])]
    return (
        (len(hosts) == 1 or (not hosts and version == "HTTP/1.0"))
        and all(LENGTH.fullmatch(length) for length in lengths)
        and len(lengths) + len(codings) <= 1
        and (not codings or (codings == ["chunked"] and version == "HTTP/1.1"))
    )


def handshake_error(environ: Mapping[str, Any], origins: frozenset[str]) -> str:
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
