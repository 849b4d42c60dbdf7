"""Who acts for an organisation, and for which one I act."""

from __future__ import annotations

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.actors import Actor
from app.core.forms import BaseForm
from app.core.http.pages import is_local_path, page, process_form, return_url, run_action
from app.core.i18n import current_language
from app.core.permissions import PUBLIC, SIGNED_IN, authorize
from app.features.accounts.policy import WHO_SEES_ADDRESS
from app.features.organisations import queries, services
from app.features.organisations.forms import InviteForm
from app.features.organisations.models import RequestState
from app.features.organisations.presenters import ROLE_NAMES
from app.features.organisations.presenters import members as present_members
from app.features.organisations.views.blueprint import blueprint


@page(blueprint, "/<slug>/members", permission="organisation.read_members", methods=("GET", "POST"))
def members(slug: str) -> ResponseReturnValue:
    """The members, and inviting more."""
    organisation = queries.get_organisation(g.actor, slug)
    authorize(g.actor, "organisation.read_members", organisation)
    form = InviteForm()
    return process_form(
        form,
        "organisations/members.html",
        lambda actor: services.invite(actor, slug, form.email.data, form.role.data, current_language()),
        lambda _: url_for("organisations.members", slug=slug),
        say=_("The invitation is on its way."),
        organisation=organisation,
        members=present_members(queries.members_of(organisation.id)),
        requests=queries.open_requests(organisation.id),
        invitations=queries.open_invitations(organisation.id),
        role_names=ROLE_NAMES,
        who_sees_address=WHO_SEES_ADDRESS,
    )


@page(blueprint, "/<slug>/members/<int:person_id>/role", permission="organisation.invite", methods=("POST",))
def change_role(slug: str, person_id: int) -> ResponseReturnValue:
    """Make a member an editor or a representative."""
    return run_action(
        lambda actor: services.change_role(actor, slug, person_id, request.form.get("role", "")),
        url_for("organisations.members", slug=slug),
        say=_("The role is changed."),
    )


@page(
    blueprint, "/<slug>/members/<int:person_id>/remove", permission="organisation.invite", methods=("POST",)
)
def remove(slug: str, person_id: int) -> ResponseReturnValue:
    """Let a member go."""
    return run_action(
        lambda actor: services.remove(actor, slug, person_id),
        url_for("organisations.members", slug=slug),
        say=_("This person does not act for the organisation any more."),
    )


@page(blueprint, "/<slug>/leave", permission="organisation.leave", methods=("POST",))
def leave(slug: str) -> ResponseReturnValue:
    """Leave an organisation."""
    return run_action(
        lambda actor: services.leave(actor, slug),
        url_for("organisations.directory"),
        say=_("You do not act for this organisation any more."),
    )


@page(
    blueprint,
    "/<slug>/invitations/<int:invitation_id>/withdraw",
    permission="organisation.invite",
    methods=("POST",),
)
def withdraw(slug: str, invitation_id: int) -> ResponseReturnValue:
    """Take an invitation back."""
    return run_action(
        lambda actor: services.withdraw(actor, slug, invitation_id),
        url_for("organisations.members", slug=slug),
        say=_("The invitation is taken back."),
    )


@page(blueprint, "/<slug>/join", permission=SIGNED_IN, methods=("GET", "POST"))
def join(slug: str) -> ResponseReturnValue:
    """Ask the editors of an organisation to be let in."""
    return process_form(
        BaseForm(),
        "organisations/join.html",
        lambda actor: services.ask_to_join(actor, slug),
        lambda _: url_for("organisations.show", slug=slug),
        say=_("The editors got an email. Their answer comes by email, too."),
        organisation=queries.get_profile(g.actor, slug),
    )


@page(
    blueprint,
    "/<slug>/requests/<int:request_id>/let-in",
    permission="organisation.invite",
    methods=("POST",),
)
def let_in(slug: str, request_id: int) -> ResponseReturnValue:
    """Let somebody in who asked to act for the organisation."""
    return run_action(
        lambda actor: services.let_in(actor, slug, request_id),
        url_for("organisations.members", slug=slug),
        say=_("This person acts for the organisation from now on."),
    )


@page(
    blueprint,
    "/<slug>/requests/<int:request_id>/refuse",
    permission="organisation.invite",
    methods=("POST",),
)
def refuse(slug: str, request_id: int) -> ResponseReturnValue:
    """Say no to somebody who asked to act for the organisation."""
    return run_action(
        lambda actor: services.refuse(actor, slug, request_id),
        url_for("organisations.members", slug=slug),
        say=_("You said no. The person gets an email."),
    )


@page(blueprint, "/invitations/<token>", permission=PUBLIC)
def invitation(token: str) -> ResponseReturnValue:
    """What one is invited to; a visitor is led through joining or signing in and back here."""
    found = queries.invitation_behind(token)
    asked = queries.latest_request(found.organisation_id, g.actor.person_id)
    return render_template(
        "organisations/invitation.html",
        invitation=found,
        token=token,
        role_name=ROLE_NAMES[found.role],
        waits=asked is not None and asked.state is RequestState.SENT,
    )


@page(blueprint, "/invitations/<token>", permission=SIGNED_IN, methods=("POST",))
def accept(token: str) -> ResponseReturnValue:
    """Accept an invitation."""
    return run_action(
        lambda actor: services.accept(actor, token),
        url_for("organisations.directory"),
        say=_("Welcome. You act for this organisation from now on."),
    )


@page(blueprint, "/invitations/<token>/ask", permission=SIGNED_IN, methods=("POST",))
def ask_by_invitation(token: str) -> ResponseReturnValue:
    """Ask the editors to accept another address than the invited one."""
    return run_action(
        lambda actor: services.ask_by_invitation(actor, token),
        url_for("organisations.invitation", token=token),
        say=_("The editors got an email. Their answer comes by email, too."),
    )


@page(blueprint, "/acting", permission=SIGNED_IN, methods=("POST",), chooses_actor=True)
def act_for() -> ResponseReturnValue:
    """Choose the organisation to act for in this browser.

    `?organisation=` and `?send_to=` come from the question about a form that was made for another organisation: the
    browser is told to send the same form on to that address.
    """

    def choose(actor: Actor) -> None:
        services.act_for(actor, request.args.get("organisation") or request.form.get("organisation", ""))

    send_to = request.args.get("send_to", "")
    if is_local_path(send_to):
        run_action(choose, send_to)
        return redirect(send_to, 307)
    return run_action(choose, return_url("home.index"))


@page(blueprint, "/acting", permission=SIGNED_IN)
def acting() -> ResponseReturnValue:
    """The page of the organisation that one acts for, else the one where a new one is created."""
    mine = g.actor.organisation
    return redirect(url_for("organisations.show", slug=mine.slug) if mine else url_for("organisations.new"))
