"""Joining, and the mail that follows."""

from __future__ import annotations

from flask import g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.actors import Actor
from app.core.email_addresses import normalise_email
from app.core.errors import SignInNeeded
from app.core.forms import BaseForm, value_of
from app.core.http.pages import is_local_path, page, process_form, return_url, run_action
from app.core.http.request_actor import actor_transaction
from app.core.i18n import current_language
from app.core.limits import count_attempt, visitor_address
from app.core.permissions import PUBLIC, SIGNED_IN
from app.features.accounts import queries
from app.features.accounts.forms import JoinForm
from app.features.accounts.models import MailPurpose, Person, digest
from app.features.accounts.services import joining, passwords, sign_ins
from app.features.accounts.views.blueprint import blueprint
from app.features.accounts.views.entering import enter, is_demonstration, submit_slowly


@page(blueprint, "/join", permission=PUBLIC, methods=("GET", "POST"))
def join() -> ResponseReturnValue:
    """Create an account; the answer is the same whether the address has one or not."""
    if g.actor.person is not None:
        return redirect(return_url("home.index"), 303)
    form = JoinForm()

    def prepare() -> str:
        too_many = _("Many people joined from here just now. Try again in an hour.")
        count_attempt("join", "60 per hour", visitor_address(), say=too_many)
        return passwords.hash_password(value_of(form.password))

    def act(actor: Actor, password_hash: str) -> None:
        joining.join(
            actor,
            name=value_of(form.name),
            email=value_of(form.email),
            password_hash=password_hash,
            locale=current_language(),
            timezone=form.timezone.data or "UTC",
            is_demo=is_demonstration(),
        )
        session["joining"], session["joined"] = normalise_email(value_of(form.email)), digest(password_hash)
        wanted = request.values.get("next", "")
        if is_local_path(wanted):
            session["then"] = wanted

    return submit_slowly(
        form, "accounts/join.html", prepare, act, lambda joined: url_for("accounts.join_sent")
    )


@page(blueprint, "/join/sent", permission=PUBLIC)
def join_sent() -> ResponseReturnValue:
    """Where to look now."""
    address = session.get("joining")
    if not address:
        return redirect(url_for("accounts.join"), 303)
    return render_template("accounts/join_sent.html", address=address)


@page(blueprint, "/verify/<token>", permission=PUBLIC, methods=("GET", "POST"))
def verify(token: str) -> ResponseReturnValue:
    """Verify an address: opening the page changes nothing, because programs that read mails open it too."""
    found = queries.mailed(token, MailPurpose.VERIFY)
    if found is None:
        return render_template("accounts/link_used.html"), 410
    form = BaseForm()
    if form.validate_on_submit() and not _is_hers(found[1]):
        # To the sign-in page and back here; a sign-in with another account ends first.
        with actor_transaction() as actor:
            if actor.person is not None:
                sign_ins.sign_out(actor)
                session.clear()
        return redirect(url_for("accounts.sign_in", next=request.path), 303)

    def act(actor: Actor) -> str | None:
        """Verify, and sign the person in who joined in this browser."""
        person = joining.verify(token)
        if not _is_hers(person):
            raise SignInNeeded
        return sign_ins.sign_in(actor, person) if actor.person is None else None

    def then(secret: str | None) -> str:
        wanted = str(session.get("then", ""))
        if secret:
            enter(secret)
        return wanted or url_for("home.index")

    return process_form(
        form,
        "accounts/verify.html",
        act,
        then,
        say=_("Your address is verified."),
        address=found[1].email,
    )


def _is_hers(person: Person) -> bool:
    """Whether this browser knows the account's password: somebody signed in or joined with it here.

    Else somebody could join with another's address, have her verify it by mistake, and keep the password.
    """
    if g.actor.person is not None:
        return bool(g.actor.person_id == person.id)
    return person.password_hash is not None and session.get("joined") == digest(person.password_hash)


@page(blueprint, "/verify", permission=SIGNED_IN, methods=("POST",))
def send_verification() -> ResponseReturnValue:
    """Send the verifying mail once more."""

    def send(actor: Actor) -> None:
        count_attempt(
            "verify",
            "3 per hour",
            str(actor.person_id),
            say=_("We wrote to you already. Try again in an hour."),
        )
        joining.send_verification(actor)

    return run_action(
        send, return_url("home.index"), say=_("An email is on its way to you. Open the link in it.")
    )
