"""An operator's commands on a database of the tests, within their own process: starting one takes longer than most tests."""

from __future__ import annotations

from pathlib import Path

from app import create_app
from app.core.database import db
from config import Settings

SECRET = "only-for-the-tests-" + "x" * 32


def operate(url: str, instance: Path, *commands: tuple[str, ...]) -> str:
    """Run commands such as `("db", "upgrade")` one after the other; returns what the last one printed."""
    app = create_app(Settings(secret_key=SECRET, database_url=url, instance=instance))
    printed = ""
    for words in commands:
        answer = app.test_cli_runner().invoke(args=words)
        if answer.exit_code:
            raise RuntimeError(f"flask {' '.join(words)} failed:\n{answer.output}") from answer.exception
        printed = answer.output
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return printed
