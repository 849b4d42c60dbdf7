"""What everybody may know about the house: help, privacy; and how it looks to one reader."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as BaseResponse

from app.core.errors import BadRequest
from app.core.http.pages import page, return_url
from app.core.http.public_pages import describe_page
from app.core.http.request_actor import actor_transaction
from app.core.i18n import LANGUAGE_COOKIE, preferred_language
from app.core.permissions import PUBLIC
from app.core.reading import READING_COOKIE, READINGS
from app.core.templating import THEMES
from app.features.accounts.policy import WHO_SEES_ADDRESS
from app.features.accounts.services.profile import choose_reading
from app.features.home.presenters.roles import ALWAYS_WORD, role_table

blueprint = Blueprint("about", __name__)
A_YEAR = 60 * 60 * 24 * 365


@page(blueprint, "/<lang:lang>/help", permission=PUBLIC)
def help() -> ResponseReturnValue:
    """What one can do here, and who may do what."""
    described = describe_page("about.help")
    return render_template("home/help.html", described=described, table=role_table(), always=ALWAYS_WORD)


@page(blueprint, "/<lang:lang>/privacy", permission=PUBLIC)
def privacy() -> ResponseReturnValue:
    """What is kept of whom, who sees it, and how to be forgotten."""
    described = describe_page("about.privacy")
    return render_template("home/privacy.html", described=described, who_sees_address=WHO_SEES_ADDRESS)


@page(blueprint, "/<lang:lang>/theme", permission=PUBLIC, methods=("POST",))
def theme() -> ResponseReturnValue:
    """Choose light or dark where no script does it."""
    chosen = request.form.get("theme", "")
    if chosen not in THEMES:
        raise BadRequest
    response = redirect(return_url("home.index"), 303)
    _remember(response, "theme", chosen)
    return response


@page(blueprint, "/<lang:lang>/reading", permission=PUBLIC, methods=("POST",))
def reading() -> ResponseReturnValue:
    """Choose easy words or the usual ones; in the account where there is one, and in this browser."""
    chosen = request.form.get("reading", "")
    if chosen not in READINGS:
        raise BadRequest
    with actor_transaction() as actor:
        choose_reading(actor, easy=chosen == "easy")
    response = redirect(return_url("home.index"), 303)
    _remember(response, READING_COOKIE, chosen)
    return response


@page(blueprint, "/favicon.ico", permission=PUBLIC)
def favicon() -> ResponseReturnValue:
    """The icon at its old address."""
    return redirect(url_for("static", filename="icon.svg"), 301)


def remember_language(response: Response) -> Response:
    """Keep the language that somebody reads in, where it is not the one that her browser would get anyway."""
    read = g.get("lang")
    if (
        read
        and request.method == "GET"
        and response.status_code == 200
        and response.mimetype == "text/html"
        and preferred_language() != read
    ):
        _remember(response, LANGUAGE_COOKIE, read)
    return response


def _remember(response: BaseResponse, name: str, value: str) -> None:
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(name, value, max_age=A_YEAR, secure=secure, samesite="Lax")
