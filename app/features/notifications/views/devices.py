"""The device that a reader has before her: told at once of what concerns her, after a press."""

from __future__ import annotations

from flask import Blueprint, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.http.pages import page, run_action
from app.core.http.request_actor import actor_transaction
from app.core.permissions import SIGNED_IN
from app.features.notifications.services.devices import (
    ensure_public_key,
    subscribe_to_push,
    unsubscribe_from_push,
)

devices = Blueprint("devices", __name__, url_prefix="/<lang:lang>/account/notifications/device")


@page(devices, "/key", permission=SIGNED_IN, methods=("POST",))
def key() -> ResponseReturnValue:
    """The public key that a browser asks its push service with."""
    with actor_transaction() as actor:
        return jsonify(key=ensure_public_key(actor))


@page(devices, "", permission=SIGNED_IN, methods=("POST",))
def tell() -> ResponseReturnValue:
    """Tell this browser at once from now on; a refusal is a page that says why."""
    sent = {name: request.form.get(name, "") for name in ("endpoint", "p256dh", "auth")}
    with actor_transaction() as actor:
        subscribe_to_push(actor, **sent)
    flash(_("This device tells you from now on."), "done")
    return redirect(url_for("mail_choices.choose"), 303)


@page(devices, "/off", permission=SIGNED_IN, methods=("POST",))
def silence() -> ResponseReturnValue:
    """Tell this browser nothing any more."""
    return run_action(
        unsubscribe_from_push,
        url_for("mail_choices.choose"),
        say=_("This device tells you nothing any more."),
    )
