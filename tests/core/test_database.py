"""The session outlives what Python's collector does to its rows, and only a writer writes."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

from app.core.database import db
from app.core.transactions import write_transaction
from app.features.accounts.models import Person
from config import ROOT
from tests.support.demo import seeded_sqlite
from tests.support.shared import Shared

READ_AGAIN_AND_AGAIN = """
import gc, sys
from pathlib import Path
from app import create_app
from config import Settings

app = create_app(Settings(secret_key="x" * 40, database_url=sys.argv[1], instance=Path(sys.argv[2])))
for threshold in (100, 200, 300):
    gc.set_threshold(threshold, 5, 5)
    for _ in range(25):
        assert app.test_client().get("/en/organisations").status_code == 200
"""


def test_rows_that_only_a_template_holds_do_not_kill_the_process(shared: Shared, tmp_path: Path) -> None:
    """Templates leave cycles behind; it happens in a process of its own, because it would take ours along."""
    address, _ = seeded_sqlite(shared, tmp_path)
    words = [sys.executable, "-c", READ_AGAIN_AND_AGAIN, address, str(tmp_path)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_write_in_a_transaction_that_began_as_a_reader_is_refused(app: Flask) -> None:
    """On SQLite it would fail only now and then, while another process writes: so it always fails."""
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Person)) == 0
        db.session.add(Person(name="Anna", email="anna@example.org"))
        with pytest.raises(OperationalError, match="readonly"):
            db.session.commit()


def test_connection_that_has_written_refuses_writes_of_the_next_reader(app: Flask) -> None:
    with app.app_context():
        with write_transaction():
            db.session.add(Person(name="Anna", email="anna@example.org"))
        with pytest.raises(OperationalError, match="readonly"):
            db.session.execute(update(Person).values(name="Berta"))
        db.session.rollback()
        assert db.session.scalars(select(Person.name)).one() == "Anna"


def test_writer_waits_while_another_process_writes(app: Flask, database: str) -> None:
    """The other connection begins first and holds the database for much longer than SQLite waits by itself."""
    other = sqlite3.connect(
        database.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False
    )
    other.execute("BEGIN IMMEDIATE")
    end = threading.Timer(0.7, other.execute, ["ROLLBACK"])
    end.start()
    with app.app_context():
        with write_transaction():
            db.session.add(Person(name="Anna", email="anna@example.org"))
        assert db.session.scalars(select(Person.name)).all() == ["Anna"]
    end.join()
    other.close()
