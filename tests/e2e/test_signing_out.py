"""After a sign-out the browser shows nothing private any more."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import BrowserContext, expect

from tests.e2e.conftest import let_in
from tests.support.app import LiveServer
from tests.support.factories import Cast


def test_back_after_signing_out_shows_no_private_page(
    app: Flask, live_server: LiveServer, cast: Cast, new_context: Callable[..., BrowserContext]
) -> None:
    context = new_context()
    let_in(context, app, cast.member, live_server.url)
    page = context.new_page()
    for path in ("en/", "en/account"):
        page.goto(f"{live_server.url}/{path}")
    expect(page.locator("main")).to_contain_text(cast.member.email)
    page.locator("form[action$='/sign-out'] button").last.evaluate(
        "button => button.form.requestSubmit(button)"
    )
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    for _ in range(2):
        page.go_back()
        page.wait_for_load_state()
        assert cast.member.name not in page.content() and cast.member.email not in page.content()


def test_a_page_that_the_browser_took_back_out_of_its_memory_is_asked_for_again(
    app: Flask, live_server: LiveServer, cast: Cast, new_context: Callable[..., BrowserContext]
) -> None:
    context = new_context()
    let_in(context, app, cast.member, live_server.url)
    page = context.new_page()
    page.goto(f"{live_server.url}/en/account")
    expect(page.locator("main")).to_contain_text(cast.member.email)
    context.clear_cookies()
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(page).to_have_url(f"{live_server.url}/en/sign-in?next=/en/account")
