"""The test bench itself: each real thing answers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
import redis
from playwright.sync_api import Page

from config import ROOT
from deploy.guarded_process import GuardedProcess


def _connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def test_postgresql_answers_and_sorts_and_folds_greek(blank_postgres_url: str) -> None:
    with _connect(blank_postgres_url) as connection:
        version = connection.execute("SELECT current_setting('server_version_num')::int").fetchone()[0]
        lowered = connection.execute("SELECT lower('ΑΘΗΝΑ Łódź')").fetchone()[0]
    assert version >= 180000
    assert lowered == "αθηνα łódź"


@pytest.mark.parametrize("attempt", [1, 2])
def test_each_test_gets_a_blank_database(blank_postgres_url: str, attempt: int) -> None:
    with _connect(blank_postgres_url) as connection:
        tables = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
        assert connection.execute(tables).fetchone()[0] == 0
        connection.execute("CREATE TABLE left_behind (id int)")


def test_the_database_of_a_worker_is_migrated_and_empty(postgres_url: str) -> None:
    with _connect(postgres_url) as connection:
        assert connection.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
        assert connection.execute("SELECT count(*) FROM person").fetchone() == (0,)


def test_redis_carries_a_message_between_two_clients(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as sender, redis.Redis.from_url(redis_url) as hearer:
        channel = hearer.pubsub(ignore_subscribe_messages=True)
        channel.subscribe("weft")
        channel.get_message(timeout=2)
        sender.publish("weft", "ciao")
        assert channel.get_message(timeout=2)["data"] == b"ciao"
        channel.close()


def test_the_browser_renders_a_page_and_runs_its_script(page: Page) -> None:
    page.goto(
        "data:text/html,<title>Trama</title><p>…</p><script>document.querySelector('p').textContent=6*7</script>"
    )
    assert page.title() == "Trama"
    assert page.inner_text("p") == "42"
    assert page.evaluate("CSS.supports('color', 'oklch(60% 0.1 40)')")


def test_a_server_stops_and_tidies_up_when_the_process_it_is_for_is_killed(tmp_path: Path) -> None:
    folder = tmp_path / "server"
    folder.mkdir()
    watched = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    alive = "import pathlib, time\nwhile True: pathlib.Path('alive').touch(); time.sleep(.05)"
    command = [sys.executable, "-c", f"import os; os.chdir({str(folder)!r})\n{alive}"]
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as for a run in the background of a script
    GuardedProcess(command, watched=watched.pid, folder=folder)
    signal.signal(signal.SIGINT, before)
    _wait(lambda: (folder / "alive").exists())
    watched.kill()
    watched.wait()
    _wait(lambda: not folder.exists())


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="elsewhere nobody tells a child that its parent died"
)
def test_a_forked_server_dies_with_its_cradle_however_that_one_ends() -> None:
    """A cradle that is killed can tell nobody: the system ends what it bore, or it would serve for ever."""
    born = (
        "from tests.support.cradle import die_with, fork_gevent, os\ncradle, child = os.getpid(), fork_gevent()\n"
        "if not child: die_with(cradle)\nos.write(1, b'%d\\n' % os.getpid())\nimport time; time.sleep(30)"
    )
    cradle = subprocess.Popen([sys.executable, "-c", born], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert cradle.stdout
    numbers = {int(cradle.stdout.readline()) for _ in range(2)}
    (child,) = numbers - {cradle.pid}
    cradle.kill()
    cradle.wait()
    _wait(lambda: not _lives(child))


def _lives(pid: int) -> bool:
    """Whether a process is there and is no mere entry that waits to be read."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_run_that_must_be_full_fails_when_it_left_something_out() -> None:
    only_postgres = [__file__, "-n0", "-k", "postgresql_answers", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *only_postgres],
        env={**os.environ, "TRAMA_TEST_REQUIRE_ALL": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout
    assert "1 passed" in done.stdout
    assert "Not a full run: no test ran with Redis." in done.stdout
    assert "no test ran with PostgreSQL" not in done.stdout


def _wait(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end, "it did not happen within ten seconds"
        time.sleep(0.05)
