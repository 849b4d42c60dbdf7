"""What the pages of accounts share: slow work before a transaction, and the cookie of a sign-in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import render_template, session
from flask.typing import ResponseReturnValue
from flask_login import login_user

from app.core.actors import Actor
from app.core.doors.acting import receive
from app.core.doors.pages import submit
from app.core.errors import AppError
from app.core.extensions import SignedIn
from app.core.forms import BaseForm

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
    """`submit`, with slow work and limits first: `prepare()` runs before the transaction, its result goes to `act`."""
    if not (form.is_submitted() and form.validate()):
        return submit(form, template, lambda actor: None, lambda _: "", **context)
    try:
        ready = prepare()
    except AppError as error:
        form.take(error)
        return render_template(template, form=form, **context), error.status
    return submit(form, template, lambda actor: act(actor, ready), then, say=say, **context)


def enter(secret: str) -> None:
    """Put the secret of a new sign-in into the cookie, and nothing of what the cookie held before."""
    session.clear()
    session.permanent = True
    login_user(SignedIn(secret, receive(secret)))
