"""The ledger: its entries follow each other, nothing in it can be changed, and its signed head can be kept elsewhere."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.core.chained_log.canonical import (
    BadEntry,
    canonical_json,
    check_chain,
    head_text,
    is_signed_by,
    read_note,
    signed_note,
    verifier_key,
)
from app.core.chained_log.log import append_entry, find_head, public_key, sign_head, verify_log
from app.core.database import db
from app.core.errors import Conflict
from app.core.transactions import write_transaction
from tests.support.app import both_databases


def write(app: Flask, number: int) -> int:
    with app.app_context(), write_transaction():
        return append_entry("test.written", f"thing:{number}", {"number": number})


@both_databases
def test_fifty_writers_at_once_make_one_chain_that_the_command_verifies(app: Flask) -> None:
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda number: write(app, number), range(50)))
    assert sorted(numbers) == list(range(50))
    with app.app_context():
        head = verify_log()
        assert read_note(sign_head(head), public_key()) == (50, head.hash)
    answer = app.test_cli_runner().invoke(args=["ledger", "verify"])
    assert (answer.exit_code, answer.output) == (0, f"The ledger holds: 50 entries, head {head.hash}.\n")


@both_databases
def test_the_database_refuses_to_change_or_to_delete_an_entry(app: Flask) -> None:
    write(app, 1)
    with app.app_context():
        before = find_head()
    for statement in ("UPDATE ledger_entry SET kind = 'x'", "DELETE FROM ledger_entry"):
        with app.app_context(), pytest.raises((DBAPIError, Conflict)), write_transaction():
            db.session.execute(text(statement))
    with app.app_context():
        assert find_head() == before


def chain(*words: str) -> list[bytes]:
    """A small log."""
    bodies: list[bytes] = []
    previous = "0" * 64
    for seq, word in enumerate(words):
        bodies.append(canonical_json({"seq": seq, "previous": previous, "body": {"word": word}}))
        previous = hashlib.sha256(bodies[-1]).hexdigest()
    return bodies


def changed(bodies: list[bytes]) -> list[bytes]:
    return [bodies[0], bodies[1].replace(b"ham", b"jam"), *bodies[2:]]


@pytest.mark.parametrize(
    ("plant", "says"),
    [
        (changed, "entry 2 does not follow"),
        (lambda bodies: bodies[1:], "entry 0 says that it is number 1"),
        (lambda bodies: [bodies[0], bodies[2], bodies[1]], "entry 1 says that it is number 2"),
        (lambda bodies: [bodies[0] + b" ", *bodies[1:]], "entry 0 is not in the canonical form"),
        (lambda bodies: [b"\xff", *bodies[1:]], "entry 0 cannot be read"),
    ],
)
def test_a_planted_change_is_named(plant: Callable[[list[bytes]], list[bytes]], says: str) -> None:
    bodies = chain("eggs", "ham", "rice")
    check_chain(bodies)
    with pytest.raises(BadEntry, match=says):
        check_chain(plant(bodies))


def test_a_signed_head_is_the_one_that_witnesses_of_logs_read() -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public, name = key.public_key().public_bytes_raw(), "trama.example/ledger"
    head = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    signed = head_text(name, 8, head)
    note = signed_note(name, signed, public, key.sign(signed.encode()))
    assert note.endswith(
        "\n\n— trama.example/ledger 8foaJ+4267jHjVIxvFjKyeTP7ht3b3HofPbO2ExGK1QrNQTBvaHM3NlHxawM"
        "+jixHrvvtct4wz2GrzYp9bPwGPaaKw8=\n"
    )
    assert read_note(note, verifier_key(name, public)) == (8, head)
    for broken in (note.replace("\n8\n", "\n9\n"), note.replace("8foa", "8fob"), "", "\x00"):
        with pytest.raises(BadEntry):
            read_note(broken, verifier_key(name, public))


def test_our_own_check_of_signatures_agrees_with_the_library() -> None:
    key = Ed25519PrivateKey.from_private_bytes(b"7" * 32)
    public, signature = key.public_key().public_bytes_raw(), key.sign(b"message")
    assert is_signed_by(public, b"message", signature)
    assert not is_signed_by(public, b"massage", signature)
    assert not is_signed_by(public, b"message", signature[:-1] + b"\xff")
    assert not is_signed_by(b"\xff" * 32, b"message", signature)


@pytest.mark.parametrize("value", [1.5, None, 2**53, {"è": 1}, {1: 2}, "\ud800", [float("nan")]])
def test_what_has_no_single_form_is_refused(value: Any) -> None:
    with pytest.raises(BadEntry):
        canonical_json({"value": value})


def test_a_paper_has_one_canonical_form() -> None:
    paper = {
        "v": 1,
        "proposal": "prp_7Q2M4K9P",
        "code": "4K9P-7Q2M-X0TZ-1RWH",
        "choices": ["A", "C"],
    }
    written = canonical_json(paper)
    assert written == (b'{"choices":["A","C"],"code":"4K9P-7Q2M-X0TZ-1RWH","proposal":"prp_7Q2M4K9P","v":1}')
    digest = "dca2b32a3f14e0422f506e51a79a2797b19ec52dc7e2dc8965b28860fc5849e7"
    assert hashlib.sha256(b"\0" + written).hexdigest() == digest
    assert json.loads(canonical_json({"text": "ż\u2028\x07\x7f𝄞"})) == {"text": "ż\u2028\x07\x7f𝄞"}
    assert canonical_json("\x07\n€𝄞") == '"\\u0007\\n€𝄞"'.encode()
