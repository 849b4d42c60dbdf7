"""The session outlives what Python's collector does to its rows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

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
