"""What strangers do with an address does not keep its owner out: her browser, and the links mailed to her, let her in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.core.limits import attempts
from app.features.accounts.models import Person
from app.features.accounts.services import known_devices, passwords
from tests.features.accounts.conftest import PASSWORD, Post, secret_of
from tests.support.app import both_databases
from tests.support.door import Door, Seen
from tests.support.factories import Make

Doors = Callable[..., Door]
NEW = "a quite different sentence"
REFUSED = "Passwords are not taken from this browser at the moment"


def sign_in(browser: Door, email: str, password: str, network: str = "127.0.0.1") -> Seen:
    """Send the page's form from a network address."""
    return browser.post(
        "/en/sign-in", {"email": email, "password": password}, environ_base={"REMOTE_ADDR": network}
    )


def forgot(browser: Door, email: str, network: str = "127.0.0.1") -> Seen:
    """Ask for a link from a network address."""
    return browser.post("/en/forgot", {"email": email}, environ_base={"REMOTE_ADDR": network}, follow=True)


def spend_strangers_attempts(door: Doors, email: str) -> None:
    """Guess until strangers may guess no more."""
    stranger = door()
    for _ in range(5):
        assert sign_in(stranger, email, "a wrong guess", "203.0.113.9").status == 422
    assert sign_in(stranger, email, "a wrong guess", "203.0.113.9").status == 429


@pytest.fixture
def own_browser(door: Doors, giulia: Person) -> Door:
    """A browser in which Giulia signed in once and out again."""
    browser = door()
    assert sign_in(browser, giulia.email, PASSWORD).status == 303
    browser.post("/en/sign-out")
    assert secret_of(browser) is None
    return browser


