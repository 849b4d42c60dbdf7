"""Every refusal in the form of its entry point: a page, a problem; never a traceback, never a lost text."""

from __future__ import annotations

import logging

from flask import Flask, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestedRangeNotSatisfiable

from app.core.actors import VISITOR
from app.core.database import db
from app.core.errors import (
    ActorChanged,
    AppError,
    BadRequest,
    Expired,
    NotFound,
    SignInNeeded,
    TooLarge,
    TooMany,
)
from app.core.http.api import problem, wants_json
from app.core.http.request_actor import check_actor
from app.core.permissions import PUBLIC

log = logging.getLogger(__name__)
HIDDEN_FIELDS = {"csrf_token", "acting_as", "password", "new_password"}
TEXT_SHOWN_STATUSES = {403, 404, 409, 429, 500}
"""Refusals that take the place of a form's page: what was written is shown, to be copied."""
MAX_CHOSEN_VALUE_LENGTH = 20
"""What is longer was written by hand and not chosen."""


class MethodNotAllowed(AppError):
    """The address exists, but not for this kind of request."""

    status = 405
    code = "wrong_method"
    default = _l("This address cannot be used like that.")


class InternalError(AppError):
    """A mistake of ours."""

    status = 500
    code = "broken"
    default = _l("Something broke on our side. What you did before is safe; try again in a moment.")


ERRORS_BY_STATUS: dict[int, type[AppError]] = {
    404: NotFound,
    405: MethodNotAllowed,
    413: TooLarge,
    429: TooMany,
}


def init_error_handlers(app: Flask) -> None:
    """Answer every refusal and every error in the form of its entry point."""
    app.register_error_handler(AppError, handle_app_error)
    app.register_error_handler(CSRFError, lambda error: handle_app_error(_lost()))
    app.register_error_handler(HTTPException, _refuse_http)
    app.register_error_handler(Exception, _refuse_mistake)


def handle_app_error(error: AppError) -> ResponseReturnValue:
    """Answer a refusal: as JSON for the API; for a page by asking to sign in, by offering to send again, or saying it."""
    g.setdefault("actor", VISITOR)
    if wants_json():
        return problem(error)
    may_send_again = isinstance(error, ActorChanged | SignInNeeded | Expired)
    if may_send_again and request.method == "POST" and _sent_from_here():
        # All that was typed: to be sent again once one is signed in or the page is fresh, or for which organisation.
        return render_template(
            "errors/actor_changed.html" if isinstance(error, ActorChanged) else "errors/again.html",
            error=error,
            typed=_typed(),
            longest=MAX_CHOSEN_VALUE_LENGTH,
            target=request.full_path.rstrip("?"),
            acting_as=request.form.get("acting_as") or None,
        ), error.status
    if isinstance(error, SignInNeeded):
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")), 303)
    written = _written() if error.status in TEXT_SHOWN_STATUSES else ()
    return render_template("errors/error.html", error=error, written=written), error.status


def _lost() -> AppError:
    """Why a form's token is not valid: on a private page the sign-in is gone, or another person's; else it is too old."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "permission", PUBLIC) == PUBLIC:
        return Expired()
    actor = g.get("actor", VISITOR)
    if actor.person is None:
        return SignInNeeded()
    try:
        check_actor(actor, request.form.get("acting_as"))
    except ActorChanged as changed:
        return changed
    return Expired()


def _sent_from_here() -> bool:
    """Whether the browser says that the form was sent from one of our pages."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin" and (
        request.headers.get("Origin", request.host_url.rstrip("/")) == request.host_url.rstrip("/")
    )


def _typed() -> list[tuple[str, str]]:
    """What a form brought, by the names of its fields; never a password."""
    return [
        (name, value)
        for name, values in request.form.lists()
        if name not in HIDDEN_FIELDS
        for value in values
    ]


def _written() -> list[str]:
    """The sentences among what was typed, where it came from a page of ours."""
    if request.method != "POST" or not _sent_from_here():
        return []
    try:
        return [
            value
            for _name, value in _typed()
            if len(value) > MAX_CHOSEN_VALUE_LENGTH and " " in value.strip()
        ]
    except HTTPException:
        return []


def _refuse_http(error: HTTPException) -> ResponseReturnValue:
    if error.code is not None and 300 <= error.code < 400:
        return error.get_response()
    if isinstance(error, RequestedRangeNotSatisfiable):
        return error.get_response()  # its Content-Range says how long the file is; programs ask for ranges
    return handle_app_error(ERRORS_BY_STATUS.get(error.code or 500, BadRequest)())


def _refuse_mistake(error: Exception) -> ResponseReturnValue:
    """Log a mistake of ours with its traceback and show the reader none of it."""
    log.exception("a mistake at %s %s", request.method, request.endpoint)
    db.session.rollback()
    # The actor's own row may be what cannot be read: this page reads no rows.
    g.actor = VISITOR
    return handle_app_error(InternalError())
