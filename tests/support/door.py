"""The page door of the tests: a browser without a screen, which sends forms with their tokens."""

from __future__ import annotations

import secrets
from functools import cached_property
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from app.core.actors import identify


class Seen:
    """An answer as a person sees it."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.location = response.headers.get("Location", "")
        self.html = response.get_data().decode(errors="replace")

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The page, to be searched by CSS selectors."""
        return BeautifulSoup(self.html, "html.parser")

    @property
    def text(self) -> str:
        """The words of the page, with single spaces."""
        return " ".join(self.soup.get_text(" ").split())

    @property
    def json(self) -> Any:
        """The answer's data."""
        return self.response.get_json()


class Door:
    """What one person's browser can do; it follows no redirect unless told to."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()

    def carry(self, token: str) -> None:
        """Hold the cookie of a sign-in."""
        with self.client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True

    def page_token(self) -> str:
        """A token such as every page of this browser holds."""
        with self.client.session_transaction() as cookie:
            raw = cookie.setdefault("csrf_token", secrets.token_hex(20))
        serializer = URLSafeTimedSerializer(str(self.app.config["SECRET_KEY"]), salt="wtf-csrf-token")
        return str(serializer.dumps(raw))

    def acting_as(self) -> str:
        """The key of the actor for whom a page would be made in this browser now."""
        with self.client.session_transaction() as cookie:
            token = cookie.get("_user_id")
        with self.app.app_context():
            return identify(token).key

    def get(self, path: str, follow: bool = False, **options: Any) -> Seen:
        """Open a page."""
        return Seen(self.client.get(path, follow_redirects=follow, **options))

    def post(
        self, path: str, data: dict[str, Any] | None = None, follow: bool = False, **options: Any
    ) -> Seen:
        """Send a form that holds a valid page token."""
        filled = {"csrf_token": self.page_token(), "acting_as": self.acting_as(), **(data or {})}
        return Seen(self.client.post(path, data=filled, follow_redirects=follow, **options))

    def command(self, event: str, page: str = "en", **payload: Any) -> Seen:
        """Send a command by an ordinary request, as a page does where no socket is to be had."""
        headers = {"X-CSRFToken": self.page_token()}
        path = f"/api/v1/commands/{event}?lang={page}"
        return Seen(self.client.post(path, json={"acting_as": self.acting_as(), **payload}, headers=headers))

    def fill(self, path: str, selector: str = "main form", follow: bool = False, **values: Any) -> Seen:
        """Open a page, fill in its form as it stands there, and send it; a field that is not there fails."""
        form = self.get(path).soup.select_one(selector)
        assert form is not None, f"{path} has no form {selector}"
        data = filled_in(form)
        for name, value in values.items():
            assert name in names_of(form), f"{path} has no field {name}"
            data[name] = value
        action = str(form.get("action") or path)
        return Seen(self.client.post(action, data=data, follow_redirects=follow))


def names_of(form: Tag) -> set[str]:
    """The names of a form's fields and buttons."""
    return {str(field["name"]) for field in form.select("[name]")}


def filled_in(form: Tag) -> dict[str, Any]:
    """What a browser would send if one only pressed the button."""
    data: dict[str, Any] = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        name, kind = str(field["name"]), field.get("type")
        if kind in ("submit", "button") or (kind in ("checkbox", "radio") and not field.has_attr("checked")):
            continue
        if field.name == "select":
            chosen = field.select("option[selected]") or (
                [] if field.has_attr("multiple") else field.select("option")[:1]
            )
            data.setdefault(name, []).extend(str(option.get("value", "")) for option in chosen)
        else:
            text = (
                field.get_text()
                if field.name == "textarea"
                else field.get("value", "on" if kind == "checkbox" else "")
            )
            data.setdefault(name, []).append(str(text).removeprefix("\n"))
    return data
