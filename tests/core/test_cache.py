"""A value kept with the version of its rows: built once for many readers, served stale meanwhile, never lost or stuck."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event, Lock, Thread

import pytest
from flask import Flask

from app.core.cache import Snapshot, VersionedCache

WAIT_SECONDS = 30


class Rows:
    """Rows with a version, a build that tests can hold up or let fail, and a clock that they set."""

    def __init__(self) -> None:
        self.version, self.seconds = 1, 0.0
        self.builds: list[int] = []
        self.begun, self.go_on = Event(), Event()
        self.go_on.set()
        self.fails = False

    def build(self, _version: int, _previous: str | None) -> str:
        """The text of the rows as they stand when the build begins."""
        text = f"rows {self.version}"
        self.builds.append(self.version)
        self.begun.set()
        assert self.go_on.wait(WAIT_SECONDS)
        if self.fails:
            raise RuntimeError("the rows cannot be read")
        return text

    def write(self) -> None:
        """Another version of the rows."""
        self.version += 1


@pytest.fixture(autouse=True)
def context() -> Iterator[None]:
    """Background threads enter the application whose reader started them."""
    with Flask(__name__).app_context():
        yield


@pytest.fixture
def rows() -> Rows:
    return Rows()


@pytest.fixture
def rebuilding() -> Lock:
    """Held while something is built in the background."""
    return Lock()


def background_cache(rows: Rows, rebuilding: Lock, rest_factor: float = 0) -> VersionedCache[int, str]:
    """A cache whose first value is built by the reader and all later ones in the background."""
    return VersionedCache(
        lambda: rows.version,
        rows.build,
        builds_inline=lambda _version, value: value is None,
        rest_factor=rest_factor,
        retry_seconds=5,
        rebuilding=rebuilding,
        clock=lambda: rows.seconds,
    )


def read(cache: VersionedCache[int, str]) -> tuple[str, bool]:
    """What the cache gives, and whether it says that it is stale."""
    snapshot = cache.get()
    assert snapshot is not None
    return snapshot.value, snapshot.is_stale


def wait_for(rebuilding: Lock) -> None:
    """Wait until what is built in the background is done."""
    assert rebuilding.acquire(timeout=WAIT_SECONDS)
    rebuilding.release()


def in_threads(count: int, work: Callable[[], object]) -> list[Thread]:
    """Threads that begin the same work."""
    threads = [Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    return threads


def test_many_readers_who_wait_for_a_value_build_it_once(rows: Rows) -> None:
    cache = VersionedCache(lambda: rows.version, rows.build)
    found: list[tuple[str, bool]] = []
    rows.go_on.clear()
    threads = in_threads(8, lambda: found.append(read(cache)))
    assert rows.begun.wait(WAIT_SECONDS)
    rows.go_on.set()
    for thread in threads:
        thread.join(WAIT_SECONDS)
    assert found == [("rows 1", False)] * 8
    assert rows.builds == [1]


def test_readers_get_the_stale_value_while_one_thread_builds_the_next(rows: Rows, rebuilding: Lock) -> None:
    cache = background_cache(rows, rebuilding)
    assert read(cache) == ("rows 1", False)
    rows.go_on.clear()
    rows.write()
    assert [read(cache) for _ in range(5)] == [("rows 1", True)] * 5
    rows.go_on.set()
    wait_for(rebuilding)
    assert read(cache) == ("rows 2", False)
    assert rows.builds == [1, 2]


def test_after_a_rebuild_the_value_rests_for_a_multiple_of_the_time_that_it_took(
    rows: Rows, rebuilding: Lock
) -> None:
    cache = background_cache(rows, rebuilding, rest_factor=10)
    read(cache)
    rows.write()
    rows.begun.clear()
    rows.go_on.clear()
    read(cache)
    assert rows.begun.wait(WAIT_SECONDS)
    rows.seconds = 2
    rows.go_on.set()
    wait_for(rebuilding)
    rows.write()
    rows.seconds = 21.9
    assert read(cache) == ("rows 2", True)
    wait_for(rebuilding)
    assert rows.builds == [1, 2]
    rows.seconds = 22
    assert read(cache) == ("rows 2", True)
    wait_for(rebuilding)
    assert read(cache) == ("rows 3", False)


def test_after_a_failed_rebuild_the_old_value_is_served_and_a_later_reader_builds_again(
    rows: Rows, rebuilding: Lock, caplog: pytest.LogCaptureFixture
) -> None:
    cache = background_cache(rows, rebuilding)
    read(cache)
    rows.write()
    rows.fails = True
    assert read(cache) == ("rows 1", True)
    wait_for(rebuilding)
    assert "A cache could not be rebuilt." in caplog.text
    assert read(cache) == ("rows 1", True)
    wait_for(rebuilding)
    assert rows.builds == [1, 2], "the next attempt waits"
    rows.fails, rows.seconds = False, 5
    assert read(cache) == ("rows 1", True)
    wait_for(rebuilding)
    assert read(cache) == ("rows 2", False)


def test_a_first_value_that_fails_is_built_by_the_next_reader(rows: Rows) -> None:
    cache = VersionedCache(lambda: rows.version, rows.build)
    rows.fails = True
    with pytest.raises(RuntimeError):
        cache.get()
    rows.fails = False
    assert read(cache) == ("rows 1", False)


def test_what_is_written_during_a_rebuild_is_built_after_it(rows: Rows, rebuilding: Lock) -> None:
    cache = background_cache(rows, rebuilding)
    read(cache)
    rows.write()
    rows.begun.clear()
    rows.go_on.clear()
    read(cache)
    assert rows.begun.wait(WAIT_SECONDS)
    rows.write()
    assert read(cache) == ("rows 1", True)
    rows.go_on.set()
    wait_for(rebuilding)
    assert read(cache) == ("rows 2", True)
    wait_for(rebuilding)
    assert read(cache) == ("rows 3", False)


def test_an_invalidated_snapshot_is_built_again_once(rows: Rows) -> None:
    cache = VersionedCache(lambda: rows.version, rows.build)
    snapshot = cache.get()
    assert snapshot is not None
    cache.invalidate(snapshot)
    assert read(cache) == ("rows 1", False)
    cache.invalidate(snapshot)
    assert read(cache) == ("rows 1", False)
    assert rows.builds == [1, 1]


def test_a_value_that_cannot_be_updated_is_built_again_even_where_the_first_attempt_fails(
    rows: Rows, rebuilding: Lock
) -> None:
    """An update may take the version over in part; that it failed is not forgotten."""
    seen: list[int] = []

    def update(_value: list[str], version: int) -> bool:
        can = version == 1 or version in seen
        seen.append(version)
        return can

    cache: VersionedCache[int, list[str]] = VersionedCache(
        lambda: rows.version,
        lambda version, previous: [rows.build(version, None)],
        builds_inline=lambda _version, value: value is None,
        update=update,
        rebuilding=rebuilding,
        clock=lambda: rows.seconds,
    )

    def value() -> list[str]:
        snapshot: Snapshot[int, list[str]] | None = cache.get()
        assert snapshot is not None
        return snapshot.value

    assert value() == value() == ["rows 1"]
    rows.write()
    rows.fails = True
    assert value() == ["rows 1"]
    wait_for(rebuilding)
    rows.fails, rows.seconds = False, 60
    assert value() == ["rows 1"]
    wait_for(rebuilding)
    assert value() == ["rows 2"]


def test_caches_that_share_a_thread_build_one_after_the_other(rows: Rows, rebuilding: Lock) -> None:
    first, second = (background_cache(rows, rebuilding) for _ in range(2))
    read(first), read(second)
    rows.write()
    rows.go_on.clear()
    assert read(first) == read(second) == ("rows 1", True)
    rows.go_on.set()
    wait_for(rebuilding)
    assert rows.builds == [1, 1, 2]
    assert (read(first), read(second)) == (("rows 2", False), ("rows 1", True))
    wait_for(rebuilding)
    assert read(second) == ("rows 2", False)
