"""The process that a nursery forks: it imports everything, then does as told until nobody tells anything any more."""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import ctypes  # noqa: E402  everything below must see the patched modules
import gc  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
import traceback  # noqa: E402
from collections.abc import Mapping  # noqa: E402
from importlib import import_module  # noqa: E402
from pathlib import Path  # noqa: E402

import gevent  # noqa: E402
from gevent.os import fork_gevent  # noqa: E402

from app import create_app  # noqa: E402
from app.core.database import db  # noqa: E402
from app.core.live import server  # noqa: E402
from app.registry import FEATURES  # noqa: E402
from config import read_settings  # noqa: E402
from tests.support.compiled import share_compiled  # noqa: E402

PR_SET_PDEATHSIG = 1
REHEARSED = ("/en/", "/it/", "/en/organisations", "/en/sign-in", "/en/nothing-is-here")


def rehearse(env: Mapping[str, str], run: Path) -> None:
    """Do once what is the same in every child: look through the sources, and compile what the first pages need."""
    app = create_app(read_settings(env))
    server.check_source_names(app)
    server.check_source_names = lambda app: None
    share_compiled(app, run)
    for path in REHEARSED:
        app.test_client().get(path)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def bear(env: Mapping[str, str], log: str, run: Path) -> int:
    """Fork a process that serves in this environment; returns its number to the one that stays."""
    cradle = os.getpid()
    pid: int = fork_gevent()
    if pid:
        return pid
    die_with(cradle)
    words = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for stream in (1, 2):
        os.dup2(words, stream)
    try:
        settings = read_settings(env)
        app = create_app(settings)
        share_compiled(app, run)
        server.serve(app, settings)
    except Exception:
        traceback.print_exc()
    finally:
        os._exit(0)


def die_with(parent: int) -> None:
    """Have the system end this process with the one that forked it, even where that one is killed and can tell nobody."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def end(pid: int, how: int) -> None:
    """Send a process a signal and wait until it is gone."""
    os.kill(pid, how)
    os.waitpid(pid, 0)


def next_line() -> bytes:
    """A line from whoever made us, read without gevent: nothing else goes on in this process."""
    line = b""
    while not line.endswith(b"\n") and (letter := os.read(0, 1)):
        line += letter
    return line


def main(run: Path) -> None:
    """Start and stop children as told, and take them along at the end."""
    children: set[int] = set()
    try:
        for line in iter(next_line, b""):
            order, answer = json.loads(line), 0
            if "stop" in order:
                end(order["stop"], order["how"])
                children.discard(order["stop"])
            else:
                answer = bear(order["env"], order["log"], run)
                children.add(answer)
            os.write(1, f"{answer}\n".encode())
    finally:
        for child in children:
            end(child, signal.SIGKILL)


if __name__ == "__main__":
    for name in FEATURES:
        import_module(f"app.features.{name}.feature")
    folder = Path(sys.argv[1])
    rehearse(os.environ, folder)
    # What the modules and the pages began in the background ends here, not in every child.
    gevent.sleep(0.1)
    gc.collect()
    gc.freeze()
    main(folder)
