"""Email addresses: one form whatever is typed, what no mail can be sent to, and how they go over the wire."""

from __future__ import annotations

import dataclasses
import socketserver
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.core.email_addresses import ascii_email, email_fault, normalise_email
from app.core.mail import deliver


class Conversation(socketserver.StreamRequestHandler):
    """A mail server that speaks SMTP without SMTPUTF8 and keeps what it was told."""

    def handle(self) -> None:
        """Answer until QUIT."""
        told: list[str] = self.server.told  # type: ignore[attr-defined]
        self.wfile.write(b"220 ready\r\n")
        in_data = False
        while line := self.rfile.readline():
            said = line.decode("ascii").rstrip("\r\n")
            told.append(said)
            if in_data:
                in_data = said != "."
                if in_data:
                    continue
            in_data = in_data or said.upper() == "DATA"
            answers = {"DATA": b"354 go on\r\n", "QUIT": b"221 bye\r\n"}
            self.wfile.write(answers.get(said.upper(), b"250 ok\r\n"))
            if said.upper() == "QUIT":
                return


@pytest.fixture
def mail_server() -> Iterator[tuple[int, list[str]]]:
    """The port of a mail server and all lines that it is told."""
    with socketserver.TCPServer(("127.0.0.1", 0), Conversation) as server:
        server.told = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], server.told  # type: ignore[attr-defined]
        server.shutdown()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Info@Example.org ", "info@example.org"),
        ("INFO@MÜLLER-Söhne.de", "info@müller-söhne.de"),
        ("info@XN--mller-shne-kcb9d.de", "info@müller-söhne.de"),
        ("info@mu\u0308ller-so\u0308hne.de", "info@müller-söhne.de"),
        ("a@straße.example", "a@straße.example"),
        ("a@ｅｘａｍｐｌｅ．ｏｒｇ", "a@example.org"),
        ("ΓΕΙΑ@ΠΑΡΆΔΕΙΓΜΑ.gr", "γεια@παράδειγμα.gr"),
        ("not an address", "not an address"),
        ("a@xn--zz.de", "a@xn--zz.de"),
        ("", ""),
    ],
)
def test_an_address_has_one_form_whatever_is_typed(typed: str, kept: str) -> None:
    assert normalise_email(typed) == normalise_email(kept) == kept


@given(st.text())
def test_any_text_has_a_form_and_folding_twice_changes_nothing(text: str) -> None:
    assert normalise_email(normalise_email(text)) == normalise_email(text)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("jörg@example.org", "Before the @"),
        ("a@xn--zz.de", "after the @"),
        ("a@☃.net", "after the @"),
        (f"a@{'ü' * 60}.de", "after the @"),
        ("anna", "does not look like"),
        ("a@b", "does not look like"),
        ("a@-b.de", "does not look like"),
        ("a@b.de\nBcc: c@d.de", "does not look like"),
        ("a@b.de\r\nBcc: c@d.de", "does not look like"),
        (f"{'a' * 390}@example.org", "does not look like"),
        ("", "does not look like"),
    ],
)
def test_an_address_that_no_mail_reaches_is_refused_with_the_reason(
    app: Flask, address: str, sentence: str
) -> None:
    with app.test_request_context("/en"):
        assert sentence in str(email_fault(address))


@pytest.mark.parametrize(
    "address", ["info@müller-söhne.de", "info@xn--mller-shne-kcb9d.de", "a.b+c@example.org"]
)
def test_addresses_that_exist_are_taken(address: str) -> None:
    assert email_fault(address) is None


def test_a_mail_to_an_international_domain_is_sent_to_its_xn_form(
    app: Flask, mail_server: tuple[int, list[str]]
) -> None:
    port, told = mail_server
    settings = app.extensions["trama.settings"]
    sender = "Trama <trama@straße.example>"
    app.extensions["trama.settings"] = dataclasses.replace(
        settings, mail_url=f"smtp://127.0.0.1:{port}", mail_tls="off", mail_from=sender
    )
    with app.app_context():
        deliver("info@müller-söhne.de", "Grüße", "Guten Tag", "de")
    told_lower = [line.lower() for line in told]
    assert any(line.startswith("rcpt to:<info@xn--mller-shne-kcb9d.de>") for line in told_lower)
    assert any(line.startswith("mail from:<trama@xn--strae-oqa.example>") for line in told_lower)
    assert "to: info@xn--mller-shne-kcb9d.de" in told_lower
    assert ascii_email("info@example.org") == "info@example.org"
