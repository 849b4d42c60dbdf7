"""Known devices: browsers in which a person signed in before, by a signed cookie (OWASP "device cookies").

Failed attempts are counted for each known device of an address by itself and for all other browsers together, so that
others who guess cannot use up the owner's attempts. The cookie is no sign-in: it opens nothing.
https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from app.core.clock import now
from app.features.accounts import queries

MAX_PEOPLE_PER_COOKIE = 5
"""People who share one browser; the one who signed in least recently is dropped."""


@dataclass(frozen=True)
class _Entry:
    """One person in a cookie: her id, the random id of the device, and when she signed in (microseconds, Unix time)."""

    person_id: int
    device_id: str
    signed_in_at: int


def known_device(address: str, cookie: str | None) -> str | None:
    """The id under which a browser's attempts at an address are counted; None for a browser unknown to it.

    A cookie from before the password was changed or the person suspended is that of an unknown browser.
    """
    entries = _read(cookie)
    # A browser without a cookie is answered before the address is looked up: the time does not depend on the account.
    person = queries.person_at(address) if entries else None
    if person is None:
        return None
    earliest = person.revoked_before.timestamp() * 1_000_000 if person.revoked_before else 0
    found = (entry for entry in entries if entry.person_id == person.id and entry.signed_in_at >= earliest)
    return next((entry.device_id for entry in found), None)


def remember_person(person_id: int, cookie: str | None) -> str:
    """The cookie that makes a browser a known device of a person, beside the others who signed in there."""
    entries = _read(cookie)
    device_id = next(
        (entry.device_id for entry in entries if entry.person_id == person_id), secrets.token_urlsafe(12)
    )
    others = [entry for entry in entries if entry.person_id != person_id][: MAX_PEOPLE_PER_COOKIE - 1]
    hers = _Entry(person_id, device_id, int(now().timestamp() * 1_000_000))
    return _serializer().dumps(
        [[entry.person_id, entry.device_id, entry.signed_in_at] for entry in (hers, *others)]
    )


def _read(cookie: str | None) -> list[_Entry]:
    try:
        return [_Entry(*values) for values in _serializer().loads(cookie)] if cookie else []
    except BadData:
        return []


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="known-device")
