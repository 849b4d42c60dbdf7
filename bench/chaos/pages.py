"""People with a page open, in one Node process that runs the application's own live scripts (`app/static/src/js/live`)."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bench.chaos.rows import Said
from config import ROOT
from tests.support.browser import find_node


@dataclass(frozen=True)
class ServerUrls:
    """Where an installation answers, and the origin that its pages have."""

    address: str
    origin: str


@dataclass(frozen=True)
class Account:
    """Somebody's sign-in and the room that she is in; `acting_as` is the key of her actor, `csrf_token` that of her page."""

    name: str
    cookie: str
    csrf_token: str
    acting_as: str
    room: int
    stream: str
    epoch: str


@dataclass
class SimulatedUser:
    """What the page of one person reported.

    `shown` is what she would see, in the order in which it appeared; `written` the ids of what she wrote; `told` how far
    the server last said, at a subscription, that the stream goes.
    """

    account: Account
    is_followed: bool = False
    last: int = 0
    told: int = 0
    waiting: int = 0
    ended: str | None = None
    shown: list[Said] = field(default_factory=list)
    written: list[str] = field(default_factory=list)

    def is_level(self, head: int) -> bool:
        """Whether her page follows the room and shows all up to `head` and all that was there when it came back."""
        return self.is_followed and self.last >= max(head, self.told)

    def take(self, report: dict[str, Any]) -> None:
        """Take over what her page reported."""
        if "shown" in report:
            self.shown.append(Said(*report["shown"]))
            self.last = self.shown[-1].seq
        if "wrote" in report:
            self.written.append(report["wrote"])
        self.is_followed = report.get("followed", self.is_followed)
        self.told = report.get("told", self.told)
        self.waiting = report.get("waiting", self.waiting)
        self.ended = report.get("ended", self.ended)


class Pages:
    """The pages of all people, open for as long as the context lasts; each writes every so many seconds while it may."""

    def __init__(self, accounts: Sequence[Account], urls: ServerUrls, every: float) -> None:
        self.users = [SimulatedUser(account) for account in accounts]
        self._settings = {**asdict(urls), "every": every, "accounts": [asdict(each) for each in accounts]}
        self._is_talking: bool | None = None

    def __enter__(self) -> Pages:
        self._process = subprocess.Popen(
            [find_node(), "bench/chaos/pages.mjs"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is for this process, which then closes the pipe
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._send(self._settings)
        return self

    def __exit__(self, *nothing: object) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()
        self._reader.join()

    def talk(self, on: bool) -> None:
        """Let everybody write, or nobody."""
        self._send({"talk": on})

    def is_quiet(self) -> bool:
        """Whether nobody writes any more and everything that was written is confirmed."""
        return self._is_talking is False and not any(user.waiting for user in self.users)

    def check(self) -> None:
        """Raise RuntimeError where a page, or all of them, came to an end."""
        if self._process.poll() is not None:
            raise RuntimeError("The pages' process ended.")
        for user in self.users:
            if user.ended:
                raise RuntimeError(f"The page of {user.account.name} came to an end: {user.ended}.")

    def _send(self, line: dict[str, Any]) -> None:
        assert self._process.stdin
        self._is_talking = None
        self._process.stdin.write(json.dumps(line) + "\n")
        self._process.stdin.flush()

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            report = json.loads(line)
            if "user" in report:
                self.users[report["user"]].take(report)
            else:
                self._is_talking = report["talk"]
