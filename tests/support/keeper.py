"""Keeps one server alive for as long as a test process lives, however that process ends.

A test run may be interrupted, killed or time out. So no test process owns a server: this small program does.
It watches the process that the server is for, stops the server when that one is gone, and takes its folder
away.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

PAUSE = 0.2


def keep(command: list[str], *, folder: Path, watched: int, uid: int | None = None) -> None:
    """Start a server that stops when the watched process ends.

    The command runs as the given user (ours, when None). Its words go to `log` in its folder, which is
    deleted at the end.
    """
    words = [sys.executable, __file__, str(watched), str(folder), "" if uid is None else str(uid), *command]
    with (folder / "log").open("wb") as log:
        subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", start_new_session=True
        )


def wait_until_ready(is_ready: Callable[[], bool], folder: Path, seconds: float = 30) -> None:
    """Wait for a server; raises RuntimeError with its words when it does not come up."""
    end = time.monotonic() + seconds
    while not is_ready():
        if time.monotonic() > end:
            raise RuntimeError(f"The server in {folder} did not start:\n{(folder / 'log').read_text()}")
        time.sleep(0.02)


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


def main(watched: str, folder: str, uid: str, *command: str) -> None:
    """Run the server, watch, stop it by SIGINT (PostgreSQL then does not wait for its clients), tidy up."""
    user = {"user": int(uid), "group": int(uid), "extra_groups": []} if uid else {}
    with subprocess.Popen(command, **user) as server:
        while server.poll() is None and _lives(int(watched)):
            time.sleep(PAUSE)
        if server.poll() is None:
            server.send_signal(signal.SIGINT)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