@both_databases
def test_after_a_thousand_guesses_of_others_the_owner_signs_in_by_password_from_her_browser(
    door: Doors, post: Post, giulia: Person, own_browser: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    fits = passwords._fits

    def count(password_hash: str, password: str) -> bool:
        hashed.append(password)
        return fits(password_hash, password)

    monkeypatch.setattr(passwords, "_fits", count)
    stranger = door()
    token = {"csrf_token": stranger.page_token(), "email": giulia.email}
    statuses = [
        stranger.client.post(
            "/en/sign-in",
            data={**token, "password": f"guess number {number}"},
            environ_base={"REMOTE_ADDR": f"198.51.{number % 7}.{number % 100}"},
        ).status_code
        for number in range(1000)
    ]
    assert statuses == [422] * 5 + [429] * 995
    assert len(hashed) == 5
    assert sign_in(own_browser, giulia.email, PASSWORD).status == 303
    assert post.all() == []


def test_guesses_from_her_own_network_do_not_keep_her_browser_out(
    door: Doors, giulia: Person, own_browser: Door
) -> None:
    for number in range(10):
        sign_in(door(), f"nobody{number}@example.org", "wrong")
    assert sign_in(door(), giulia.email, PASSWORD).status == 429
    assert sign_in(own_browser, giulia.email, PASSWORD).status == 303


@pytest.mark.parametrize("password", ["a wrong guess", PASSWORD])
def test_a_stranger_after_too_many_failures_learns_neither_the_password_nor_the_account(
    door: Doors, giulia: Person, password: str
) -> None:
    answers = []
    for email in (giulia.email, "nobody@example.org"):
        spend_strangers_attempts(door, email)
        seen = sign_in(door(), email, password)
        assert seen.status == 429 and REFUSED in seen.text
        answers.append(seen.text.replace(email, "…"))
    assert answers[0] == answers[1]


def test_a_new_browser_of_the_owner_gets_in_by_the_mailed_link_and_is_known_then(
    door: Doors, post: Post, giulia: Person
) -> None:
    spend_strangers_attempts(door, giulia.email)
    phone = door()
    refused = sign_in(phone, giulia.email, PASSWORD)
    form = refused.soup.select_one("form[action$='/forgot']")
    assert form is not None and "Email me a link" in form.get_text()
    assert "a link is on its way" in forgot(phone, giulia.email).text
    link = post.link("/en/reset/")
    assert secret_of(phone) is None
    assert "Giulia Rossi" in phone.post(f"{link}/sign-in", follow=True).text
    assert phone.get(link).status == 410
    phone.post("/en/sign-out")
    spend_strangers_attempts(door, giulia.email)
    assert sign_in(phone, giulia.email, PASSWORD).status == 303


def test_a_program_that_opens_the_mailed_link_signs_nobody_in(
    door: Doors, post: Post, giulia: Person
) -> None:
    forgot(door(), giulia.email)
    scanner, link = door(), post.link("/en/reset/")
    assert scanner.get(link).status == 200 and scanner.get(f"{link}/sign-in").status == 405
    assert secret_of(scanner) is None and door().get(link).status == 200


def test_a_reset_clears_the_failures_and_makes_its_browser_known(
    door: Doors, post: Post, giulia: Person
) -> None:
    spend_strangers_attempts(door, giulia.email)
    browser = door()
    forgot(browser, giulia.email)
    browser.fill(post.link("/en/reset/"), new_password=NEW)
    assert sign_in(door(), giulia.email, NEW).status == 303
    spend_strangers_attempts(door, giulia.email)
    assert sign_in(browser, giulia.email, NEW).status == 303


def test_a_browser_that_was_known_before_the_password_changed_is_a_stranger(
    door: Doors, post: Post, giulia: Person, own_browser: Door
) -> None:
    forgot(door(), giulia.email)
    door().fill(post.link("/en/reset/"), new_password=NEW)
    spend_strangers_attempts(door, giulia.email)
    assert REFUSED in sign_in(own_browser, giulia.email, NEW).text


def test_a_known_browser_has_five_attempts_and_none_at_another_address(
    door: Doors, make: Make, giulia: Person, own_browser: Door
) -> None:
    statuses = [sign_in(own_browser, giulia.email, "wrong").status for _ in range(6)]
    assert statuses == [422] * 5 + [429]
    assert sign_in(door(), giulia.email, PASSWORD).status == 303
    other = make.person("Marek", password_hash=giulia.password_hash)
    spend_strangers_attempts(door, other.email)
    assert REFUSED in sign_in(own_browser, other.email, PASSWORD).text


@pytest.mark.parametrize("forged", ["", "x", "W1sxLCJ4IiwxXV0.AAAA", "{}"])
def test_a_forged_cookie_is_a_strangers(door: Doors, giulia: Person, forged: str) -> None:
    spend_strangers_attempts(door, giulia.email)
    browser = door()
    browser.client.set_cookie("device", forged)
    assert sign_in(browser, giulia.email, PASSWORD).status == 429


def test_two_people_who_share_a_browser_are_both_known_in_it(
    door: Doors, make: Make, giulia: Person, own_browser: Door
) -> None:
    marek = make.person("Marek", password_hash=giulia.password_hash)
    assert sign_in(own_browser, marek.email, PASSWORD).status == 303
    for person in (giulia, marek):
        spend_strangers_attempts(door, person.email)
        assert sign_in(own_browser, person.email, PASSWORD).status == 303


def test_the_cookie_of_a_device_is_out_of_reach_for_scripts_and_holds_no_name(
    door: Doors, giulia: Person
) -> None:
    answer = sign_in(door(), giulia.email, PASSWORD).response
    [cookie] = [each for each in answer.headers.getlist("Set-Cookie") if each.startswith("device=")]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "giulia" not in cookie.lower()
    assert "“device”" in door().get("/en/privacy").text


@both_databases
def test_strangers_who_ask_for_links_neither_block_the_owner_nor_flood_her(
    door: Doors, post: Post, giulia: Person, own_browser: Door
) -> None:
    for number in range(12):
        assert "a link is on its way" in forgot(door(), giulia.email, f"203.0.113.{number}").text
    assert len(post.all()) == 3
    assert "a link is on its way" in forgot(own_browser, giulia.email).text
    assert len(post.all()) == 4
    link = post.link("/en/reset/")
    for number in range(3):
        forgot(door(), giulia.email, f"203.0.114.{number}")
    assert "Sign in with the new one." in own_browser.fill(link, new_password=NEW, follow=True).text


def test_each_mailed_link_is_good_until_one_is_used(door: Doors, post: Post, giulia: Person) -> None:
    links = []
    for _ in range(3):
        forgot(door(), giulia.email)
        links.append(post.link("/en/reset/"))
    assert [door().get(link).status for link in links] == [200, 200, 200]
    door().fill(links[0], new_password=NEW)
    assert [door().get(link).status for link in links] == [410, 410, 410]


def test_a_network_that_asks_for_many_links_does_not_block_a_known_browser_in_it(
    door: Doors, giulia: Person, own_browser: Door
) -> None:
    for number in range(20):
        forgot(door(), f"nobody{number}@example.org")
    assert forgot(door(), giulia.email).status == 429
    assert forgot(own_browser, giulia.email).status == 200


def test_whoever_joins_with_anothers_address_many_times_fills_no_mailbox_and_blocks_nobody(
    door: Doors, post: Post, giulia: Person
) -> None:
    wanted: dict[str, Any] = {"name": "Eve", "email": giulia.email, "password": NEW}
    answers = [door().fill("/en/join", follow=True, **wanted) for _ in range(5)]
    assert {seen.status for seen in answers} == {200} and len(post.all()) == 3
    assert "We have written to giulia@example.org" in answers[-1].text


def test_a_stolen_sign_in_does_not_use_up_the_attempts_to_change_the_password(
    door: Doors, giulia: Person
) -> None:
    thief, owner = door(giulia), door(giulia)
    wrong = {"password": "wrong", "new_password": NEW}
    assert [thief.fill("/en/account/password", **wrong).status for _ in range(6)] == [422] * 5 + [429]
    right = {"password": PASSWORD, "new_password": NEW}
    assert owner.fill("/en/account/password", **right).status == 303


def test_a_person_cannot_be_guessed_faster_by_signing_in_again_and_again(
    app: Flask, door: Doors, giulia: Person
) -> None:
    with app.app_context():
        attempts().reset()
        first = known_devices.remember_person(giulia.id, None)
        assert known_devices.known_device(giulia.email, first) == known_devices.known_device(
            giulia.email, known_devices.remember_person(giulia.id, first)
        )
