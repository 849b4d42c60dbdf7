"""Devices that are told at once: what a push service gets, and when a device is told no more."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from py_vapid import Vapid02
from sqlalchemy import select

from app.core.clock import now, standing_at
from app.core.database import db
from app.core.jobs import enqueue, run_due_jobs
from app.core.transactions import write_transaction
from app.features.accounts.services.account_status import forget
from app.features.notifications.models import QUIET_TO, Notification, PushSubscription
from app.features.notifications.push_delivery import decode, encode
from app.features.notifications.services.devices import (
    MAX_FAILURES,
    PUSH_JOB,
    forget_ended_devices,
)
from tests.features.introductions.introducing import ASK, place_of
from tests.support.app import both_databases
from tests.support.door import Door, Seen
from tests.support.factories import Cast

DEVICE = "/en/account/notifications/device"
CHOICES = "/en/account/notifications"


class PushService(HTTPServer):
    """A push service on this machine, which answers as a test wants."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), PushRequest)
        self.origin = f"http://127.0.0.1:{self.server_port}"
        self.status = 201
        self.taken: list[tuple[dict[str, str], bytes]] = []


class PushRequest(BaseHTTPRequestHandler):
    """A message for a device."""

    server: PushService

    def do_POST(self) -> None:
        """Take it."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((dict(self.headers.items()), body))
        self.send_response(self.server.status)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Nothing is written down."""


class Browser:
    """The keys of a browser, and what only it can read."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = secrets.token_bytes(16)

    @property
    def subscription(self) -> dict[str, str]:
        """What it sends to be told."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": self.endpoint, "p256dh": encode(point), "auth": encode(self.secret)}

    def read(self, body: bytes) -> dict[str, str]:
        """The notification in a message."""
        content = http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
        found: dict[str, str] = json.loads(content)["notification"]
        return found


@pytest.fixture
def service(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    """A push service that the operator named; nobody has quiet hours who chose none."""
    server = PushService()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings = app.extensions["trama.settings"]
    app.extensions["trama.settings"] = replace(settings, push_origins=(server.origin,))
    monkeypatch.setattr("app.features.notifications.models.QUIET_FROM", QUIET_TO)
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def marek(door: Callable[..., Door], cast: Cast) -> Door:
    """Marek, of Zielona Spółdzielnia."""
    return door(cast.other)


@pytest.fixture
def ask(door: Callable[..., Door], cast: Cast) -> Callable[[], Seen]:
    """Giulia asks to meet Marek's organisation, with words."""
    return lambda: door(cast.member).fill(
        place_of(cast.other_organisation), ASK, message="A secret word", lang="it"
    )


def do_jobs(app: Flask) -> None:
    """Do what is due."""
    with app.app_context():
        while run_due_jobs():
            pass


def devices(app: Flask) -> list[str]:
    """The addresses of all devices that are told."""
    with app.app_context():
        return list(db.session.scalars(select(PushSubscription.endpoint)))


@both_databases
def test_a_device_is_told_without_a_word_and_without_a_name(
    app: Flask, marek: Door, service: PushService, ask: Callable[[], Seen]
) -> None:
    browser = Browser(f"{service.origin}/to/marek?x=1")
    key = marek.post(f"{DEVICE}/key").json["key"]
    assert marek.post(f"{DEVICE}/key").json["key"] == key and len(decode(key)) == 65
    assert "Tell me on this device" in marek.get(CHOICES).text
    assert marek.post(DEVICE, browser.subscription).location == CHOICES
    text = marek.get(CHOICES).text
    assert "Tell me no more on this device" in text and "Also on my devices" in text
    ask()
    do_jobs(app)
    [(headers, body)] = service.taken
    shown = browser.read(body)
    assert shown["body"] == "An organisation would like to meet yours"
    assert shown["navigate"].startswith("http://127.0.0.1:5000/en/introductions")
    assert not any(word in json.dumps(shown) for word in ("secret", "Filo", "Giulia"))
    assert (headers["TTL"], headers["Urgency"], headers["Content-Encoding"]) == (
        "43200",
        "normal",
        "aes128gcm",
    )
    assert 0 < len(headers["Topic"]) <= 32 and len(body) < 4096
    scheme, _, values = headers["Authorization"].partition(" ")
    signed = dict(value.split("=", 1) for value in values.split(","))
    assert scheme == "vapid" and signed["k"] == key and Vapid02.verify(headers["Authorization"])
    marek.post(f"{DEVICE}/off")
    assert devices(app) == []


@both_databases
def test_a_device_leaves_kinds_out_and_shows_first_words_where_its_owner_chose_so(
    app: Flask, marek: Door, service: PushService, ask: Callable[[], Seen]
) -> None:
    browser, field = Browser(f"{service.origin}/to/marek"), "push_introduction_asked"
    marek.post(f"{DEVICE}/key")
    marek.post(DEVICE, browser.subscription)
    marek.fill(CHOICES, "main form.form", **{field: []})
    ask()
    do_jobs(app)
    assert service.taken == []
    marek.fill(CHOICES, "main form.form", **{field: "y", "pushes_words": "y"})
    assert "with the first words" in marek.get(CHOICES).text
    with app.app_context(), write_transaction():
        asked = db.session.scalars(select(Notification)).one()
        enqueue(PUSH_JOB, person_id=asked.person_id, notice_kind=asked.kind, subject_id=asked.subject_id)
    do_jobs(app)
    [(_headers, body)] = service.taken
    shown = browser.read(body)
    assert (shown["title"], shown["body"]) == ("Il Filo Verde would like to meet you", "A secret word")


def test_in_quiet_hours_a_device_is_told_when_they_end(
    app: Flask, marek: Door, service: PushService, ask: Callable[[], Seen], monkeypatch: pytest.MonkeyPatch
) -> None:
    marek.post(f"{DEVICE}/key")
    marek.post(DEVICE, Browser(f"{service.origin}/to/marek").subscription)
    end = now() + timedelta(hours=5)
    monkeypatch.setattr("app.features.notifications.services.devices.end_of_quiet", lambda *_hours: end)
    ask()
    do_jobs(app)
    assert service.taken == []
    monkeypatch.setattr("app.features.notifications.services.devices.end_of_quiet", lambda *_hours: None)
    with standing_at(end + timedelta(seconds=1)):
        do_jobs(app)
    assert len(service.taken) == 1


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://127.0.0.1:22/",
        "https://169.254.169.254/latest/meta-data",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evil.example/fcm.googleapis.com",
        "https://fcm.googleapis.com@evil.example/",
        "https://user@fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "http://fcm.googleapis.com/x",
        "https://push.apple.com.evil.example/",
        "https://[::1/",
        "file:///etc/passwd",
        "https://fcm.googleapis.com/" + "x" * 1000,
        "",
    ],
)
def test_addresses_of_no_push_service_are_refused_with_a_sentence(
    app: Flask, marek: Door, service: PushService, endpoint: str
) -> None:
    refused = marek.post(DEVICE, Browser(endpoint).subscription)
    assert refused.status == 422 and "is not one that this installation knows" in refused.text
    assert devices(app) == []


