"""Answering the offer of a seat, and taking one back."""

from __future__ import annotations

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.http.pages import page, run_action
from app.features.initiatives import services
from app.features.initiatives.views.blueprint import blueprint

OFFER = "/<slug>/offers/<int:offer_id>"


@page(blueprint, f"{OFFER}/accept", permission="initiative.answer_offer", methods=("POST",))
def accept_offer(slug: str, offer_id: int) -> ResponseReturnValue:
    """Take the seat that is offered."""
    return run_action(
        lambda actor: services.accept_offer(actor, slug, offer_id),
        url_for(".show", slug=slug),
        say=_("The seat is yours. Your organisation takes part from now on."),
    )


@page(blueprint, f"{OFFER}/decline", permission="initiative.answer_offer", methods=("POST",))
def decline_offer(slug: str, offer_id: int) -> ResponseReturnValue:
    """Say no to the seat."""
    return run_action(
        lambda actor: services.decline_offer(actor, slug, offer_id),
        url_for(".show", slug=slug),
        say=_("You said no. We wrote to them."),
    )


@page(blueprint, f"{OFFER}/withdraw", permission="initiative.invite", methods=("POST",))
def withdraw_offer(slug: str, offer_id: int) -> ResponseReturnValue:
    """Take an offer back."""
    return run_action(
        lambda actor: services.withdraw_offer(actor, slug, offer_id),
        url_for(".show", slug=slug),
        say=_("Your invitation is taken back."),
    )
