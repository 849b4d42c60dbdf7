"""Each visitor's own address behind proxies, and a wrong TRAMA_PROXIES, which is noticed and said."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from app import create_app
from app.core import proxies
from app.core.database import db
from app.core.limits import attempts
from config import Settings

VISITORS = ("203.0.113.7", "203.0.113.8")
PUBLIC = "http://cluster.example.org"
Install = Callable[..., Flask]


@pytest.fixture
def install(settings: Settings) -> Iterator[Install]:
    """An installation: `install(proxies=1)`."""
    apps: list[Flask] = []

    def make(**changes: Any) -> Flask:
        app = create_app(replace(settings, **{"public_url": PUBLIC, **changes}))
        apps.append(app)
        with app.app_context():
            attempts().reset()
        return app

    yield make
    for app in apps:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def ask(app: Flask, forwarded: str = "", peer: str = "127.0.0.1", path: str = "/health") -> Any:
    """A request that a proxy at `peer` passes on with this X-Forwarded-For; returns the answer's data."""
    headers = {"Host": "cluster.example.org", **({"X-Forwarded-For": forwarded} if forwarded else {})}
    return app.test_client().get(path, headers=headers, environ_base={"REMOTE_ADDR": peer}).get_json()


@pytest.mark.parametrize(
    "forwarded",
    ["{visitor}", "{visitor}, {visitor}", "198.51.100.66, {visitor}"],
    ids=["nginx alone", "a TLS proxy before nginx", "a visitor who claims another address"],
)
def test_wrong_passwords_of_one_visitor_do_not_lock_out_another(install: Install, forwarded: str) -> None:
    app = install(proxies=1)

    def sign_in(number: int, visitor: str) -> int:
        client, headers = app.test_client(), {"X-Forwarded-For": forwarded.format(visitor=visitor)}
        page = client.get("/en/sign-in", base_url=PUBLIC, headers=headers).get_data(as_text=True)
        token = page.split('name="csrf-token" content="')[1].split('"')[0]
        data = {"email": f"nobody{number}@example.org", "password": "wrong", "csrf_token": token}
        return client.post("/en/sign-in", data=data, headers=headers, base_url=PUBLIC).status_code

    assert [sign_in(number, VISITORS[0]) for number in range(11)] == [422] * 10 + [429]
    assert sign_in(11, VISITORS[1]) == 422
    assert ask(app, forwarded.format(visitor=VISITORS[0]))["proxies"] == "ok"


@pytest.mark.parametrize(
    ("declared", "forwarded", "fault"),
    [
        (0, VISITORS[0], proxies.UNDECLARED),
        (2, VISITORS[0], proxies.TOO_FEW),
        (1, "", proxies.NOT_FORWARDED),
        (1, f"{VISITORS[0]}, 10.0.0.5", proxies.PROXYS_OWN),
        (1, "127.0.0.1", proxies.PROXYS_OWN),
    ],
)
def test_a_wrong_number_of_proxies_is_said_once_in_the_log_and_by_health(
    install: Install, caplog: pytest.LogCaptureFixture, declared: int, forwarded: str, fault: str
) -> None:
    app = install(proxies=declared)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            state = ask(app, forwarded)
    assert state["proxies"] == "wrong: see the log" and state["process"] == "ok"
    assert [record.getMessage() for record in caplog.records].count(fault) == 1
    assert VISITORS[0] not in caplog.text


@pytest.mark.parametrize(
    ("declared", "forwarded", "peer"),
    [(0, "", "127.0.0.1"), (0, "1.2.3.4", "8.8.8.8"), (1, f"1.2.3.4, {VISITORS[0]}", "127.0.0.1")],
    ids=["nothing before it", "a stranger who claims an address", "a visitor who claims an address"],
)
def test_what_strangers_claim_is_no_fault(install: Install, declared: int, forwarded: str, peer: str) -> None:
    assert ask(install(proxies=declared), forwarded, peer)["proxies"] == "ok"


def test_a_public_installation_that_declares_no_proxy_is_warned_at_start(install: Install) -> None:
    def warnings(app: Flask) -> list[str]:
        return [sentence for check in app.extensions["trama.start_checks"] if (sentence := check())]

    for changes, found in (({}, [proxies.UNDECLARED]), ({"proxies": 1}, []), ({"host": "192.0.2.1"}, [])):
        app = install(**changes)
        with app.app_context():
            assert warnings(app) == found


@pytest.mark.parametrize("host", ["[", "[::1", "]", "a:b:c"])
def test_malformed_host_is_refused_with_a_code_and_no_fault(install: Install, host: str) -> None:
    app = install(proxies=1)
    answer = app.test_client().get("/en/", headers={"Host": host}, environ_base={"REMOTE_ADDR": "127.0.0.1"})
    assert answer.status_code in (400, 421)
    assert app.extensions["trama.proxy_faults"] == set()
