"""HTML pages: routes with a permission, forms that keep what was typed, refusals as pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.actors import Actor
from app.core.errors import SHOWN_ALONE, ActorChanged, AppError, Expired, NotFound, SignInNeeded
from app.core.forms import BaseForm
from app.core.http.request_actor import actor_transaction, check_actor
from app.core.permissions import PUBLIC
from app.core.source_names import PermissionName

View = Callable[..., ResponseReturnValue]
Result = TypeVar("Result")
MAX_RETURN_URL_LENGTH = 1000
"""Of a page to come back to: it is kept in the cookie for a while, and browsers drop large ones."""


def page(
    blueprint: Blueprint,
    rule: str,
    *,
    permission: PermissionName,
    methods: tuple[str, ...] = ("GET",),
    chooses_actor: bool = False,
    takes_files: bool = False,
) -> Callable[[View], View]:
    """Register a view under an address, with the permission it needs (PUBLIC where it needs none).

    A visitor at a page that is not public is asked to sign in; the finer question, whether this actor may do
    this to that object, is the service's. A form of such a page carries the actor for whom its page was made: another
    actor is asked first (ActorChanged), and a form without it is offered again (Expired). `chooses_actor` is for the
    view that changes the actor: it takes a form of any. `takes_files` lets those who are signed in send files with a form.
    """

    def register(view: View) -> View:
        @wraps(view)
        def guarded_view(**values: Any) -> ResponseReturnValue:
            if permission != PUBLIC and g.actor.person is None:
                raise SignInNeeded
            if request.method == "POST" and permission != PUBLIC and not chooses_actor:
                # The actor of the form is compared now and in the transaction; htmx only asks for a part of its page.
                g.acting_as = request.form.get("acting_as")
                if not g.acting_as:
                    raise Expired
                if "HX-Request" not in request.headers:
                    check_actor(g.actor, g.acting_as)
            return view(**values)

        guarded_view.permission = permission  # type: ignore[attr-defined]
        guarded_view.takes_files = takes_files  # type: ignore[attr-defined]
        blueprint.add_url_rule(rule, endpoint=view.__name__, view_func=guarded_view, methods=list(methods))
        return guarded_view

    return register


def process_form(
    form: BaseForm,
    template: str,
    act: Callable[[Actor], Result],
    then: Callable[[Result], str],
    *,
    say: str | None = None,
    **context: Any,
) -> ResponseReturnValue:
    """Show a form or act on it.

    `act(actor)` runs in a writing transaction, `then(result)` gives the address to go to, `say` is shown there.
    A refusal comes back as the same page with what was typed and a sentence at each field.
    """
    if request.method in ("GET", "HEAD"):
        return render_template(template, form=form, **context)
    status = 422
    if form.validate():
        try:
            with actor_transaction() as actor:
                target = then(act(actor))
        except (NotFound, SignInNeeded, ActorChanged):
            raise
        except AppError as error:
            form.take(error)
            status = error.status
        else:
            if say:
                flash(say, "done")
            return redirect(target, 303)
    return render_template(template, form=form, **context), status


def run_action(act: Callable[[Actor], object], then: str, *, say: str | None = None) -> ResponseReturnValue:
    """Do what a single button asks for and go on to `then`; a refusal is said there, nothing is lost.

    What one may not see stays a page of its own (404, 401); what one may not do is a 403 page.
    """
    try:
        with actor_transaction() as actor:
            act(actor)
    except SHOWN_ALONE:
        raise
    except AppError as error:
        flash(str(error.message), "problem")
    else:
        if say:
            flash(say, "done")
    return redirect(then, 303)


def return_url(endpoint: str, **values: Any) -> str:
    """The page that a form names in its `next`, if it is one of ours, else an endpoint's address."""
    wanted = request.values.get("next", "")
    return wanted if is_local_path(wanted) else url_for(endpoint, **values)


def is_local_path(address: str) -> bool:
    """Whether an address stays here: a path of our own, not one that a browser reads as another host."""
    plain = address.strip()
    if len(plain) > MAX_RETURN_URL_LENGTH:
        return False
    printable = all(character.isprintable() for character in plain)
    return plain.startswith("/") and not plain.startswith(("//", "/\\")) and "\\" not in plain and printable
