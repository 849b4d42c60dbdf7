"""Applying to a seat, answering, leaving."""

from __future__ import annotations

from typing import Any

from flask import g, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.http.pages import page, process_form, run_action
from app.features.initiatives import services
from app.features.initiatives.forms import ApplyForm
from app.features.initiatives.showing import shown
from app.features.initiatives.views.blueprint import blueprint


def page_of(slug: str, **forms: ApplyForm) -> dict[str, Any]:
    """What the template of an initiative's page takes: it reads when it renders, also after a refusal.

    `forms` is the application form that was sent, by "role_<id>"; the other roles get an empty one.
    """

    def form_for(role_id: int) -> ApplyForm:
        return forms.get(f"role_{role_id}") or ApplyForm(formdata=None, role_id=role_id)

    return {"shown": lambda: shown(g.actor, slug), "form_for": form_for}


@page(blueprint, "/<slug>/roles/<int:role_id>/apply", permission="initiative.apply", methods=("POST",))
def apply(slug: str, role_id: int) -> ResponseReturnValue:
    """Apply to a seat for one's organisation."""
    form = ApplyForm(role_id=role_id)
    return process_form(
        form,
        "initiatives/show.html",
        lambda actor: services.apply(actor, slug, role_id, **form.values()),
        lambda application: url_for(".show", slug=slug),
        say=_("Your application is on its way. The answer comes by email and is shown here."),
        **page_of(slug, **{f"role_{role_id}": form}),
    )


@page(
    blueprint,
    "/<slug>/applications/<int:application_id>/withdraw",
    permission="initiative.withdraw",
    methods=("POST",),
)
def withdraw(slug: str, application_id: int) -> ResponseReturnValue:
    """Take one's application back."""
    return run_action(
        lambda actor: services.withdraw(actor, slug, application_id),
        url_for(".show", slug=slug),
        say=_("Your application is taken back."),
    )


@page(
    blueprint,
    "/<slug>/applications/<int:application_id>/accept",
    permission="initiative.decide",
    methods=("POST",),
)
def accept(slug: str, application_id: int) -> ResponseReturnValue:
    """Give an applicant the seat."""
    return run_action(
        lambda actor: services.accept(actor, slug, application_id),
        url_for(".show", slug=slug),
        say=_("They take part from now on. We wrote to them."),
    )


@page(
    blueprint,
    "/<slug>/applications/<int:application_id>/decline",
    permission="initiative.decide",
    methods=("POST",),
)
def decline(slug: str, application_id: int) -> ResponseReturnValue:
    """Answer an application with no."""
    return run_action(
        lambda actor: services.decline(actor, slug, application_id),
        url_for(".show", slug=slug),
        say=_("The application is declined. We wrote to them."),
    )


@page(blueprint, "/<slug>/leave", permission="initiative.leave", methods=("POST",))
def leave(slug: str) -> ResponseReturnValue:
    """Leave an initiative with one's organisation."""
    return run_action(
        lambda actor: services.leave(actor, slug),
        url_for(".show", slug=slug),
        say=_("Your organisation does not take part any more."),
    )


@page(
    blueprint,
    "/<slug>/partners/<int:partner_id>/remove",
    permission="initiative.decide",
    methods=("POST",),
)
def remove(slug: str, partner_id: int) -> ResponseReturnValue:
    """Let a partner go."""
    return run_action(
        lambda actor: services.remove(actor, slug, partner_id),
        url_for(".show", slug=slug),
        say=_("This organisation does not take part any more. Its seat is free again."),
    )
