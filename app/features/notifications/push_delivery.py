"""Messages to push services (RFC 8030), which bring them to a browser: encrypted for it (RFC 8291) and signed (RFC 8292)."""

from __future__ import annotations

import base64
import http.client
import secrets
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from config import Settings

HOSTS = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    ".push.apple.com",
    ".notify.windows.com",
)
"""The push services of browsers; a name that begins with a dot stands for all hosts under it."""
KEPT_SECONDS = 12 * 3600
"""So long a push service keeps what it cannot deliver, for a device that is off."""
SIGNED_FOR_SECONDS = 12 * 3600
TIMEOUT_SECONDS = 5
POINT_BYTES = 65
SECRET_BYTES = 16
_CURVE = ec.SECP256R1()


@dataclass(frozen=True)
class Device:
    """A browser as it is reached: its row, the address that its push service gave it, and its two keys as base64url."""

    id: int
    endpoint: str
    p256dh: str
    auth: str


def is_push_service(endpoint: str, settings: Settings) -> bool:
    """Whether an address is one of a push service that is known or that the operator names; nothing is sent elsewhere."""
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if f"{parts.scheme}://{parts.netloc}" in settings.push_origins:
        return True
    is_known = any(host == name or (name.startswith(".") and host.endswith(name)) for name in HOSTS)
    return parts.scheme == "https" and is_known and port in (None, 443) and "@" not in parts.netloc


def are_keys(p256dh: str, auth: str) -> bool:
    """Whether these are the keys of a browser: a point on P-256 and a secret of 16 bytes, as base64url."""
    try:
        point, secret = decode(p256dh), decode(auth)
        ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point)
    except ValueError:
        return False
    return len(point) == POINT_BYTES and len(secret) == SECRET_BYTES


def make_private_key() -> str:
    """A new key of an installation, 32 bytes as base64url."""
    number = ec.generate_private_key(_CURVE).private_numbers().private_value
    return encode(number.to_bytes(32, "big"))


def public_key(private_key: str) -> str:
    """The public part of the key of an installation, a point as base64url: browsers take messages signed with it alone."""
    return encode(_signer(private_key).public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def deliver(device: Device, content: bytes, topic: str, private_key: str, settings: Settings) -> int:
    """Send a message to a browser; returns the status of the answer, 0 where there was none.

    `topic`, at most 32 characters of base64url, has it replace a message that still waits. Redirections are not followed.
    """
    if not is_push_service(device.endpoint, settings):
        return 0
    parts = urlsplit(device.endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time()) + SIGNED_FOR_SECONDS,
        # Whom a push service can ask about this installation; Apple's takes no address of this machine.
        "sub": f"mailto:{settings.contact_mail}" if settings.contact_mail else settings.public_url,
    }
    body = http_ece.encrypt(
        content,
        salt=secrets.token_bytes(16),
        private_key=ec.generate_private_key(_CURVE),
        dh=decode(device.p256dh),
        auth_secret=decode(device.auth),
        version="aes128gcm",
    )
    headers = {
        **_signer(private_key).sign(claims),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(KEPT_SECONDS),
        "Urgency": "normal",
        "Topic": topic,
    }
    connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = connect(parts.netloc, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("POST", parts._replace(scheme="", netloc="").geturl(), body, headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def _signer(private_key: str) -> Vapid02:
    signer: Vapid02 = Vapid02.from_raw(private_key.encode())
    signer.conf["no-strict"] = True  # an installation on this machine has no address of its own to name
    return signer


def encode(content: bytes) -> str:
    """Bytes as base64url without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The bytes of a base64url text. Raises ValueError for any other text."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
