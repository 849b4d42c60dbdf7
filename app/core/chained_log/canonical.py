"""Canonical entries (RFC 8785), their chain and the signed head: the standard library is enough to check them."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any

LARGEST_INTEGER = 2**53 - 1
FIRST = "0" * 64
"""What stands for the hash of the one before in the first entry."""


class BadEntry(ValueError):
    """Something that cannot be written, or does not fit what stands before it."""


def canonical_json(value: Any) -> bytes:
    """The one form that RFC 8785 gives a value of objects with ASCII names, arrays, strings, integers and booleans.

    For those, Python's own order of names is that of RFC 8785, and there is one way to write a number.
    Raises BadEntry for everything else.
    """
    _check(value)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise BadEntry("half of a pair of surrogates") from error


def _check(value: Any) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            if not isinstance(name, str) or not name.isascii():
                raise BadEntry("a name that is not ASCII")
            _check(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check(inner)
    elif isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise BadEntry("an integer that not every reader keeps exactly")
    elif not isinstance(value, str):
        raise BadEntry(f"a value of the type {type(value).__name__}")


def digest_of(value: Any) -> str:
    """The SHA-256 of a value's canonical form, in hexadecimal."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def digest_bytes(body: bytes) -> str:
    """The SHA-256 of an entry as it is kept."""
    return hashlib.sha256(body).hexdigest()


def check_chain(bodies: Sequence[bytes]) -> str:
    """The hash of the last entry of a whole log; raises BadEntry at the first that does not fit the one before."""
    previous = FIRST
    for seq, body in enumerate(bodies):
        try:
            entry = json.loads(body)
            is_canonical = canonical_json(entry) == body
        except ValueError as error:
            raise BadEntry(f"entry {seq} cannot be read: {error}") from error
        if not is_canonical or not isinstance(entry, dict):
            raise BadEntry(f"entry {seq} is not in the canonical form")
        if entry.get("seq") != seq:
            raise BadEntry(f"entry {seq} says that it is number {entry.get('seq')}")
        if entry.get("previous") != previous:
            raise BadEntry(f"entry {seq} does not follow the one before it")
        previous = digest_bytes(body)
    return previous


# --- The signed head: a note with a size, a hash and a signature (C2SP tlog-checkpoint, signed-note) ------------


def head_text(name: str, size: int, head: str) -> str:
    """What is signed: the log's name, how many entries it has and the hash of the last one."""
    return f"{name}\n{size}\n{base64.b64encode(bytes.fromhex(head)).decode()}\n"


def key_id(name: str, public: bytes) -> bytes:
    """The first bytes of a signature in a note, which say whose it is."""
    return hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]


def verifier_key(name: str, public: bytes) -> str:
    """A public key in the form that witnesses of logs read."""
    return f"{name}+{key_id(name, public).hex()}+{base64.b64encode(bytes([1]) + public).decode()}"


def signed_note(name: str, text: str, public: bytes, signature: bytes) -> str:
    """A note: the text, a blank line, the signature."""
    return f"{text}\n— {name} {base64.b64encode(key_id(name, public) + signature).decode()}\n"


def read_note(note: str, key: str) -> tuple[int, str]:
    """The size and the hash in a note that the key has signed; raises BadEntry."""
    try:
        text, _, line = note.partition("\n\n")
        name, size, head = text.split("\n")
        public = base64.b64decode(key.split("+", 2)[2])[1:]
        signature = base64.b64decode(line.split()[2])
        if signature[:4] != key_id(name, public):
            raise BadEntry("the head was signed with another key")
        if not is_signed_by(public, f"{text}\n".encode(), signature[4:]):
            raise BadEntry("the signature of the head does not fit")
        return int(size), base64.b64decode(head).hex()
    except (ValueError, IndexError) as error:
        raise error if isinstance(error, BadEntry) else BadEntry("the signed head cannot be read") from error


# --- Ed25519 (RFC 8032), to check signatures where no library is at hand -----------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]


def _add(a: Point, b: Point) -> Point:
    u, v = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    w, z = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = v - u, z - w, z + w, v + u
    return e * f % P, g * h % P, f * g % P, e * h % P


def _multiply(factor: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            total = _add(total, point)
        point = _add(point, point)
        factor >>= 1
    return total


def _point(octets: bytes) -> Point | None:
    y = int.from_bytes(octets, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def is_signed_by(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the holder of a public key has signed a message."""
    if len(public) != 32 or len(signature) != 64:
        return False
    base = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    a, r = _point(public), _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or base is None or s >= ORDER:
        return False
    hashed = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left, right = _multiply(s, base), _add(r, _multiply(hashed, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (
        left[1] * right[2] - right[1] * left[2]
    ) % P == 0
