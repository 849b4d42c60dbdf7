"""Backup and restore: the same rows and files come back on either database, or a sentence says why nothing does."""

from __future__ import annotations

import json
import random
import shutil
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, inspect, select

from app import create_app
from app.core.actors import VISITOR
from app.core.backup.services import back_up
from app.core.database import db
from app.core.streams.models import Stream
from app.core.streams.services import append, open_stream
from app.core.transactions import write_transaction
from app.features.accounts.models import Person
from app.features.taxonomy.models import Concept
from config import Settings
from tests.support.app import SECRET, both_databases
from tests.support.demo import seeded_sqlite
from tests.support.shared import Shared

pytestmark = pytest.mark.xdist_group("backup")
FILES = {"uploads/ab/photo.jpg": b"\xff\xd8 a photograph \x00" * 9000, "matching-weights.json": b"{}"}


@contextmanager
def installation(folder: Path, url: str = "") -> Iterator[Flask]:
    """An application with a folder of its own, on a SQLite file in it unless `url` names a database."""
    folder.mkdir(parents=True, exist_ok=True)
    url = url or f"sqlite:///{folder / 'trama.db'}"
    app = create_app(Settings(secret_key=SECRET, database_url=url, instance=folder, testing=True))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def run(app: Flask, *words: str) -> str:
    """What a command says, whether it fails or not."""
    done = app.test_cli_runner().invoke(args=list(words))
    assert done.exit_code in (0, 1), done.output
    return f"{done.output}"


def manifest(path: Path) -> dict[str, Any]:
    """The manifest of an archive."""
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("manifest.json"))


def rows(path: Path, table: str) -> list[dict[str, Any]]:
    """The rows of a table in an archive."""
    columns = next(each["columns"] for each in manifest(path)["tables"] if each["name"] == table)
    with zipfile.ZipFile(path) as archive:
        lines = archive.read(f"tables/{table}.jsonl").splitlines()
    return [dict(zip(columns, json.loads(line), strict=True)) for line in lines]


def told(path: Path) -> dict[str, tuple[Any, str]]:
    """What a manifest tells of each table and file, but for the streams, whose epochs are new after a restore."""
    found = manifest(path)
    parts = [*found["tables"], *found["files"]]
    return {
        each["part"]: (each.get("rows"), each["sha256"])
        for each in parts
        if each["part"] != "tables/stream.jsonl"
    }


