"""A lost password, a new one."""

from __future__ import annotations

from flask import g, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.doors.pages import page
from app.core.errors import Invalid
from app.core.limits import spend, visitor_address
from app.core.permissions import PUBLIC, SIGNED_IN
from app.features.accounts import queries, services
from app.features.accounts.forms import ForgotForm, PasswordForm, ResetForm
from app.features.accounts.models import MailPurpose, fold_address
from app.features.accounts.views.blueprint import blueprint
from app.features.accounts.views.entering import enter, submit_slowly


@page(blueprint, "/forgot", permission=PUBLIC, methods=("GET", "POST"))
def forgot() -> ResponseReturnValue:
    """Ask for a link to a new password; the answer is the same whether the address has an account or not."""
    form = ForgotForm()
    return submit_slowly(
        form,
        "accounts/forgot.html",
        lambda: _prepare(form),
        lambda actor, _: services.ask_reset(form.email.data),
        lambda _: url_for("accounts.forgot_sent"),
    )


def _prepare(form: ForgotForm) -> None:
    address = fold_address(form.email.data)
    spend("forgot", "20 per hour", visitor_address(), say=_("That was a lot at once. Try again in an hour."))
    spend(
        "forgot to",
        "3 per hour",
        address,
        say=_("We wrote to this address already. Look there, or try again in an hour."),
    )
    services.waste_time()
    session["forgot"] = address


@page(blueprint, "/forgot/sent", permission=PUBLIC)
def forgot_sent() -> ResponseReturnValue:
    """Where to look now."""
    address = session.get("forgot")
    if not address:
        return redirect(url_for("accounts.forgot"), 303)
    return render_template("accounts/forgot_sent.html", address=address)


@page(blueprint, "/reset/<token>", permission=PUBLIC, methods=("GET", "POST"))
def reset(token: str) -> ResponseReturnValue:
    """Choose a new password by a mailed link."""
    found = queries.mailed(token, MailPurpose.RESET)
    if found is None:
        return render_template("accounts/link_used.html"), 410
    form = ResetForm()
    return submit_slowly(
        form,
        "accounts/reset.html",
        lambda: services.hash_password(form.new_password.data),
        lambda actor, password_hash: services.reset_password(token, password_hash),
        lambda _: url_for("accounts.sign_in"),
        say=_("Your password is changed. Sign in with the new one."),
        address=found[1].email,
    )


@page(blueprint, "/account/password", permission=SIGNED_IN, methods=("GET", "POST"))
def change_password() -> ResponseReturnValue:
    """Choose a new password in exchange for the old one."""
    form = PasswordForm()
    return submit_slowly(
        form,
        "accounts/password.html",
        lambda: _check_and_hash(form),
        lambda actor, ready: services.change_password(actor, *ready),
        _stay,
        say=_("Your password is changed, and you are signed out everywhere else."),
        address=g.actor.person.email,
    )


def _check_and_hash(form: PasswordForm) -> tuple[services.Checked, str]:
    address = g.actor.person.email
    spend(
        "password",
        "5 per 5 minutes",
        address,
        say=_("That was a lot of attempts. Wait five minutes and try again."),
    )
    try:
        checked = services.check_password(address, form.password.data)
    except Invalid as error:
        raise Invalid(fields={"password": [_("This is not the password you have now.")]}) from error
    return checked, services.hash_password(form.new_password.data)


def _stay(secret: str) -> str:
    enter(secret)
    return url_for("accounts.account")
