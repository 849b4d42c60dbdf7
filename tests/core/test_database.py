"""The session outlives what Python's collector does to its rows."""

from __future__ import annotations

import subprocess
import sys

from flask import Flask

from app.core.doors.transaction import writing
from app.features.demo import services
from config import ROOT

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


def test_rows_that_only_a_template_holds_do_not_kill_the_process(app: Flask) -> None:
    """Templates leave cycles behind; it happens in a process of its own, because it would take ours along."""
    with app.app_context(), writing():
        services.seed()
    address, folder = app.config["SQLALCHEMY_DATABASE_URI"], app.instance_path
    words = [sys.executable, "-c", READ_AGAIN_AND_AGAIN, address, folder]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
