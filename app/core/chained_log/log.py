"""The ledger of an installation: one chained log, to which everything that must not be changed silently is added."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import current_app
from sqlalchemy import LargeBinary, String, select, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.chained_log.canonical import (
    FIRST,
    BadEntry,
    canonical_json,
    check_chain,
    digest_bytes,
    head_text,
    signed_note,
    verifier_key,
)
from app.core.clock import now
from app.core.database import Model, db, has_one_writer
from config import Settings


class LedgerEntry(Model):
    """One entry: `body` is the canonical text whose hash the next entry holds. The database refuses changes of it."""

    __tablename__ = "ledger_entry"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(60), index=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True)
class Head:
    """How many entries there are, and the hash of the last one."""

    size: int
    hash: str


def append_entry(kind: str, subject: str, body: Mapping[str, Any]) -> int:
    """Add an entry inside the caller's transaction, as the last that it locks; returns its number.

    `body` holds digests, numbers and keys, never a name or a text: what is in here stays.
    """
    db.session.flush()
    if not has_one_writer():
        db.session.execute(text(f"LOCK TABLE {LedgerEntry.__tablename__} IN SHARE ROW EXCLUSIVE MODE"))
    head = find_head()
    entry = {
        "v": 1,
        "seq": head.size,
        "previous": head.hash,
        "at": f"{now():%Y-%m-%dT%H:%MZ}",
        "kind": kind,
        "subject": subject,
        "body": dict(body),
    }
    written = canonical_json(entry)
    db.session.add(
        LedgerEntry(seq=head.size, kind=kind, subject=subject, body=written, hash=digest_bytes(written))
    )
    db.session.flush()
    return head.size


def find_head() -> Head:
    """The head of the log; without entries a size of 0."""
    last = db.session.execute(
        select(LedgerEntry.seq, LedgerEntry.hash).order_by(LedgerEntry.seq.desc()).limit(1)
    ).first()
    return Head(last.seq + 1, last.hash) if last else Head(0, FIRST)


def log_name() -> str:
    """The name of this installation's log."""
    settings: Settings = current_app.extensions["trama.settings"]
    return f"{urlsplit(settings.public_url).netloc}/ledger"


def _signing_key() -> Ed25519PrivateKey:
    """The key that signs heads; it comes from the secret of the installation, so there is no second secret to keep."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return Ed25519PrivateKey.from_private_bytes(hmac.digest(secret, b"trama ledger signing key v1", "sha256"))


def public_key() -> str:
    """The key that verifies signed heads, in the form that witnesses of logs read."""
    return verifier_key(log_name(), _signing_key().public_key().public_bytes_raw())


def sign_head(head: Head) -> str:
    """A head as a signed note (C2SP tlog-checkpoint)."""
    name, key = log_name(), _signing_key()
    signed = head_text(name, head.size, head.hash)
    return signed_note(name, signed, key.public_key().public_bytes_raw(), key.sign(signed.encode()))


def all_bodies(up_to: int | None = None) -> Sequence[bytes]:
    """The entries as they are kept, in their order; all, or the first `up_to`."""
    wanted = select(LedgerEntry.body).order_by(LedgerEntry.seq)
    return list(db.session.scalars(wanted if up_to is None else wanted.where(LedgerEntry.seq < up_to)))


def latest_entries(before: int | None, limit: int) -> list[dict[str, Any]]:
    """The newest entries below a number, as objects with their `hash`."""
    wanted = select(LedgerEntry).order_by(LedgerEntry.seq.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(LedgerEntry.seq < before)
    return [{**json.loads(entry.body), "hash": entry.hash} for entry in db.session.scalars(wanted)]


def verify_log() -> Head:
    """Walk through the whole log; raises BadEntry where an entry does not fit, returns the head."""
    bodies, head = all_bodies(), find_head()
    found = Head(len(bodies), check_chain(bodies))
    if found != head:
        raise BadEntry("the last entry's hash does not fit what it says")
    return found