@pytest.fixture(scope="module")
def archive(shared: Shared, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The backup of an installation on SQLite with the demonstration, two files, and a concept below a later one."""
    folder = tmp_path_factory.mktemp("first")
    url, _ = seeded_sqlite(shared, folder)
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / "secret-key").write_text("the operator's own")
    with installation(folder, url) as app:
        with app.app_context(), write_transaction():
            first, last = db.session.scalars(
                select(Concept).where(Concept.id.in_([_edge(func.min), _edge(func.max)])).order_by(Concept.id)
            )
            first.broader_id = last.id
        path = tmp_path_factory.mktemp("archives") / "first.zip"
        assert " rows of " in run(app, "backup", str(path))
    return path


def _edge(which: Callable[..., Any]) -> Any:
    return db.session.scalar(select(which(Concept.id)))


# --- The drill ----------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.postgres
def test_every_row_and_file_comes_back_on_either_database(
    archive: Path, tmp_path: Path, blank_postgres_url: str, postgres_server: Any
) -> None:
    again = f"{blank_postgres_url.rpartition('/')[2].partition('?')[0]}_again"
    places = [("", "a"), (blank_postgres_url, "b"), (postgres_server.create(again), "c"), ("", "d")]
    source = archive
    for url, name in places:
        with installation(tmp_path / name, url) as app:
            assert " are back, as they were at " in run(app, "restore", str(source))
            target = tmp_path / f"{name}.zip"
            run(app, "backup", str(target))
            _goes_on(app)
        assert told(target) == told(archive)
        assert {each["name"] for each in manifest(target)["files"]} == set(FILES)
        assert (tmp_path / name / "uploads/ab/photo.jpg").read_bytes() == FILES["uploads/ab/photo.jpg"]
        assert _without_epochs(target) == _without_epochs(archive)
        assert not _epochs(target) & _epochs(source)
        source = target
    postgres_server.drop(again)


def _goes_on(app: Flask) -> None:
    """New rows get new numbers."""
    with app.app_context(), write_transaction():
        db.session.add(Person(email="new@example.org", name="Nadia Nuova"))


def _epochs(path: Path) -> set[str]:
    return {row["epoch"] for row in rows(path, "stream")}


def _without_epochs(path: Path) -> list[dict[str, Any]]:
    return [{**row, "epoch": ""} for row in rows(path, "stream")]


def test_an_archive_holds_what_belongs_and_no_secret(archive: Path) -> None:
    found = manifest(archive)
    assert found["format"] == "trama-backup" and found["revision"]
    assert sum(table["rows"] for table in found["tables"]) > 1000
    assert [each["name"] for each in found["files"]] == sorted(FILES)
    assert archive.stat().st_mode & 0o077 == 0


@pytest.mark.slow
@both_databases
def test_a_backup_is_of_one_moment_while_people_write(app: Flask, tmp_path: Path) -> None:
    with app.app_context(), write_transaction():
        pair = [open_stream("room").id, open_stream("room").id]
    stop, wrote = threading.Event(), threading.Event()

    def write() -> None:
        while not stop.is_set():
            with app.app_context(), write_transaction():
                for stream_id in pair:
                    append(stream_id, "message", {"body": "ciao"}, VISITOR)
            wrote.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(2):
            wrote.clear()
            assert wrote.wait(60)
            with app.app_context():
                back_up(tmp_path / f"{number}.zip")
    finally:
        stop.set()
        writer.join()
    heads = [_consistent(tmp_path / f"{number}.zip") for number in range(2)]
    assert heads == sorted(set(heads))


def _consistent(path: Path) -> int:
    """The head of both streams, which are written together; each has as many events as it counts."""
    heads = {row["id"]: row["head"] for row in rows(path, "stream")}
    events = [row["stream_id"] for row in rows(path, "event")]
    assert all(events.count(stream_id) == head for stream_id, head in heads.items())
    (head,) = set(heads.values())
    return head


# --- Refusals -----------------------------------------------------------------------------------------------


def refused(archive: Path, folder: Path) -> str:
    """The sentence with which a restore into an empty folder is refused; nothing may be there afterwards."""
    with installation(folder) as app:
        sentence = run(app, "restore", str(archive))
        with app.app_context():
            assert inspect(db.engine).get_table_names() == []
    assert [path.name for path in folder.iterdir() if not path.name.startswith("trama.db")] == []
    assert sentence.startswith("Error: ") and sentence.count("\n") == 1
    return sentence


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    text, foreign = tmp_path / "letter.txt", tmp_path / "photos.zip"
    text.write_text("Dear all")
    with zipfile.ZipFile(foreign, "w") as other:
        other.writestr("photo.jpg", b"")
    assert "is no backup of Trama, or not all of one" in refused(text, tmp_path / "a")
    assert "it has no manifest" in refused(foreign, tmp_path / "b")
    assert "There is no file" in refused(tmp_path / "nothing.zip", tmp_path / "c")


def changed(archive: Path, target: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """The archive with another manifest."""
    told = manifest(archive)
    change(told)
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, json.dumps(told) if name == "manifest.json" else old.read(name))
    return target


def test_an_archive_of_a_newer_trama_is_refused(archive: Path, tmp_path: Path) -> None:
    newer = changed(archive, tmp_path / "newer.zip", lambda told: told.update(revision="9999"))
    other = changed(archive, tmp_path / "other.zip", lambda told: told.update(version=2))
    assert "of another version of Trama (its tables are at 9999)" in refused(newer, tmp_path / "a")
    assert "whose format is not known here" in refused(other, tmp_path / "b")


def test_an_archive_that_writes_elsewhere_is_refused(archive: Path, tmp_path: Path) -> None:
    def escape(told: dict[str, Any]) -> None:
        told["files"][0]["name"] = "../outside"

    sly = changed(archive, tmp_path / "sly.zip", escape)
    assert "holds a file “../outside”" in refused(sly, tmp_path / "a")
    assert not (tmp_path / "outside").exists()


@pytest.mark.slow
def test_a_damaged_archive_is_refused_wherever_the_damage_is(archive: Path, tmp_path: Path) -> None:
    whole = archive.read_bytes()
    chance = random.Random(7)
    damaged = tmp_path / "damaged.zip"
    with installation(tmp_path / "place") as app:
        for cut in [chance.randrange(len(whole)) for _ in range(15)]:
            damaged.write_bytes(whole[:cut])
            assert run(app, "restore", str(damaged)).startswith("Error: ")
        parts = [each["part"] for each in manifest(archive)["tables"] if each["bytes"]]
        for part in chance.sample(parts, 15):
            damaged.write_bytes(_with_a_flipped_bit(archive, part, chance))
            assert "is damaged" in run(app, "restore", str(damaged))
        with app.app_context():
            assert inspect(db.engine).get_table_names() == []


def _with_a_flipped_bit(archive: Path, part: str, chance: random.Random) -> bytes:
    """The archive's bytes with one bit of a part's content turned."""
    content = bytearray(archive.read_bytes())
    with zipfile.ZipFile(archive) as opened:
        info = opened.getinfo(part)
    start = info.header_offset + 30 + len(part) + 20  # behind the header with its extra field
    at = start + chance.randrange(max(info.compress_size - 20, 1))
    content[at] ^= 1 << chance.randrange(8)
    return bytes(content)


def test_nothing_is_ever_written_over(archive: Path, tmp_path: Path, app: Flask, settings: Settings) -> None:
    assert "The database is not empty" in run(app, "restore", str(archive))
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Stream)) == 0
    (tmp_path / "place").mkdir()
    (tmp_path / "place" / "plan.pdf").write_bytes(b"mine")
    with installation(tmp_path / "place") as other:
        assert "is not empty (plan.pdf)" in run(other, "restore", str(archive))
        assert "There are no tables yet" in run(other, "backup", str(tmp_path / "none.zip"))
    kept = tmp_path / "kept.zip"
    shutil.copy(archive, kept)
    assert "exists already" in run(app, "backup", str(kept))
    assert kept.read_bytes() == archive.read_bytes()
    assert not (tmp_path / "none.zip").exists() and not list(tmp_path.glob(".*zip*"))


def test_what_fails_half_way_leaves_nothing(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*told: object) -> None:
        raise OSError("no room left")

    monkeypatch.setattr("app.core.backup.folder.put", no_room)
    with installation(tmp_path / "place") as app:
        done = app.test_cli_runner().invoke(args=["restore", str(archive)])
        assert isinstance(done.exception, OSError)
        with app.app_context():
            assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
        monkeypatch.undo()
        assert " are back" in run(app, "restore", str(archive))
