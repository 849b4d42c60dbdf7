"""Asking for the language of a text while it is written."""

from __future__ import annotations

from typing import Any

from tests.features.translation.conftest import Enter
from tests.support.door import Door
from tests.support.factories import Cast

POLISH = "Dzień dobry, chcielibyśmy was poznać"


def guess(door: Door, text: bytes) -> Any:
    return door.client.post(
        "/api/v1/language",
        data=text,
        headers={"X-CSRFToken": door.page_token(), "Content-Type": "text/plain"},
    )


def test_a_text_of_any_bytes_is_looked_at_and_thirty_times_in_a_minute(cast: Cast, door: Enter) -> None:
    writer = door(cast.member)
    assert guess(writer, POLISH.encode()).json == {"lang": "pl"}
    for text in (b"", b"\xff\xfe" * 200, POLISH.encode("utf-16"), b"a" * 900_000):
        assert guess(writer, text).json == {"lang": None}
    statuses = [guess(writer, b"").status_code for _ in range(26)]
    assert statuses == [200] * 25 + [429]
    assert guess(door(), POLISH.encode()).status_code == 401
