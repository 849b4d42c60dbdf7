"""What went wrong is said by the door it came through, and nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from app.core.database import db
from tests.support.door import Door
from tests.support.factories import Cast


def break_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on every statement fails."""

    def fail(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("SELECT 1", {}, Exception("the disk is gone"))

    monkeypatch.setattr(db.session, "execute", fail)
    monkeypatch.setattr(db.session, "scalars", fail)
    monkeypatch.setattr(db.session, "scalar", fail)
    monkeypatch.setattr(db.session, "get", fail)
    monkeypatch.setattr(db.session, "connection", fail)


def test_a_dead_database_is_told_without_a_traceback(
    door: Callable[..., Door], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even the member's navigation, which counts what waits for her, does not stand in the way."""
    member = door(cast.member)
    break_the_database(monkeypatch)
    seen = member.get("/en/organisations")
    assert seen.status == 500
    assert "Something broke on our side" in seen.text
    assert "the disk is gone" not in seen.html


def test_the_api_answers_a_refusal_with_a_problem(door: Callable[..., Door]) -> None:
    """JSON for whoever asked for JSON."""
    seen = door().get("/api/v1/streams/nothing/events")
    assert seen.status == 401
    assert seen.response.mimetype == "application/problem+json"
    assert seen.json["code"] == "sign_in_needed"


def test_a_form_with_an_old_token_comes_back_with_what_was_typed(
    app: Flask, door: Callable[..., Door], cast: Cast
) -> None:
    """One press of "Send it again" and it is saved."""
    member = door(cast.member)
    typed = {"name": "Il Filo Verde di Torino", "csrf_token": "stale"}
    seen = member.post(f"/en/organisations/{cast.organisation.slug}/edit/who", typed)
    assert seen.status == 400
    assert seen.soup.select_one('[name="name"]').get_text(strip=True) == typed["name"]
    again = member.fill(f"/en/organisations/{cast.organisation.slug}/edit/who", "main form.form")
    assert again.status in (303, 422)


def test_a_form_sent_from_another_site_is_not_offered_again(door: Callable[..., Door], cast: Cast) -> None:
    """Somebody else's words are not put into her mouth."""
    headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    seen = door(cast.member).post(
        f"/en/organisations/{cast.organisation.slug}/edit/who",
        {"name": "Taken over", "csrf_token": "stale"},
        headers=headers,
    )
    assert seen.status == 400
    assert "Taken over" not in seen.html


def test_a_visitor_is_led_to_sign_in_and_back(door: Callable[..., Door]) -> None:
    """Never a dead end."""
    seen = door().get("/en/rooms")
    assert seen.status == 303
    assert seen.location == "/en/sign-in?next=/en/rooms"


def test_too_much_at_once_is_refused_in_words(door: Callable[..., Door]) -> None:
    """Two megabytes are not a story."""
    assert door().post("/en/sign-in", {"email": "x" * 2_000_000}).status == 413
