"""One way to steer every browser engine: open, run a script, click, type, resize, take a picture."""

from __future__ import annotations

import base64
import json
import os
import re
import tempfile
import time
from abc import ABC, abstractmethod
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Error, Playwright, ViewportSize
from websockets.sync.client import connect

from deploy.guarded_process import GuardedProcess, said, wait_until_ready
from deploy.local_deployment import free_port

START_TIMEOUT_SECONDS = 60
PREFERENCES: dict[str, bool | int | str] = {
    "app.update.disabledForTesting": True,
    "browser.safebrowsing.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}
"""Firefox asks nobody for anything."""
KEYS = {"Enter": "\ue007", "Escape": "\ue00c"}
"""Keys that are no characters, as WebDriver writes them; Playwright takes their names."""


LEFT_EARLY = ("A ServiceWorker intercepted the request", "status=2152398850")


class Driver(ABC):
    """One window of a browser; `errors` are those of the pages' scripts, where the browser tells them."""

    errors: list[str]

    @abstractmethod
    def open(self, url: str) -> None:
        """Go to an address and wait until its page has loaded."""

    @abstractmethod
    def run(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page; RuntimeError where it throws, or the page goes meanwhile."""

    @abstractmethod
    def click(self, x: float, y: float) -> None:
        """Press the mouse at a point of the window."""

    @abstractmethod
    def type(self, text: str) -> None:
        """Press the keys of a text, or one key of `KEYS`."""

    @abstractmethod
    def resize(self, width: int, height: int) -> None:
        """Give the page this size, or the nearest one that the browser's window can have."""

    @abstractmethod
    def picture(self) -> bytes:
        """What the window shows, as PNG."""

    @abstractmethod
    def close(self) -> None:
        """End the browser."""


class PlaywrightDriver(Driver):
    """A Chromium, by Playwright."""

    def __init__(self, playwright: Playwright, options: dict[str, Any]) -> None:
        self.errors = []
        self._browser = playwright.chromium.launch(**options)
        self._page = self._browser.new_page()
        self._page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self, url: str) -> None:
        self._page.goto(url)

    def run(self, expression: str) -> Any:
        try:
            return self._page.evaluate(expression)
        except Error as error:
            raise RuntimeError(error.message) from error

    def click(self, x: float, y: float) -> None:
        self._page.mouse.click(x, y)

    def type(self, text: str) -> None:
        if text in KEYS:
            self._page.keyboard.press(text)
        else:
            self._page.keyboard.type(text)

    def resize(self, width: int, height: int) -> None:
        self._page.set_viewport_size(ViewportSize(width=width, height=height))

    def picture(self) -> bytes:
        return self._page.screenshot()

    def close(self) -> None:
        self._browser.close()


def _pointer(x: float, y: float) -> list[dict[str, Any]]:
    """The actions of a click, the same for WebDriver and WebDriver BiDi."""
    moves = [
        {"type": "pointerMove", "x": round(x), "y": round(y)},
        {"type": "pointerDown", "button": 0},
        {"type": "pointerUp", "button": 0},
    ]
    return [{"type": "pointer", "id": "mouse", "actions": moves}]


def _keys(text: str) -> list[dict[str, Any]]:
    """The actions of typing."""
    signs = [KEYS[text]] if text in KEYS else list(text)
    presses = [{"type": kind, "value": sign} for sign in signs for kind in ("keyDown", "keyUp")]
    return [{"type": "key", "id": "keyboard", "actions": presses}]


class Program:
    """A program with a home of its own; both are gone at the end, or when the tests are."""

    def __init__(self, *command: str, home: Path | None = None, **env: str) -> None:
        self.home = home or Path(tempfile.mkdtemp(prefix="trama-engine-"))
        self._log = self.home / "log"
        env = {**os.environ, "HOME": str(self.home), "TMPDIR": str(self.home), **env}
        self._process = GuardedProcess(
            list(command), watched=os.getpid(), folder=self.home, log=self._log, env=env
        )

    def says(self, pattern: str) -> str:
        """The first group of a pattern in the program's words, once it fits."""
        wait_until_ready(lambda: bool(re.search(pattern, said(self._log))), self._process)
        found = re.search(pattern, said(self._log))
        assert found
        return found[1]

    def end(self) -> None:
        """Stop it."""
        self._process.end()
        self._process.join()


class BidiDriver(Driver):
    """A Firefox, by WebDriver BiDi, which it speaks without a program between."""

    def __init__(self, executable: str) -> None:
        home = Path(tempfile.mkdtemp(prefix="trama-engine-"))
        lines = [
            f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()
        ]
        (home / "user.js").write_text("\n".join(lines))
        options = ("--headless", "--no-remote", "--remote-debugging-port", "0", "--profile", str(home))
        self._program = Program(executable, *options, home=home)
        address = self._program.says(r"WebDriver BiDi listening on (ws://\S+)")
        self._open = ExitStack()
        self._socket = self._open.enter_context(connect(f"{address}/session", max_size=None))
        self.errors = []
        self._count = 0
        self._tell("session.new", capabilities={})
        self._tell("session.subscribe", events=["log.entryAdded"])
        self._context = self._tell("browsingContext.create", type="tab")["context"]

    def _tell(self, method: str, **params: Any) -> Any:
        self._count += 1
        self._socket.send(json.dumps({"id": self._count, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.recv(timeout=60))
            if answer["type"] == "event":
                self._note(answer["params"])
            if answer.get("id") == self._count:
                if answer["type"] == "error":
                    raise RuntimeError(f"{method}: {answer['message']}")
                return answer["result"]

    def _note(self, entry: dict[str, Any]) -> None:
        """Keep an error of a script; Firefox tells one, too, where one leaves a page while a file of it still comes."""
        if entry.get("type") == "javascript" and not any(text in entry["text"] for text in LEFT_EARLY):
            self.errors.append(entry["text"])

    def open(self, url: str) -> None:
        self._tell("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def run(self, expression: str) -> Any:
        told = self._tell(
            "script.evaluate",
            expression=f"JSON.stringify({expression})",
            target={"context": self._context},
            awaitPromise=False,
        )
        if told["type"] == "exception":
            raise RuntimeError(told["exceptionDetails"]["text"])
        return json.loads(told["result"].get("value", "null"))

    def click(self, x: float, y: float) -> None:
        self._tell("input.performActions", context=self._context, actions=_pointer(x, y))

    def type(self, text: str) -> None:
        self._tell("input.performActions", context=self._context, actions=_keys(text))

    def resize(self, width: int, height: int) -> None:
        size = {"width": width, "height": height}
        self._tell("browsingContext.setViewport", context=self._context, viewport=size)

    def picture(self) -> bytes:
        return base64.b64decode(
            self._tell("browsingContext.captureScreenshot", context=self._context)["data"]
        )

    def close(self) -> None:
        self._open.close()
        self._program.end()


class WebKitDriver(Driver):
    """WebKitGTK, by WebDriver, on a screen of its own."""

    def __init__(self, executable: str, screen: str) -> None:
        size = ("-screen", "0", "1400x1000x24")
        self.errors = []
        self._screen = Program(screen, "-displayfd", "1", "-nolisten", "tcp", *size)
        display = self._screen.says(r"(?m)^(\d+)$")
        port = free_port()
        self._program = Program(
            executable, f"--port={port}", DISPLAY=f":{display}", GDK_BACKEND="x11", NO_AT_BRIDGE="1"
        )
        self._address = f"http://127.0.0.1:{port}/session"
        self._begin()

    def _begin(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while True:
            try:
                begun = self._tell("POST", "", capabilities={})
            except ConnectionRefusedError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                self._address += f"/{begun['sessionId']}"
                return

    def _tell(self, method: str, path: str, **params: Any) -> Any:
        body = json.dumps(params).encode() if method == "POST" else None
        connection = HTTPConnection(urlsplit(self._address).netloc, timeout=60)
        connection.request(method, urlsplit(self._address).path + path, body)
        answer = connection.getresponse()
        value = json.loads(answer.read())["value"]
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {value['message']}")
        return value

    def open(self, url: str) -> None:
        self._tell("POST", "/url", url=url)

    def run(self, expression: str) -> Any:
        told = self._tell("POST", "/execute/sync", script=f"return JSON.stringify({expression})", args=[])
        return json.loads(told or "null")

    def click(self, x: float, y: float) -> None:
        self._tell("POST", "/actions", actions=_pointer(x, y))

    def type(self, text: str) -> None:
        self._tell("POST", "/actions", actions=_keys(text))

    def resize(self, width: int, height: int) -> None:
        for _ in range(2):
            inner = self.run("[innerWidth, innerHeight]")
            outer = self._tell("GET", "/window/rect")
            size = {
                "width": outer["width"] + width - inner[0],
                "height": outer["height"] + height - inner[1],
            }
            self._tell("POST", "/window/rect", **size)

    def picture(self) -> bytes:
        return base64.b64decode(self._tell("GET", "/screenshot"))

    def close(self) -> None:
        self._program.end()
        self._screen.end()
