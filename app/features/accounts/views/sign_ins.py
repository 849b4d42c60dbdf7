"""Signing in and out."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import logout_user

from app.core.actors import VISITOR
from app.core.email_addresses import normalise_email
from app.core.errors import Forbidden, Invalid, NotFound, TooMany
from app.core.forms import value_of
from app.core.http.pages import page, return_url
from app.core.http.request_actor import actor_transaction
from app.core.limits import count_attempt, forget_attempts, require_attempt_left, try_attempt, visitor_address
from app.core.permissions import PUBLIC, SIGNED_IN
from app.core.templating import slot
from app.features.accounts import queries
from app.features.accounts.forms import SignInForm
from app.features.accounts.models import ClusterRole, Person
from app.features.accounts.services import passwords, sign_ins
from app.features.accounts.views.blueprint import blueprint
from app.features.accounts.views.entering import device_at, enter, is_demonstration, submit_slowly
from config import LOOPBACK

OWN_DEVICE = "own_device"
"""The mark in the signed cookie of a sign-in that the device is its person's own; it goes with the sign-in."""
DEMO_KEYS = ("facilitator", "member-it", "member-pl", "manager")
NETWORK_FAILURES = "10 per minute"
DEVICE_ATTEMPTS = "5 per 5 minutes"
UNKNOWN_BROWSER_ATTEMPTS = "5 per hour"
"""At one address, by all browsers together in which its owner did not sign in before."""


@page(blueprint, "/sign-in", permission=PUBLIC, methods=("GET", "POST"))
def sign_in() -> ResponseReturnValue:
    """Sign in with an address and a password."""
    if request.method == "GET" and g.actor.person is not None:
        return redirect(return_url("home.index"), 303)
    form = SignInForm()
    may_play = is_demonstration() and _may_be_anybody()
    return submit_slowly(
        form,
        "accounts/sign_in.html",
        lambda: _check(form),
        passwords.sign_in_by_password,
        _go_on,
        cast=[
            {"value": person.email.partition("@")[0], "name": person.name, "what": _what_she_is(person)}
            for person in (queries.demo_people(DEMO_KEYS) if may_play else ())
        ],
        next=request.values.get("next") or None,
    )


def _check(form: SignInForm) -> passwords.PasswordCheck:
    """The password, checked: out of a known device's own attempts, else out of those of all unknown browsers.

    No password is hashed once the attempts are spent; an unknown browser is then offered the mailed link, with a right
    password as with a wrong one, and whether the address has an account or not.
    """
    address = normalise_email(value_of(form.email))
    device = device_at(address)
    if device is None:
        return _check_unknown_browser(form, address)
    count_attempt(
        "sign-in on",
        DEVICE_ATTEMPTS,
        address,
        device,
        say=_("That was a lot of attempts. Wait five minutes and try again, or choose a new password."),
    )
    checked = passwords.check_password(address, value_of(form.password))
    forget_attempts("sign-in on", DEVICE_ATTEMPTS, address, device)
    return checked


def _check_unknown_browser(form: SignInForm, address: str) -> passwords.PasswordCheck:
    """Only failures count against a network's address, for twelve people may share one in a workshop."""
    network = visitor_address()
    too_many = _("That was a lot at once. Wait a minute and try again.")
    require_attempt_left("sign-in from", NETWORK_FAILURES, network, say=too_many)
    if not try_attempt("sign-in as", UNKNOWN_BROWSER_ATTEMPTS, address):
        form.link_address = address
        raise TooMany(
            _(
                "Passwords are not taken from this browser at the moment: there were too many wrong ones for this "
                "address. A link by email lets you in."
            )
        )
    try:
        checked = passwords.check_password(address, value_of(form.password))
    except Invalid:
        count_attempt("sign-in from", NETWORK_FAILURES, network)
        raise
    forget_attempts("sign-in as", UNKNOWN_BROWSER_ATTEMPTS, address)
    return checked


def _go_on(secret: str) -> str:
    """Where to go once signed in: the page that was wanted, else home."""
    enter(secret)
    return return_url("home.index")


@page(blueprint, "/sign-in/demo", permission=PUBLIC, methods=("POST",))
def sign_in_as() -> ResponseReturnValue:
    """Sign in as somebody invented; only where the installation is a demo."""
    if not is_demonstration():
        raise NotFound
    if not _may_be_anybody():
        raise Forbidden(
            _(
                "One can sign in as a person of the demonstration only on the machine that it runs on, and only "
                "where the database holds nothing else."
            )
        )
    with actor_transaction() as actor:
        key = request.form.get("demo", "")
        if key not in DEMO_KEYS:
            raise NotFound
        secret = sign_ins.sign_in_as(actor, key)
    return redirect(_go_on(secret), 303)


@page(blueprint, "/sign-out", permission=PUBLIC, methods=("POST",))
def sign_out() -> ResponseReturnValue:
    """Sign out here; without a sign-in nothing happens."""
    with actor_transaction() as actor:
        if actor.person is not None:
            sign_ins.sign_out(actor)
    logout_user()
    session.clear()
    flash(_("You are signed out."), "done")
    return redirect(return_url("home.index"), 303)


@page(blueprint, "/account/own-device", permission=SIGNED_IN, methods=("POST",))
def own_device() -> ResponseReturnValue:
    """Say that this device is one's own, so that it may keep pages; `off` takes that back."""
    session.pop(OWN_DEVICE, None)
    if "off" not in request.form:
        session[OWN_DEVICE] = True
    return redirect(url_for("accounts.account", _anchor="sign-ins"), 303)


def name_own_device(response: Response) -> Response:
    """Tell the service worker in the head of each page whose pages it may keep: the number of the sign-in, or "none"."""
    if response.mimetype == "text/html":
        is_own = g.get("actor", VISITOR).person is not None and OWN_DEVICE in session
        response.headers["Own-Device"] = str(g.actor.login_id) if is_own else "none"
    return response


def _may_be_anybody() -> bool:
    """Whether a demonstration may let this visitor be anybody: she is at this machine, and nobody real is in the database.

    The public address is checked at start; here the request shows whether a proxy makes the demonstration public.
    """
    settings = current_app.extensions["trama.settings"]
    is_forwarded = not settings.proxies and "X-Forwarded-For" in request.headers
    try:
        origin = urlsplit(request.headers.get("Origin") or request.host_url).hostname
    except ValueError:
        return False
    hosts = {request.remote_addr, urlsplit(request.host_url).hostname, origin}
    return not is_forwarded and hosts <= LOOPBACK and not queries.has_people_outside_demo()


def _what_she_is(person: Person) -> str:
    """Her part in the cluster, or the organisation she belongs to, which a later feature knows."""
    if person.cluster_role is ClusterRole.MANAGER:
        return _("Runs the cluster")
    if person.cluster_role is ClusterRole.FACILITATOR:
        return _("Facilitates the cluster")
    return slot("accounts.belongs_to", person_id=person.id) or _("Has no organisation yet")
