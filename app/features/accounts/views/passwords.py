"""A lost password, a new one."""

from __future__ import annotations

from flask import g, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.email_addresses import normalise_email
from app.core.errors import Invalid
from app.core.forms import BaseForm, value_of
from app.core.http.pages import page, process_form
from app.core.limits import count_attempt, forget_attempts, try_attempt, visitor_address
from app.core.permissions import PUBLIC, SIGNED_IN
from app.features.accounts import queries
from app.features.accounts.forms import ForgotForm, PasswordForm, ResetForm
from app.features.accounts.models import MailPurpose, Person
from app.features.accounts.services import passwords
from app.features.accounts.views.blueprint import blueprint
from app.features.accounts.views.entering import device_at, enter, remember_device, submit_slowly
from app.features.accounts.views.sign_ins import UNKNOWN_BROWSER_ATTEMPTS

NETWORK_REQUESTS = "20 per hour"
DEVICE_MAILS = "5 per hour"
UNKNOWN_BROWSER_MAILS = "3 per hour"
"""To one address, at the request of all browsers together in which its owner did not sign in before."""


@page(blueprint, "/forgot", permission=PUBLIC, methods=("GET", "POST"))
def forgot() -> ResponseReturnValue:
    """Ask for a link that lets one in; the answer is the same whether the address has an account or not."""
    form = ForgotForm()

    def prepare() -> bool:
        """Whether a mail may go out: a known device has requests of its own, unknown browsers share some for each address.

        Past those no mail is sent and the answer stays the same, because the links of the last hour are still good.
        """
        address = normalise_email(value_of(form.email))
        device = device_at(address)
        if device is None:
            too_many = _("That was a lot at once. Try again in an hour.")
            count_attempt("forgot from", NETWORK_REQUESTS, visitor_address(), say=too_many)
            may_mail = try_attempt("forgot to", UNKNOWN_BROWSER_MAILS, address)
        else:
            may_mail = try_attempt("forgot on", DEVICE_MAILS, address, device)
        passwords.waste_time()
        session["forgot"] = address
        return may_mail

    return submit_slowly(
        form,
        "accounts/forgot.html",
        prepare,
        lambda actor, may_mail: passwords.ask_reset(value_of(form.email)) if may_mail else None,
        lambda asked: url_for("accounts.forgot_sent"),
    )


@page(blueprint, "/forgot/sent", permission=PUBLIC)
def forgot_sent() -> ResponseReturnValue:
    """Where to look now."""
    address = session.get("forgot")
    if not address:
        return redirect(url_for("accounts.forgot"), 303)
    return render_template("accounts/forgot_sent.html", address=address)


@page(blueprint, "/reset/<token>", permission=PUBLIC, methods=("GET", "POST"))
def reset(token: str) -> ResponseReturnValue:
    """Choose a new password by a mailed link, or only sign in by it."""
    found = queries.mailed(token, MailPurpose.RESET)
    if found is None:
        return render_template("accounts/link_used.html"), 410
    form = ResetForm()

    def then(person: Person) -> str:
        _forgive_unknown_browsers(person)
        remember_device(person.id)
        return url_for("accounts.sign_in")

    return submit_slowly(
        form,
        "accounts/reset.html",
        lambda: passwords.hash_password(value_of(form.new_password)),
        lambda actor, password_hash: passwords.reset_password(token, password_hash),
        then,
        say=_("Your password is changed. Sign in with the new one."),
        address=found[1].email,
        token=token,
    )


@page(blueprint, "/reset/<token>/sign-in", permission=PUBLIC, methods=("POST",))
def sign_in_by_link(token: str) -> ResponseReturnValue:
    """Sign in by a mailed link and keep the password."""
    found = queries.mailed(token, MailPurpose.RESET)
    if found is None:
        return render_template("accounts/link_used.html"), 410

    def then(result: tuple[Person, str]) -> str:
        person, secret = result
        _forgive_unknown_browsers(person)
        enter(secret)
        return url_for("home.index")

    return process_form(
        BaseForm(), "accounts/link_used.html", lambda actor: passwords.sign_in_by_link(actor, token), then
    )


def _forgive_unknown_browsers(person: Person) -> None:
    """Forget what unknown browsers used up at the address of a person who came by a mailed link."""
    forget_attempts("sign-in as", UNKNOWN_BROWSER_ATTEMPTS, person.email)
    forget_attempts("forgot to", UNKNOWN_BROWSER_MAILS, person.email)


@page(blueprint, "/account/password", permission=SIGNED_IN, methods=("GET", "POST"))
def change_password() -> ResponseReturnValue:
    """Choose a new password in exchange for the old one."""
    form, address = PasswordForm(), g.actor.person.email

    def prepare() -> tuple[passwords.PasswordCheck, str]:
        # For each sign-in by itself, so that a stolen one cannot use up the attempts of the others.
        too_many = _("That was a lot of attempts. Wait five minutes and try again.")
        count_attempt("password", "5 per 5 minutes", str(g.actor.login_id), say=too_many)
        try:
            checked = passwords.check_password(address, value_of(form.password))
        except Invalid as error:
            raise Invalid(fields={"password": [_("This is not the password you have now.")]}) from error
        return checked, passwords.hash_password(value_of(form.new_password))

    def then(secret: str) -> str:
        enter(secret)
        return url_for("accounts.account")

    return submit_slowly(
        form,
        "accounts/password.html",
        prepare,
        lambda actor, ready: passwords.change_password(actor, *ready),
        then,
        say=_("Your password is changed, and you are signed out everywhere else."),
        address=address,
    )
