"""Joining and what every page lets one choose, in a real browser."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from flask import Flask
from playwright.sync_api import BrowserContext, Locator, Page, expect
from sqlalchemy import select

from app.core.database import db
from app.features.accounts.models import Person
from tests.support.app import LiveServer

Contexts = Callable[..., BrowserContext]
PHONE = {"viewport": {"width": 375, "height": 812}}
PASSWORD = "seven warm threads"


def mailed_link(server: LiveServer) -> str:
    """The address in the mail that the server prints."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        found = re.findall(rf"{re.escape(server.url)}/en/verify/\S+", server.log.read_text())
        if found:
            return str(found[-1])
        time.sleep(0.1)
    raise AssertionError(f"no mail was sent:\n{server.log.read_text()}")


def heading(page: Page) -> Locator:
    """What the page says first."""
    return page.get_by_role("heading", level=1)


def test_somebody_joins_on_her_phone_and_her_clock_comes_along(
    app: Flask, live_server: LiveServer, new_context: Contexts
) -> None:
    page = new_context(**PHONE, timezone_id="Europe/Rome").new_page()
    page.goto(f"{live_server.url}/en/join")
    page.get_by_label("Your name").fill("Anna Bianchi")
    page.get_by_label("Email address").fill("anna@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Join").click()
    expect(heading(page)).to_have_text("Check your email")
    page.goto(mailed_link(live_server))
    page.get_by_role("button", name="Yes, it is mine").click()
    expect(heading(page)).to_have_text("Tell us about your organisation")
    with app.app_context():
        assert db.session.scalars(select(Person.timezone)).all() == ["Europe/Rome"]


def test_light_and_dark_change_at_once_and_stay(live_server: LiveServer, new_context: Contexts) -> None:
    page = new_context(viewport={"width": 1360, "height": 880}).new_page()
    page.goto(f"{live_server.url}/en/help")
    page.get_by_role("button", name="Appearance").click()
    dark = page.get_by_role("button", name="Dark").first
    dark.click()
    expect(dark).to_have_attribute("aria-pressed", "true")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.url.endswith("/en/help")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_on_a_phone_help_lists_what_each_role_may_do(live_server: LiveServer, new_context: Contexts) -> None:
    page = new_context(**PHONE).new_page()
    page.goto(f"{live_server.url}/en/help")
    expect(page.get_by_role("table")).to_have_count(0)
    page.get_by_role("heading", name="Manager").click()
    expect(page.locator(".role-list").get_by_text("Admit organisations")).to_be_visible()
    page.set_viewport_size({"width": 1360, "height": 880})
    expect(page.get_by_role("table")).to_be_visible()
