"""A form or command made for another organisation or person than acts now is a question, not an act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.database import db
from app.features.initiatives.models import Initiative
from tests.support.door import Door, Seen, filled_in
from tests.support.factories import Cast, Make

Doors = Callable[..., Door]
NEW = "/en/initiatives/new"
TITLE = "A garden that two cities share"
SUMMARY = "Vegetables from the edge of the city, grown by people who learn it here."


@pytest.fixture
def browser(door: Doors, make: Make, cast: Cast) -> Door:
    """Giulia's browser; she may act for Zielona as well, and acts for Il Filo Verde."""
    make.member(cast.member, cast.other_organisation)
    return door(cast.member)


def switch(browser: Door, slug: str) -> None:
    """Choose another organisation, as in a second tab."""
    assert browser.post("/en/organisations/acting", {"organisation": slug}).status == 303


def send(browser: Door, page: Seen, path: str, **typed: Any) -> Seen:
    """Send the form of a page that was opened before."""
    form = page.soup.select_one("main form.form")
    assert form is not None
    return Seen(browser.client.post(path, data={**filled_in(form), **typed}))


def press(browser: Door, asked: Seen, label: str) -> Seen:
    """Press one of the buttons of the question, and follow as a browser does."""
    form = asked.soup.select_one("main form")
    assert form is not None
    button = next(each for each in form.select("button") if label in each.get_text())
    data = {**filled_in(form), str(button["name"]): str(button["value"])}
    target = str(button.get("formaction") or form["action"])
    sent = Seen(browser.client.post(target, data=data))
    if sent.status == 307:
        sent = Seen(browser.client.post(sent.location, data=data))
    return sent


def count_initiatives(app: Flask) -> int:
    """How many initiatives there are."""
    with app.app_context():
        return db.session.scalars(select(func.count(Initiative.id))).one()


def test_form_of_an_organisation_no_longer_acted_for_asks_and_does_nothing(
    app: Flask, browser: Door, cast: Cast
) -> None:
    page = browser.get(NEW)
    switch(browser, cast.other_organisation.slug)
    asked = send(browser, page, NEW, title=TITLE, summary=SUMMARY)
    assert asked.status == 409 and count_initiatives(app) == 0
    assert "You now act for Zielona Spółdzielnia. This page was made for Il Filo Verde." in asked.text
    assert filled_in(asked.soup.select_one("main form"))["title"] == [TITLE]


@pytest.mark.parametrize("label", ["Go back to Il Filo Verde", "Send it as Zielona Spółdzielnia"])
def test_the_question_sends_the_same_form_as_the_one_chosen(browser: Door, cast: Cast, label: str) -> None:
    page = browser.get("/en/account")
    switch(browser, cast.other_organisation.slug)
    asked = send(browser, page, "/en/account", name="Giulia who answered the question")
    assert asked.status == 409
    assert press(browser, asked, label).status == 303
    shown = browser.get("/en/account")
    assert "Giulia who answered the question" in shown.html
    name = label.replace("Go back to ", "").replace("Send it as ", "")
    assert shown.soup.select_one(".who strong").get_text() == name


def test_form_of_another_person_asks_without_naming_her(door: Doors, cast: Cast) -> None:
    page = door(cast.member).get("/en/account")
    marek = door(cast.other)
    form = filled_in(page.soup.select_one("main form.form"))
    asked = Seen(marek.client.post("/en/account", data={**form, "name": "Written by Giulia, long enough"}))
    assert asked.status == 409 and "Somebody else is signed in in this browser now." in asked.text
    assert "Go back to" not in asked.text and "Written by Giulia" in asked.html
    assert "Written by Giulia" not in marek.get("/en/account").html
    assert press(marek, asked, "Send it again").status == 409
    assert press(marek, asked, "Send it as").status == 303
    assert "Written by Giulia" in marek.get("/en/account").html


def test_form_without_its_actor_is_offered_again(browser: Door) -> None:
    seen = browser.post("/en/account", {"acting_as": "", "name": "Giulia of an old page, long enough"})
    assert seen.status == 400 and "Nothing is lost" in seen.text


def test_button_of_another_organisation_asks(browser: Door, cast: Cast) -> None:
    key = browser.acting_as()
    switch(browser, cast.other_organisation.slug)
    asked = browser.post("/en/verify", {"acting_as": key})
    assert asked.status == 409 and "Go back to Il Filo Verde" in asked.text


def test_choosing_an_organisation_works_from_any_page(browser: Door, cast: Cast) -> None:
    stale = browser.acting_as()
    switch(browser, cast.other_organisation.slug)
    back = browser.post(
        "/en/organisations/acting", {"organisation": cast.organisation.slug, "acting_as": stale}
    )
    assert back.status == 303 and browser.acting_as() == stale


def test_the_form_is_never_sent_on_to_another_site(browser: Door, cast: Cast) -> None:
    path = f"/en/organisations/acting?organisation={cast.organisation.slug}&send_to=https://evil.example/"
    sent = browser.post(path)
    assert sent.status == 303 and "evil" not in sent.location
