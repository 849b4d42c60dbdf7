"""What the pages of accounts share: slow work before a transaction, and the cookies of a sign-in and of a device."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, after_this_request, current_app, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import login_user

from app.core.actors import Actor
from app.core.errors import AppError
from app.core.extensions import SignedIn
from app.core.forms import BaseForm
from app.core.http.pages import process_form
from app.core.http.request_actor import load_actor
from app.features.accounts.services import known_devices

DEVICE_COOKIE = "device"
DEVICE_COOKIE_SECONDS = 365 * 24 * 3600
Ready = TypeVar("Ready")
Result = TypeVar("Result")


def submit_slowly(
    form: BaseForm,
    template: str,
    prepare: Callable[[], Ready],
    act: Callable[[Actor, Ready], Result],
    then: Callable[[Result], str],
    *,
    say: str | None = None,
    **context: Any,
) -> ResponseReturnValue:
    """`process_form`, with slow work and limits first: `prepare()` runs before the transaction, its result goes to `act`."""
    if not (form.is_submitted() and form.validate()):
        return process_form(form, template, lambda actor: None, lambda _: "", **context)
    try:
        ready = prepare()
    except AppError as error:
        form.take(error)
        return render_template(template, form=form, **context), error.status
    return process_form(form, template, lambda actor: act(actor, ready), then, say=say, **context)


def enter(secret: str) -> None:
    """Put the secret of a new sign-in into the cookie, and nothing of what the cookie held before."""
    session.clear()
    session.permanent = True
    actor = load_actor(secret)
    login_user(SignedIn(secret, actor))
    if actor.person_id is not None:
        remember_device(actor.person_id)


def is_demonstration() -> bool:
    """Whether the operator set up a demonstration (TRAMA_DEMO=1)."""
    return bool(current_app.extensions["trama.settings"].demo)


def remember_device(person_id: int) -> None:
    """Make this browser a known device of a person, by a cookie that the answer to this request sets."""
    cookie = known_devices.remember_person(person_id, request.cookies.get(DEVICE_COOKIE))

    @after_this_request
    def keep(response: Response) -> Response:
        response.set_cookie(
            DEVICE_COOKIE,
            cookie,
            max_age=DEVICE_COOKIE_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        )
        return response


def device_at(address: str) -> str | None:
    """The id of this browser as a known device of an address; None where nobody with that address signed in here."""
    return known_devices.known_device(address, request.cookies.get(DEVICE_COOKIE))
