"""The secret part of an address that ends somebody's mails of some kinds: signed, and good for as long as the secret is."""

from __future__ import annotations

from collections.abc import Iterable

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from app.core.errors import NotFound
from app.core.notices import notice_kinds


def make_token(person_id: int, kinds: Iterable[str]) -> str:
    """The token that ends a person's mails of some kinds."""
    return str(_signer().dumps([person_id, sorted(set(kinds))]))


def read_token(token: str) -> tuple[int, list[str]]:
    """Whose mails of which kinds a token ends, without kinds that are no more. Raises NotFound for any other text."""
    try:
        person_id, kinds = _signer().loads(token)
    except (BadSignature, ValueError) as error:
        raise NotFound from error
    return int(person_id), [kind for kind in kinds if kind in notice_kinds()]


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.config["SECRET_KEY"]), salt="unsubscribe")
