"""Mails to a real SMTP server: nothing goes over the wire in clear unless the operator says so."""

from __future__ import annotations

import logging
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import create_app
from app.core.database import db
from app.core.jobs import Job, enqueue, run_due_jobs
from app.core.transactions import write_transaction
from config import Settings

WORDS = "a reset link with a secret"
PASSWORD = "hush-hush"


class MailServer:
    """An SMTP server of this test on loopback; `clear` holds every byte that reached it without TLS.

    `certificate` is (certificate, key): with it STARTTLS is offered, or with `implicit` TLS from the first byte.
    """

    def __init__(self, certificate: tuple[Path, Path] | None = None, *, implicit: bool = False) -> None:
        self.clear, self.encrypted = b"", b""
        self.implicit = implicit
        self.context: ssl.SSLContext | None = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*certificate)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            connection.settimeout(20)
            try:
                self._talk(connection)
            except OSError:
                pass
            finally:
                connection.close()

    def _talk(self, connection: Any) -> None:
        if self.implicit and self.context:
            connection = self.context.wrap_socket(connection, server_side=True)
        connection.sendall(b"220 test ESMTP\r\n")
        lines = connection.makefile("rb")
        while line := lines.readline():
            self._keep(connection, line)
            word = line[:4].upper()
            if word == b"EHLO":
                offers = [b"localhost", b"AUTH PLAIN LOGIN"]
                if self.context and not isinstance(connection, ssl.SSLSocket):
                    offers.append(b"STARTTLS")
                connection.sendall(b"".join(b"250-%s\r\n" % offer for offer in offers) + b"250 8BITMIME\r\n")
            elif word == b"STAR" and self.context:
                connection.sendall(b"220 go\r\n")
                connection = self.context.wrap_socket(connection, server_side=True)
                lines = connection.makefile("rb")
            elif word == b"DATA":
                connection.sendall(b"354 go\r\n")
                while (line := lines.readline()) not in (b".\r\n", b""):
                    self._keep(connection, line)
                connection.sendall(b"250 kept\r\n")
            elif word == b"QUIT":
                connection.sendall(b"221 bye\r\n")
                return
            else:
                connection.sendall(b"235 in\r\n" if word == b"AUTH" else b"250 fine\r\n")

    def _keep(self, connection: Any, line: bytes) -> None:
        if isinstance(connection, ssl.SSLSocket):
            self.encrypted += line
        else:
            self.clear += line


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost that nobody trusts by default, and its key."""
    folder = tmp_path_factory.mktemp("certificate")
    pair = folder / "certificate.pem", folder / "key.pem"
    make = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
    ]
    files = ["-addext", "subjectAltName=DNS:localhost", "-out", str(pair[0]), "-keyout", str(pair[1])]
    subprocess.run([*make, *files], check=True, capture_output=True)
    return pair


@pytest.fixture
def send(settings: Settings) -> Iterator[Any]:
    """Have one mail sent by the job that sends mails: `send(server, scheme, tls)` returns the job's row after it."""
    apps: list[Flask] = []

    def deliver(server: MailServer, scheme: str = "smtp", tls: str = "required") -> Job:
        url = f"{scheme}://anna:{PASSWORD}@localhost:{server.port}"
        app = create_app(replace(settings, mail_url=url, mail_tls=tls))
        apps.append(app)
        with app.app_context():
            with write_transaction():
                enqueue("mail", address="anna@example.org", subject="Hello", body=WORDS, lang="en")
            run_due_jobs()
            return db.session.scalars(select(Job)).one()

    yield deliver
    for app in apps:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def test_a_server_without_starttls_gets_neither_the_password_nor_the_mail(
    send: Any, caplog: pytest.LogCaptureFixture
) -> None:
    server = MailServer()
    with caplog.at_level(logging.ERROR):
        job = send(server)
    assert job.done_at is None and job.failed_at is None and job.attempts == 1
    assert server.clear.upper().startswith(b"EHLO")
    for secret in (b"AUTH", b"MAIL", b"anna", WORDS.encode(), PASSWORD.encode()):
        assert secret not in server.clear
    assert "offers no STARTTLS, so no mail is sent to it" in caplog.text and PASSWORD not in caplog.text


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_certificate_that_nobody_trusts_gets_nothing(
    send: Any, certificate: tuple[Path, Path], scheme: str, caplog: pytest.LogCaptureFixture
) -> None:
    server = MailServer(certificate, implicit=scheme == "smtps")
    with caplog.at_level(logging.ERROR):
        assert send(server, scheme).done_at is None
    assert server.encrypted == b"" and b"anna" not in server.clear
    assert "no certificate that is valid for its name" in caplog.text


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_with_a_trusted_certificate_the_mail_arrives_encrypted(
    send: Any, certificate: tuple[Path, Path], scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    server = MailServer(certificate, implicit=scheme == "smtps")
    assert send(server, scheme).done_at is not None
    assert WORDS.encode() in server.encrypted and b"AUTH" in server.encrypted
    assert b"AUTH" not in server.clear and b"anna" not in server.clear


def test_a_relay_without_tls_is_used_where_the_operator_says_so(send: Any) -> None:
    server = MailServer()
    assert send(server, tls="off").done_at is not None
    assert WORDS.encode() in server.clear
