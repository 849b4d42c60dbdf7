"""A lost password and a new one, through the pages and the mails."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.clock import now
from app.core.database import db
from app.core.streams.models import Revocation
from app.features.accounts import queries
from app.features.accounts.models import Person
from app.features.accounts.services import passwords
from tests.features.accounts.conftest import PASSWORD, Post, secret_of
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Make

Doors = Callable[..., Door]
NEW = "a quite different sentence"


def may_sign_in(browser: Door, person: Person, password: str) -> bool:
    """Whether a password opens the door."""
    return browser.post("/en/sign-in", {"email": person.email, "password": password}).status == 303


def ask(browser: Door, email: str) -> str:
    """Ask for a link; returns what the page says then."""
    return browser.fill("/en/forgot", email=email, follow=True).text


@both_databases
def test_a_mailed_link_sets_a_new_password_and_ends_all_sign_ins(
    app: Flask, door: Doors, post: Post, giulia: Person
) -> None:
    elsewhere = door(giulia)
    assert "giulia@example.org has an account here" in ask(door(), giulia.email)
    link = post.link("/en/reset/")
    assert "Sign in with the new one." in door().fill(link, new_password=NEW, follow=True).text
    assert not may_sign_in(door(), giulia, PASSWORD) and may_sign_in(door(), giulia, NEW)
    assert elsewhere.get("/en/account").status == 303
    assert door().get(link).status == 410
    assert post.all()[-1]["subject"] == "Your password was changed"
    with app.app_context():
        assert giulia.id in db.session.scalars(select(Revocation.person_id)).all()


def test_an_unknown_address_gets_the_same_answer_and_no_mail(door: Doors, post: Post, giulia: Person) -> None:
    known, unknown = ask(door(), giulia.email), ask(door(), "nobody@example.org")
    assert known.replace(giulia.email, "…") == unknown.replace("nobody@example.org", "…")
    assert [mail["address"] for mail in post.all()] == [giulia.email]


def test_a_link_is_good_for_two_hours(
    door: Doors, post: Post, giulia: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(door(), giulia.email)
    later = now() + timedelta(hours=3)
    monkeypatch.setattr("app.features.accounts.queries.now", lambda: later)
    assert door().get(post.link("/en/reset/")).status == 410


def test_a_link_for_verifying_does_not_set_a_password(door: Doors, post: Post, make: Make) -> None:
    anna = make.person("Anna", verified=False)
    door(anna).post("/en/verify")
    secret = post.link("/en/verify/").rsplit("/", 1)[1]
    assert door().get(f"/en/reset/{secret}").status == 410


def test_the_link_also_shows_that_the_address_is_hers(
    app: Flask, door: Doors, post: Post, make: Make
) -> None:
    anna = make.person("Anna", verified=False)
    ask(door(), anna.email)
    door().fill(post.link("/en/reset/"), new_password=NEW)
    with app.app_context():
        assert db.session.get_one(Person, anna.id).verified_at is not None


def test_a_suspended_person_gets_no_link(door: Doors, post: Post, make: Make) -> None:
    suspended = make.person("Sam", suspended_at=now())
    ask(door(), suspended.email)
    assert post.all() == []


def test_changing_the_password_keeps_this_sign_in_and_ends_the_others(door: Doors, giulia: Person) -> None:
    here, elsewhere = door(giulia), door(giulia)
    before = secret_of(here)
    seen = here.fill("/en/account/password", password=PASSWORD, new_password=NEW, follow=True)
    assert seen.status == 200 and "signed out everywhere else" in seen.text
    assert secret_of(here) != before
    assert elsewhere.get("/en/account").status == 303
    assert may_sign_in(door(), giulia, NEW)


def test_a_wrong_present_password_changes_nothing(door: Doors, giulia: Person) -> None:
    seen = door(giulia).fill("/en/account/password", password="not this one", new_password=NEW)
    said = seen.soup.select_one("#password-error")
    assert seen.status == 422 and said is not None and "not the password you have now" in said.get_text()
    assert may_sign_in(door(), giulia, PASSWORD)


def test_the_same_letters_are_the_same_password_however_they_are_composed(
    door: Doors, giulia: Person
) -> None:
    door(giulia).fill("/en/account/password", password=PASSWORD, new_password="perche\u0301 no, perche\u0301")
    assert may_sign_in(door(), giulia, "perch\u00e9 no, perch\u00e9")


def test_an_older_weaker_hash_is_made_anew_at_sign_in(app: Flask, door: Doors, make: Make) -> None:
    weak = passwords.PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    anna = make.person("Anna", password_hash=weak)
    assert may_sign_in(door(), anna, PASSWORD)
    with app.app_context():
        kept = db.session.get_one(Person, anna.id).password_hash
    assert kept != weak and may_sign_in(door(), anna, PASSWORD)


def test_the_hash_that_stands_in_for_unknown_addresses_costs_what_the_others_do() -> None:
    assert not passwords._hasher.check_needs_rehash(passwords._NOBODYS)


@both_databases
@pytest.mark.parametrize("way", ["sign-in", "reset"])
def test_of_two_who_use_one_link_at_once_one_comes_in(
    app: Flask, door: Doors, post: Post, giulia: Person, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    ask(door(), giulia.email)
    link = post.link("/en/reset/")
    barrier, found = threading.Barrier(2), queries.mailed

    def find_together(*given: Any) -> Any:
        row = found(*given)
        with suppress(threading.BrokenBarrierError):
            barrier.wait(1)
        return row

    browsers, answers = [door(), door()], list[int]()
    tokens = [browser.page_token() for browser in browsers]
    monkeypatch.setattr(queries, "mailed", find_together)

    def use(browser: Door, number: int) -> None:
        target = f"{link}/sign-in" if way == "sign-in" else link
        data = {"csrf_token": tokens[number], "new_password": f"{NEW} {number}"}
        answers.append(browser.client.post(target, data=data).status_code)

    threads = [threading.Thread(target=use, args=(browser, at)) for at, browser in enumerate(browsers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers) in ([303, 410], [303, 422])
