"""A Socket.IO client over a bare socket, so that tests can send what no library would."""

from __future__ import annotations

import base64
import json
import os
import secrets
import socket
import struct
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from tests.support.contracts import check_acknowledgement, check_push

TEXT, BINARY, CLOSE, PING, CONTINUATION = 0x1, 0x2, 0x8, 0x9, 0x0
PATIENCE = 10.0
ADDRESS = "/socket.io/?EIO=4&transport=websocket"


class Closed(Exception):
    """The server closed the connection; `code` is the WebSocket's close code, None where it just ended."""

    def __init__(self, code: int | None) -> None:
        super().__init__(code)
        self.code = code


class Handshake(Exception):
    """The server did not open a socket; `status` and `body` are its answer."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body


class Client:
    """One socket. `events` holds what came and was not yet waited for."""

    def __init__(self, url: str, cookie: str = "", origin: str | None = None, **headers: str) -> None:
        parts = urlsplit(url)
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE)
        self.buffer = b""
        self.events: list[tuple[str, Any]] = []
        self.acks: dict[int, Any] = {}
        self.asked: dict[int, str] = {}
        self.refused: Any = None
        self.opened: Any = None
        self.joined = False
        self.count = 0
        self.headers = self._shake_hands(parts.netloc, cookie, url if origin is None else origin, headers)

    def _shake_hands(self, host: str, cookie: str, origin: str, headers: dict[str, str]) -> dict[str, str]:
        lines = {
            "Host": host,
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
            "Sec-WebSocket-Version": "13",
            **({"Origin": origin} if origin else {}),
            **({"Cookie": f"trama={cookie}"} if cookie else {}),
            **headers,
        }
        request = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self.socket.sendall(f"GET {ADDRESS} HTTP/1.1\r\n{request}\r\n".encode())
        while b"\r\n\r\n" not in self.buffer:
            self._more(PATIENCE)
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        first, *rest = head.decode().split("\r\n")
        status = int(first.split()[1])
        if status != 101:
            raise Handshake(status, self.buffer.decode())
        return {name.lower(): value for name, _, value in (line.partition(": ") for line in rest)}

    # --- Frames ---------------------------------------------------------------------------------------------

    def frame(self, payload: bytes, opcode: int = TEXT, final: bool = True) -> bytes:
        """A masked frame, as browsers send them."""
        mask = os.urandom(4)
        length = len(payload)
        first = (0x80 if final else 0) | opcode
        if length < 126:
            head = struct.pack("!BB", first, 0x80 | length)
        elif length < 65536:
            head = struct.pack("!BBH", first, 0x80 | 126, length)
        else:
            head = struct.pack("!BBQ", first, 0x80 | 127, length)
        return head + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))

    def send_frame(self, payload: bytes, opcode: int = TEXT, final: bool = True) -> None:
        """Send one frame."""
        self.socket.sendall(self.frame(payload, opcode, final))

    def send(self, text: str) -> None:
        """Send one message."""
        self.send_frame(text.encode())

    def _more(self, timeout: float) -> None:
        self.socket.settimeout(max(timeout, 0.001))
        try:
            data = self.socket.recv(65536)
        except ConnectionError:
            data = b""
        if not data:
            raise Closed(None)
        self.buffer += data

    def _take(self, count: int, deadline: float) -> bytes:
        while len(self.buffer) < count:
            self._more(deadline - time.monotonic())
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def _peek_whole(self, deadline: float) -> None:
        """Wait until a whole frame is here, so that running out of time never cuts one in two."""
        while True:
            have = self.buffer
            if len(have) >= 2:
                length = have[1] & 0x7F
                start = {126: 4, 127: 10}.get(length, 2)
                if len(have) >= start:
                    if length == 126:
                        (length,) = struct.unpack("!H", have[2:4])
                    elif length == 127:
                        (length,) = struct.unpack("!Q", have[2:10])
                    if len(have) >= start + length:
                        return
            self._more(deadline - time.monotonic())

    def read_frame(self, timeout: float = PATIENCE) -> tuple[int, bytes]:
        """The next frame: its opcode and payload."""
        deadline = time.monotonic() + timeout
        self._peek_whole(deadline)
        first, length = self._take(2, deadline)
        if length == 126:
            (length,) = struct.unpack("!H", self._take(2, deadline))
        elif length == 127:
            (length,) = struct.unpack("!Q", self._take(8, deadline))
        return first & 0x0F, self._take(length, deadline)

    # --- Socket.IO ------------------------------------------------------------------------------------------

    def step(self, timeout: float = PATIENCE) -> None:
        """Take one frame in. Raises TimeoutError when none comes, Closed at the end."""
        opcode, payload = self.read_frame(timeout)
        if opcode == CLOSE:
            raise Closed(struct.unpack("!H", payload[:2])[0] if payload else None)
        text = payload.decode()
        if text == "2":
            self.send("3")
        elif text.startswith("42/live,"):
            name, told = json.loads(text[8:])
            check_push(name, told)
            self.events.append((name, told))
        elif text.startswith("43/live,"):
            at = text.index("[")
            number = int(text[8:at])
            (self.acks[number],) = json.loads(text[at:])
            check_acknowledgement(self.asked.get(number, ""), self.acks[number])
        elif text.startswith("40/live,"):
            self.joined = True
        elif text.startswith("0"):
            self.opened = json.loads(text[1:])
        elif text.startswith("44"):
            self.refused = json.loads(text[text.index("{") if "{" in text else text.index('"') :])

    def wait(self, holds: Callable[[], Any], timeout: float = PATIENCE) -> Any:
        """Take frames in until something holds."""
        deadline = time.monotonic() + timeout
        while not (found := holds()):
            self.step(deadline - time.monotonic())
        return found

    def join(self, **auth: Any) -> Client:
        """Enter the namespace; raises AssertionError with the server's words when it refuses."""
        self.wait(lambda: self.opened)
        self.send("40/live," + json.dumps(auth))
        self.wait(lambda: self.joined or self.refused)
        assert self.joined, self.refused
        return self

    def post(self, event: str, payload: Any) -> int:
        """Send an event without waiting; returns the number of its answer."""
        self.count += 1
        self.asked[self.count] = event
        self.send(f"42/live,{self.count}" + json.dumps([event, payload]))
        return self.count

    def ask(self, event: str, **payload: Any) -> Any:
        """Send an event and wait for its answer."""
        number = self.post(event, payload)
        self.wait(lambda: number in self.acks)
        return self.acks.pop(number)

    def ask_at_once(self, event: str, payloads: list[dict[str, Any]]) -> list[Any]:
        """Send many events without waiting in between, so that a slow machine cannot stretch them; their answers."""
        numbers = [self.post(event, payload) for payload in payloads]
        self.wait(lambda: all(number in self.acks for number in numbers), 3 * PATIENCE)
        return [self.acks.pop(number) for number in numbers]

    def write(self, stream: str, body: str, cid: str | None = None, command: str = "note_write") -> Any:
        """Write a note and wait for the answer."""
        return self.ask(command, v=2, cid=cid or secrets.token_hex(8), stream=stream, body=body)

    def next(self, name: str, timeout: float = PATIENCE) -> Any:
        """What came with the next event of this name."""
        self.wait(lambda: any(each == name for each, _ in self.events), timeout)
        at = next(at for at, (each, _) in enumerate(self.events) if each == name)
        return self.events.pop(at)[1]

    def notes(self, count: int, timeout: float = PATIENCE) -> list[dict[str, Any]]:
        """The next so many notes of streams, in the order in which they came."""
        found: list[dict[str, Any]] = []
        while len(found) < count:
            found += self.next("events", timeout)["events"]
        return found

    def silent_for(self, seconds: float, name: str = "events") -> bool:
        """Whether no event of this name comes for a while."""
        try:
            self.next(name, seconds)
        except TimeoutError:
            return True
        return False

    def end(self, timeout: float = PATIENCE) -> int | None:
        """Wait until the server closes; returns the code."""
        deadline = time.monotonic() + timeout
        try:
            while True:
                self.step(deadline - time.monotonic())
        except Closed as closed:
            return closed.code

    def hang_up(self) -> None:
        """Go away without a word."""
        self.socket.close()
