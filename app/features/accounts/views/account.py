"""One's own account."""

from __future__ import annotations

from flask import flash, g, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.http.pages import page, process_form, run_action
from app.core.i18n import speaking
from app.core.permissions import SIGNED_IN
from app.features.accounts import queries
from app.features.accounts.forms import AccountForm
from app.features.accounts.models import Person
from app.features.accounts.services import profile, sign_ins
from app.features.accounts.views.blueprint import blueprint
from app.features.accounts.views.sign_ins import OWN_DEVICE


@page(blueprint, "/account", permission=SIGNED_IN, methods=("GET", "POST"))
def account() -> ResponseReturnValue:
    """My name, language and time zone; my password; where I am signed in."""
    form = AccountForm(obj=g.actor.person)

    def then(person: Person) -> str:
        """Back to the page, and a word about it, both in the language that she may have chosen just now."""
        with speaking(person.locale):
            flash(_("Saved."), "done")
        return url_for("accounts.account", lang=person.locale)

    return process_form(
        form,
        "accounts/account.html",
        lambda actor: profile.edit(actor, **form.values()),
        then,
        logins=queries.logins_of(g.actor.person_id),
        is_own_device=OWN_DEVICE in session,
    )


@page(blueprint, "/account/sign-ins", permission=SIGNED_IN, methods=("POST",))
def sign_out_elsewhere() -> ResponseReturnValue:
    """End all sign-ins but this one."""
    return run_action(
        sign_ins.sign_out_elsewhere, url_for("accounts.account"), say=_("You are signed out everywhere else.")
    )
