"""The pages about the house: help, privacy, and what search engines read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app.core.permissions import ALWAYS, ROLE_NAMES, rules
from tests.support.door import Door
from tests.support.factories import Cast

Doors = Callable[..., Door]


def test_the_help_page_shows_every_rule_as_the_code_holds_it(app: Flask, door: Doors) -> None:
    soup = door().get("/en/help").soup
    table = soup.select_one("table")
    assert table is not None
    assert [cell.get_text() for cell in table.select("thead th")] == [
        str(name) for name in ROLE_NAMES.values()
    ]
    rows = table.select("tbody tr")
    assert len(rows) == len(rules())
    for row, rule in zip(rows, rules().values(), strict=True):
        assert row.th is not None and row.th.get_text() == str(rule.says)
        for cell, role in zip(row.select("td"), ROLE_NAMES, strict=True):
            condition = rule.column(role)
            word = "no" if condition is None else "yes" if condition is ALWAYS else str(condition.word)
            assert word in cell.get_text()


def test_on_a_phone_the_table_is_a_list_for_each_role(door: Doors) -> None:
    lists = door().get("/en/help").soup.select(".role-list details")
    assert [each.h3.get_text() for each in lists if each.h3] == [str(name) for name in ROLE_NAMES.values()]
    manager = lists[-1].get_text(" ")
    assert "Suspend a person (not oneself)" in " ".join(manager.split())


def test_the_privacy_page_names_every_cookie_that_is_set(door: Doors, cast: Cast) -> None:
    browser = door(cast.member)
    browser.get("/en/", headers={"Accept-Language": "it"})
    browser.post("/en/theme", {"theme": "dark"})
    text = browser.get("/en/privacy").text
    names = {cookie.key for cookie in browser.client._cookies.values()}
    assert {"trama", "theme"} <= names
    assert all(f"“{name}”" in text for name in names)


def test_the_foot_of_every_page_leads_to_help_and_privacy(door: Doors) -> None:
    links = {link["href"] for link in door().get("/en/sign-in").soup.select("footer a")}
    assert {"/en/help", "/en/privacy"} <= links


def test_programs_are_told_where_not_to_go(door: Doors) -> None:
    seen = door().get("/robots.txt")
    assert seen.response.mimetype == "text/plain"
    assert "Disallow: /*/verify/" in seen.html and "Sitemap: http://127.0.0.1:5000/sitemap.xml" in seen.html


def test_the_icon_is_found_by_its_old_name(door: Doors) -> None:
    assert door().get("/favicon.ico", follow=True).status == 200


@pytest.mark.parametrize("chosen", ["dark", "light", "auto"])
def test_without_a_script_light_and_dark_are_a_form(door: Doors, chosen: str) -> None:
    browser = door()
    form = browser.get("/en/help").soup.select_one("form[action^='/en/theme']")
    assert form is not None
    seen = browser.post(str(form["action"]), {"theme": chosen}, follow=True)
    assert seen.soup.html is not None and seen.soup.html["data-theme"] == chosen
    assert "Who may do what" in seen.text


def test_a_theme_that_is_none_is_refused(door: Doors) -> None:
    assert door().post("/en/theme", {"theme": "pink"}).status == 400