def test_keys_that_are_none_are_refused_with_a_sentence(
    app: Flask, marek: Door, service: PushService
) -> None:
    whole = Browser("https://updates.push.services.mozilla.com/wpush/v2/x").subscription
    for broken in (
        {"p256dh": "x"},
        {"auth": ""},
        {"p256dh": whole["auth"]},
        {"auth": "ü" * 22},
        {"p256dh": "A" * 87},
    ):
        refused = marek.post(DEVICE, {**whole, **broken})
        assert refused.status == 422 and "could not be read" in refused.text
    assert marek.post(DEVICE, whole).status == 303
    assert devices(app) == [whole["endpoint"]]


def test_a_device_that_is_gone_is_forgotten_and_one_that_fails_ten_times(
    app: Flask, marek: Door, service: PushService, ask: Callable[[], Seen]
) -> None:
    browser = Browser(f"{service.origin}/to/marek")
    marek.post(f"{DEVICE}/key")
    marek.post(DEVICE, browser.subscription)
    service.status = 302
    ask()
    do_jobs(app)
    assert len(service.taken) == 1, "a redirection is not followed"
    service.status = 500
    for _ in range(MAX_FAILURES - 2):
        tell_again(app)
    assert len(devices(app)) == 1
    tell_again(app)
    assert devices(app) == []
    marek.post(DEVICE, browser.subscription)
    service.status = 410
    tell_again(app)
    assert devices(app) == []


def tell_again(app: Flask) -> None:
    """Have the devices told once more of what is unread."""
    with app.app_context():
        row = db.session.scalars(select(Notification).where(Notification.read_at.is_(None))).one()
        app.extensions["trama.jobs"][PUSH_JOB](
            person_id=row.person_id, notice_kind=row.kind, subject_id=row.subject_id
        )


@both_databases
def test_a_device_is_forgotten_with_its_sign_in_and_with_its_person(
    app: Flask, door: Callable[..., Door], cast: Cast, service: PushService, ask: Callable[[], Seen]
) -> None:
    here, there = door(cast.other), door(cast.other)
    here.post(f"{DEVICE}/key")
    for number, browser in enumerate((here, there)):
        browser.post(DEVICE, Browser(f"{service.origin}/to/{number}").subscription)
    here.post("/en/sign-out")
    ask()
    do_jobs(app)
    assert len(service.taken) == 1, "who signed out is not told, in the same minute"
    with app.app_context():
        forget_ended_devices()
    assert devices(app) == [f"{service.origin}/to/1"]
    another = door(cast.member)
    another.post(DEVICE, Browser(f"{service.origin}/to/1").subscription)
    assert devices(app) == [f"{service.origin}/to/1"], "another person in the same browser takes it over"
    with app.app_context(), write_transaction():
        forget(cast.member.email)
    assert devices(app) == []
