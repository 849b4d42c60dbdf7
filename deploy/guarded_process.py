"""Keeps one server alive for as long as another process lives, however that process ends.

A process that starts a server may be interrupted, killed or time out, so it does not own the server: this small program
does. It watches that process, stops the server when the process is gone, and deletes the server's folder. Meanwhile the
process may have the server stopped and started again.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

POLL_SECONDS = 0.2
STOP_TIMEOUT_SECONDS = 20.0


class GuardedProcess:
    """A server that stops when the watched process ends.

    The command runs as the user `uid` (ours, when None), in the environment `env` (ours, when None) and in the folder
    `cwd`. Its words go to the file `log` (where ours go, when None); `folder`, if there is one, is deleted at the end.
    """

    def __init__(
        self,
        command: list[str],
        *,
        watched: int,
        folder: Path | None = None,
        uid: int | None = None,
        log: Path | None = None,
        env: Mapping[str, str] | None = None,
        cwd: Path | str = "/",
    ) -> None:
        words = [str(watched), str(folder or ""), "" if uid is None else str(uid), *command]
        words_to = log.open("ab") if log else None
        self.log = log
        self._keeper = subprocess.Popen(
            [sys.executable, "-P", __file__, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=words_to,
            cwd=cwd,
            env=env,
            start_new_session=True,
        )
        if words_to:
            words_to.close()

    @property
    def lives(self) -> bool:
        """Whether the server has not ended by itself."""
        return self._keeper.poll() is None

    def stop(self, how: int = signal.SIGINT) -> None:
        """Stop the server by a signal and wait until it is gone; it can be started again."""
        self._tell(f"stop {int(how)}")

    def signal(self, number: int) -> None:
        """Send the server a signal: SIGSTOP holds it still, SIGCONT lets it go on."""
        self._tell(f"signal {int(number)}")

    def start(self) -> None:
        """Start the server again after a stop; raises RuntimeError where it had ended by itself."""
        self._tell("start")

    def end(self) -> None:
        """Have the server stopped for good; `join` waits for it."""
        if self.lives:
            self._say("end")

    def join(self) -> None:
        """Wait until the server is gone and its folder, too."""
        self._keeper.wait(2 * STOP_TIMEOUT_SECONDS)
        for pipe in (self._keeper.stdin, self._keeper.stdout):
            if pipe:
                pipe.close()

    def _say(self, words: str) -> None:
        assert self._keeper.stdin is not None
        try:
            self._keeper.stdin.write(f"{words}\n".encode())
            self._keeper.stdin.flush()
        except BrokenPipeError as error:
            raise RuntimeError(f"the server had ended by itself:\n{said(self.log)}") from error

    def _tell(self, words: str) -> None:
        self._say(words)
        assert self._keeper.stdout is not None
        if not self._keeper.stdout.readline():
            raise RuntimeError(f"the server had ended by itself:\n{said(self.log)}")


def said(log: Path | None) -> str:
    """What a server wrote, as far as it is still there."""
    return log.read_text(errors="replace") if log and log.exists() else ""


def wait_until_ready(is_ready: Callable[[], bool], server: GuardedProcess, seconds: float = 60) -> None:
    """Wait for a server; raises RuntimeError with its words when it does not come up."""
    end = time.monotonic() + seconds
    while not is_ready():
        if time.monotonic() > end or not server.lives:
            raise RuntimeError(f"A server did not start:\n{said(server.log)}")
        time.sleep(0.02)


# --- The keeper's own process -------------------------------------------------------------------------------


def _lives(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits for its parent to notice does not."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except ProcessLookupError:
        return False
    except FileNotFoundError:  # not on Linux
        return True
    return state != "Z"


def _put_down(server: subprocess.Popen[bytes], how: int) -> None:
    """Stop a server by a signal, by force where it does not listen."""
    server.send_signal(how)
    try:
        server.wait(STOP_TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _hear(ears: list[Any]) -> list[str]:
    """The next order, if one comes within a moment; the process that gave orders may have ended before the watched one."""
    heard, _, _ = select.select(ears, [], [], POLL_SECONDS)
    if not heard:
        return []
    words = sys.stdin.readline().split()
    if not words:
        ears.clear()
    return words


def main(watched: str, folder: str, uid: str, *command: str) -> None:
    """Run the server, watch, follow orders; at the end stop it by SIGINT (PostgreSQL then does not wait for its
    clients) and tidy up."""
    user: dict[str, Any] = {"user": int(uid), "group": int(uid), "extra_groups": []} if uid else {}
    ears: list[Any] = [sys.stdin]
    # Who starts in the background of a script inherits that SIGINT is ignored; the server must not.
    signal.signal(signal.SIGINT, signal.default_int_handler)

    def launch() -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, **user)

    server: subprocess.Popen[bytes] | None = launch()
    while _lives(int(watched)) and (server is None or server.poll() is None):
        order, *how = _hear(ears) or [""]
        if order == "end":
            break
        if order == "signal" and server is not None:
            server.send_signal(int(how[0]))
        elif order == "stop" and server is not None:
            _put_down(server, int(how[0]))
            server = None
        elif order == "start" and server is None:
            server = launch()
        if order:
            print("done", flush=True)
    if server is not None and server.poll() is None:
        _put_down(server, signal.SIGINT)
    if folder:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
