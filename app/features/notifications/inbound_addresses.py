"""Addresses at which mails come back to this installation: an answer to a room, or a report that a mail was not delivered.

Each carries in itself for whom and what it stands, signed: `reply+CODE@domain` of the address in TRAMA_MAIL_REPLIES. The
code is base32 in lower case, since mail servers may change the case of what stands before the @ (RFC 5321, 2.4), and the
whole is below the 64 characters that may stand there (4.5.3.1.1).
"""

from __future__ import annotations

import base64
import binascii
import enum
import hashlib
import hmac
import struct
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app

from app.core.clock import now
from app.core.errors import NotFound
from config import Settings

LAYOUT = struct.Struct(">BHIII")
"""Purpose, day of issue, person, detail, organisation."""
MAC_BYTES = 10
VALID_FOR = timedelta(days=30)
"""So long an answer is taken; a report of a mail that was not delivered comes within days."""


class Purpose(enum.IntEnum):
    """What comes to an address."""

    REPLY = 1
    RETURN = 2


@dataclass(frozen=True)
class InboundAddress:
    """For whom an address stands.

    `detail` is the room of a reply; of a return the digest of the address to which the mail went, so that a report about
    an earlier address of hers is recognised. `organisation_id` is the one for which she reads the room, 0 for none.
    """

    purpose: Purpose
    person_id: int
    detail: int = 0
    organisation_id: int = 0
    day: int = 0
    """The day on which it was made, counted from 1970."""

    @property
    def is_expired(self) -> bool:
        """Whether it was made too long ago."""
        return timedelta(days=day_of(now()) - self.day) > VALID_FOR


def day_of(moment: datetime) -> int:
    """The day of a moment in UTC, counted from 1970."""
    return int(moment.timestamp()) // 86_400


def takes_mail() -> bool:
    """Whether mail can come back to this installation."""
    return bool(_base())


def digest_of(email: str) -> int:
    """A number that tells a person's mail addresses apart (CRC-32)."""
    return zlib.crc32(email.encode())


def make_address(purpose: Purpose, person_id: int, detail: int, organisation_id: int | None = None) -> str:
    """The address for a purpose, as of today; "" where no mail can come back."""
    if not takes_mail():
        return ""
    head = LAYOUT.pack(purpose, day_of(now()), person_id, detail, organisation_id or 0)
    code = base64.b32encode(head + _mac(head)).decode("ascii").rstrip("=").lower()
    local, _, domain = _base().rpartition("@")
    return f"{local}+{code}@{domain}"


def read_address(address: str) -> InboundAddress:
    """For whom an address stands. Raises NotFound for any that was not made here."""
    local, _, domain = address.strip().strip("<>").rpartition("@")
    own, _, own_domain = _base().rpartition("@")
    begin, _, code = local.lower().partition("+")
    if not own or (begin, domain.lower()) != (own.lower(), own_domain.lower()):
        raise NotFound
    try:
        packed = base64.b32decode(code.upper() + "=" * (-len(code) % 8))
    except (binascii.Error, ValueError) as error:
        raise NotFound from error
    head, mac = packed[: LAYOUT.size], packed[LAYOUT.size :]
    if len(head) != LAYOUT.size or not hmac.compare_digest(mac, _mac(head)):
        raise NotFound
    purpose, day, person_id, detail, organisation_id = LAYOUT.unpack(head)
    return InboundAddress(Purpose(purpose), person_id, detail, organisation_id, day)


def _base() -> str:
    settings: Settings = current_app.extensions["trama.settings"]
    return settings.mail_replies


def _mac(head: bytes) -> bytes:
    key = f"inbound mail {current_app.config['SECRET_KEY']}".encode()
    return hmac.digest(key, head, hashlib.sha256)[:MAC_BYTES]
