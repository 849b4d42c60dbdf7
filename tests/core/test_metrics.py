"""What `/metrics` tells, and whom."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from app import create_app
from app.core.actors import VISITOR
from app.core.database import db
from app.core.jobs import enqueue, register_jobs, run_due_jobs
from app.core.streams.kinds import StreamKind, register_kind
from app.core.streams.services import append, open_stream
from app.core.transactions import write_transaction
from config import Settings

TOKEN = "for-the-one-who-watches"


def figures(app: Flask, **options: Any) -> dict[str, float]:
    """The figures by name and labels, as a tool of the operator reads them."""
    response = app.test_client().get("/metrics", **options)
    assert response.status_code == 200
    return {
        sample.name + "".join(f" {value}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def asked(app: Flask, remote: str = "127.0.0.1", **headers: str) -> int:
    """The status of an answer to somebody at an address."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return app.test_client().get("/metrics", headers=told, environ_base={"REMOTE_ADDR": remote}).status_code


def test_only_this_machine_and_whoever_has_the_token_are_told(app: Flask, settings: Settings) -> None:
    assert asked(app) == asked(app, "::1") == 200
    assert asked(app, "203.0.113.5") == asked(app, "203.0.113.5", Authorization="Bearer ") == 404
    watched = create_app(replace(settings, metrics_token=TOKEN))
    assert asked(watched, "203.0.113.5", Authorization=f"Bearer {TOKEN}") == 200
    assert asked(watched, "203.0.113.5", Authorization="Bearer something-else") == 404
    assert asked(watched, "203.0.113.5", Authorization="Bearer sträße") == 404


@pytest.mark.parametrize("proxies", [0, 1])
def test_a_proxy_on_this_machine_does_not_let_strangers_in(settings: Settings, proxies: int) -> None:
    behind = create_app(replace(settings, proxies=proxies))
    assert asked(behind, X_Forwarded_For="203.0.113.5") == 404
    assert asked(behind, X_Forwarded_For="203.0.113.5, 127.0.0.1") == 404
    assert asked(behind, X_Forwarded_For="127.0.0.1") == 404
    assert asked(behind, Via="1.1 Caddy") == 404


def test_events_are_counted_when_they_are_committed_and_by_their_kind(app: Flask) -> None:
    register_kind(app, StreamKind("metrics", lambda *_: True, lambda _: [], {"note": dict}))
    with app.app_context():
        before = figures(app).get("trama_events_total metrics", 0)
        with write_transaction():
            stream = open_stream("metrics").id
            for _ in range(3):
                append(stream, "note", {}, VISITOR)
        with suppress(ZeroDivisionError), write_transaction():
            append(stream, "note", {}, VISITOR)
            raise ZeroDivisionError
    assert figures(app)["trama_events_total metrics"] == before + 3


def test_jobs_are_counted_and_those_that_wait_are_told(app: Flask) -> None:
    def fail() -> None:
        raise RuntimeError

    register_jobs(app, {"works": lambda: None, "fails": fail})
    with app.app_context():
        with write_transaction():
            enqueue("works")
            enqueue("fails")
        assert figures(app)["trama_jobs_waiting"] == 2
        before = figures(app)
        run_due_jobs()
    after = figures(app)
    for name in ("trama_jobs_total works done", "trama_jobs_total fails failed"):
        assert after[name] == before.get(name, 0) + 1
    assert (after["trama_jobs_waiting"], after["trama_jobs_given_up"]) == (0, 0)


def test_requests_are_counted_by_endpoint_and_status_and_never_by_address(app: Flask) -> None:
    client = app.test_client()
    client.get("/en/reset/a-secret-of-somebody")
    client.get("/nothing-here")
    found = figures(app)
    assert found["trama_requests_total accounts.reset 410"] >= 1
    assert found["trama_requests_total none 404"] >= 1
    assert found["trama_request_seconds_count accounts.reset"] >= 1
    assert not any("secret" in name or "nothing" in name for name in found)


def test_figures_are_told_while_the_database_is_away(app: Flask) -> None:
    with app.app_context(), write_transaction():
        db.session.execute(text("DROP TABLE job"))
    assert figures(app)["trama_jobs_waiting"] != figures(app)["trama_jobs_waiting"]  # not a number
