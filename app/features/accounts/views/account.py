"""One's own account."""

from __future__ import annotations

from flask import g, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.doors.pages import carry_out, page, submit
from app.core.permissions import SIGNED_IN
from app.features.accounts import queries, services
from app.features.accounts.forms import AccountForm
from app.features.accounts.views.blueprint import blueprint


@page(blueprint, "/account", permission=SIGNED_IN, methods=("GET", "POST"))
def account() -> ResponseReturnValue:
    """My name, language and time zone; my password; where I am signed in."""
    form = AccountForm(obj=g.actor.person)
    return submit(
        form,
        "accounts/account.html",
        lambda actor: services.edit(actor, **form.values()),
        lambda person: url_for("accounts.account", lang=person.locale),
        say=_("Saved."),
        logins=queries.logins_of(g.actor.person_id),
    )


@page(blueprint, "/account/sign-ins", permission=SIGNED_IN, methods=("POST",))
def sign_out_elsewhere() -> ResponseReturnValue:
    """End all sign-ins but this one."""
    return carry_out(
        services.sign_out_elsewhere, url_for("accounts.account"), say=_("You are signed out everywhere else.")
    )
