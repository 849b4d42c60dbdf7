"""Whether this process can serve: the database answers and its tables are those of this code."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.core.database import db
from app.core.http.api import answers
from app.core.http.pages import page
from app.core.payloads import Payload
from app.core.permissions import PUBLIC

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
blueprint = Blueprint("health", __name__)


class HealthState(Payload):
    """What must be as it should, and whether it is."""

    process: str
    database: str
    migrations: str
    proxies: str


@page(blueprint, "/health", permission=PUBLIC)
@answers(HealthState, status_503=HealthState)
def health() -> ResponseReturnValue:
    """The state of the process, the database and its migrations; 503 when one is not as it must be.

    `proxies` says whether requests fit TRAMA_PROXIES.
    """
    state = {"process": "ok", "database": "ok", "migrations": "ok"}
    try:
        connection = db.session.connection()
        connection.execute(text("SELECT 1"))
        if MigrationContext.configure(connection).get_current_heads() != heads():
            state["migrations"] = "behind"
    except SQLAlchemyError:
        state["database"], state["migrations"] = "unreachable", "unknown"
    healthy = all(value == "ok" for value in state.values())
    # A wrong TRAMA_PROXIES is for the operator to mend; a balancer must not leave the process out for it.
    state["proxies"] = "wrong: see the log" if current_app.extensions["trama.proxy_faults"] else "ok"
    return jsonify(state), 200 if healthy else 503


@lru_cache
def heads() -> tuple[str, ...]:
    """The newest migrations that this code brings."""
    return tuple(ScriptDirectory(str(MIGRATIONS)).get_heads())
