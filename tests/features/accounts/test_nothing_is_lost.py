"""A form sent after the sign-in was lost, or from a page that was open for too long, is offered again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from app.core.clock import now
from app.features.accounts.models import Person
from tests.features.accounts.conftest import PASSWORD
from tests.support.door import Door, Seen, filled_in

Doors = Callable[..., Door]
WROTE = {"name": "Giulia, who wrote a very long name for herself", "locale": "en", "timezone": "Europe/Rome"}


def send_again(browser: Door, seen: Seen) -> Seen:
    """Press "Send it again"."""
    form = seen.soup.select_one("main form")
    assert form is not None and "Send it again" in form.get_text()
    return Seen(browser.client.post(str(form["action"]), data=filled_in(form)))


def kept(seen: Seen) -> dict[str, str]:
    """What the page holds of what was written."""
    data = filled_in(seen.soup.select_one("main form"))
    return {name: values[0] for name, values in data.items() if name not in ("csrf_token", "acting_as")}


def test_what_was_written_survives_a_lost_sign_in(door: Doors, giulia: Person) -> None:
    browser = door(giulia)
    browser.client.delete_cookie("trama")
    lost = browser.post("/en/account", WROTE)
    assert lost.status == 401 and "Nothing is lost" in lost.text and WROTE["name"] in lost.text
    assert kept(lost) == WROTE
    link = lost.soup.select_one("main a[target=_blank]")
    assert link is not None and link["href"] == "/en/sign-in"
    browser.fill(str(link["href"]), email=giulia.email, password=PASSWORD)
    renewed = send_again(browser, lost)  # signing in made the tokens of older pages worthless
    assert renewed.status == 400 and kept(renewed) == WROTE
    sent = send_again(browser, renewed)
    assert sent.status == 303
    assert WROTE["name"] in browser.get("/en/account").text


def test_a_cookie_that_is_gone_altogether_is_told_as_a_lost_sign_in(door: Doors) -> None:
    lost = Seen(door().client.post("/en/account", data=WROTE))
    assert lost.status == 401 and kept(lost) == WROTE
    assert lost.soup.select_one("main a[target=_blank]") is not None


def test_what_was_written_survives_a_token_that_is_too_old(
    app: Flask, door: Doors, giulia: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = door(giulia)
    fresh = browser.page_token()
    serializer = URLSafeTimedSerializer(str(app.config["SECRET_KEY"]), salt="wtf-csrf-token")
    old = int((now() - timedelta(hours=13)).timestamp())
    raw = serializer.loads(fresh)
    with monkeypatch.context() as patch:
        patch.setattr(TimestampSigner, "get_timestamp", lambda self: old)
        token = serializer.dumps(raw)
    expired = browser.post("/en/account", {**WROTE, "csrf_token": token})
    assert expired.status == 400 and kept(expired) == WROTE
    assert send_again(browser, expired).status == 303
    assert WROTE["name"] in browser.get("/en/account").text


def test_a_password_is_never_repeated(door: Doors) -> None:
    seen = door().post(
        "/en/sign-in", {"csrf_token": "forged", "email": "giulia@example.org", "password": PASSWORD}
    )
    assert seen.status == 400 and PASSWORD not in seen.html and kept(seen) == {"email": "giulia@example.org"}


def test_a_form_sent_from_another_site_is_refused_and_not_offered_again(door: Doors, giulia: Person) -> None:
    seen = door(giulia).post(
        "/en/account",
        {**WROTE, "csrf_token": "forged"},
        headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    )
    assert seen.status == 400 and WROTE["name"] not in seen.html
