"""What managers decide about organisations."""

from __future__ import annotations

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.http.pages import page, return_url, run_action
from app.features.organisations import services
from app.features.organisations.views.blueprint import blueprint


@page(blueprint, "/<slug>/admit", permission="organisation.admit", methods=("POST",))
def admit(slug: str) -> ResponseReturnValue:
    """Let an organisation into the cluster."""
    return run_action(
        lambda actor: services.admit(actor, slug),
        return_url("organisations.show", slug=slug),
        say=_("The organisation is in the cluster now."),
    )


@page(blueprint, "/<slug>/suspend", permission="organisation.suspend", methods=("POST",))
def suspend(slug: str) -> ResponseReturnValue:
    """Take an organisation out of the public."""
    return run_action(
        lambda actor: services.suspend(actor, slug),
        url_for("organisations.show", slug=slug),
        say=_("The organisation is suspended. Only its members and managers see it now."),
    )


@page(blueprint, "/<slug>/restore", permission="organisation.suspend", methods=("POST",))
def restore(slug: str) -> ResponseReturnValue:
    """Let a suspended organisation back."""
    return run_action(
        lambda actor: services.restore(actor, slug),
        url_for("organisations.show", slug=slug),
        say=_("The organisation is in the cluster again."),
    )
