"""The pages of the initiatives: the list, one initiative, posting and editing, its states, seats and offers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.errors import BadRequest
from app.core.http.pages import page, process_form, run_action
from app.core.http.public_pages import describe_page
from app.core.permissions import PUBLIC, authorize, can
from app.features.initiatives import queries
from app.features.initiatives.detail_presenter import initiative_detail
from app.features.initiatives.forms import ApplyForm, InitiativeForm, initiative_values
from app.features.initiatives.presenters import card
from app.features.initiatives.queries.list_query import FACETS, filters_from
from app.features.initiatives.queries.list_query import listing as look_up
from app.features.initiatives.services import lifecycle, offers, posting, seats
from app.features.initiatives.states import InitiativeMove, require_unclosed
from app.features.initiatives.structured_data import initiatives_data

blueprint = Blueprint("initiatives", __name__, url_prefix="/<lang:lang>/initiatives")


@page(blueprint, "", permission=PUBLIC)
def index() -> ResponseReturnValue:
    """The initiatives of the cluster; its filters are its address."""
    asked = request.args
    filters = filters_from(asked.get("q", ""), **{facet: asked.getlist(facet) for facet in FACETS})
    found = look_up(g.actor, filters, asked.get("after"))
    chosen = {"q": filters.text, **{facet: filters.chosen(facet) for facet in FACETS}}
    address: dict[str, Any] = {name: value for name, value in chosen.items() if value}
    cards = [card(initiative) for initiative in found.page.items]
    return render_template(
        "initiatives/index.html",
        described=describe_page(
            "initiatives.index", feed="feeds.initiatives", is_list=True, structured=initiatives_data(cards)
        ),
        found=found,
        cards=cards,
        filters=filters,
        first=not asked.get("after"),
        first_url=url_for(".index", **address),
        next_url=url_for(".index", **address, after=found.page.next) if found.page.next else "",
    )


@page(blueprint, "/<slug>", permission=PUBLIC)
def show(slug: str) -> ResponseReturnValue:
    """An initiative's page."""
    return render_template("initiatives/show.html", **page_of(slug))


TEMPLATE = "initiatives/edit.html"


@page(blueprint, "/new", permission="initiative.post", methods=("GET", "POST"))
def new() -> ResponseReturnValue:
    """Post an initiative as a draft."""
    if not can(g.actor, "initiative.post") and not request.form:
        return render_template("initiatives/not_yet.html"), 403
    form = InitiativeForm(data={"roles": [{}]})
    context = {"back": url_for(".index"), "is_new": True}
    if form.rearrange(request.form):
        return render_template(TEMPLATE, form=form, **context)
    return process_form(
        form,
        TEMPLATE,
        lambda actor: posting.post(actor, **form.values()),
        lambda initiative: url_for(".show", slug=initiative.slug),
        say=_("Your draft is kept: only you see it. Open it when it is ready."),
        **context,
    )


@page(blueprint, "/<slug>/edit", permission="initiative.edit", methods=("GET", "POST"))
def edit(slug: str) -> ResponseReturnValue:
    """Change what an initiative says and whom it looks for."""
    initiative = queries.get_initiative(g.actor, slug)
    authorize(g.actor, "initiative.edit", initiative)
    require_unclosed(initiative.state)
    form = InitiativeForm(data=initiative_values(initiative))
    context = {"back": url_for(".show", slug=slug), "is_new": False}
    if form.rearrange(request.form):
        return render_template(TEMPLATE, form=form, **context)
    return process_form(
        form,
        TEMPLATE,
        lambda actor: posting.edit(actor, slug, **form.values()),
        lambda edited: url_for(".show", slug=edited.slug),
        say=_("Your changes are saved."),
        **context,
    )


ACTS = {
    InitiativeMove.OPEN: lifecycle.open_up,
    InitiativeMove.RUN: lifecycle.run,
    InitiativeMove.REOPEN: lifecycle.reopen,
}


@page(blueprint, "/<slug>/state", permission="initiative.change_state", methods=("POST",))
def state(slug: str) -> ResponseReturnValue:
    """Open, run or reopen an initiative, as the button `move` says."""
    said = {
        InitiativeMove.OPEN: _(
            "Your initiative is open: everybody can read it, and organisations can apply."
        ),
        InitiativeMove.RUN: _("Your initiative is running. Organisations can no longer apply."),
        InitiativeMove.REOPEN: _("Organisations can apply again."),
    }
    asked = request.form.get("move", "")
    if asked not in set(ACTS):
        raise BadRequest
    move = InitiativeMove(asked)
    return run_action(lambda actor: ACTS[move](actor, slug), url_for(".show", slug=slug), say=said[move])


@page(blueprint, "/<slug>/close", permission="initiative.close", methods=("POST",))
def close(slug: str) -> ResponseReturnValue:
    """End an initiative."""
    return run_action(
        lambda actor: lifecycle.close(actor, slug),
        url_for(".show", slug=slug),
        say=_("The initiative is closed. You can still read it."),
    )


@page(blueprint, "/<slug>/delete", permission="initiative.change_state", methods=("POST",))
def delete(slug: str) -> ResponseReturnValue:
    """Delete a draft; one that was opened stays."""
    return run_action(
        lambda actor: lifecycle.delete(actor, slug), url_for(".index"), say=_("The draft is deleted.")
    )


def page_of(slug: str, **forms: ApplyForm) -> dict[str, Any]:
    """What the template of an initiative's page takes: it reads when it renders, also after a refusal.

    `forms` is the application form that was sent, by "role_<id>"; the other roles get an empty one.
    """

    def form_for(role_id: int) -> ApplyForm:
        return forms.get(f"role_{role_id}") or ApplyForm(formdata=None, role_id=role_id)

    return {"shown": lambda: initiative_detail(g.actor, slug), "form_for": form_for}


@page(blueprint, "/<slug>/roles/<int:role_id>/apply", permission="initiative.apply", methods=("POST",))
def apply(slug: str, role_id: int) -> ResponseReturnValue:
    """Apply to a seat for one's organisation."""
    form = ApplyForm(role_id=role_id)
    return process_form(
        form,
        "initiatives/show.html",
        lambda actor: seats.apply(actor, slug, role_id, **form.values()),
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
        lambda actor: seats.withdraw(actor, slug, application_id),
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
        lambda actor: seats.accept(actor, slug, application_id),
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
        lambda actor: seats.decline(actor, slug, application_id),
        url_for(".show", slug=slug),
        say=_("The application is declined. We wrote to them."),
    )


@page(blueprint, "/<slug>/leave", permission="initiative.leave", methods=("POST",))
def leave(slug: str) -> ResponseReturnValue:
    """Leave an initiative with one's organisation."""
    return run_action(
        lambda actor: seats.leave(actor, slug),
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
        lambda actor: seats.remove(actor, slug, partner_id),
        url_for(".show", slug=slug),
        say=_("This organisation does not take part any more. Its seat is free again."),
    )


OFFER = "/<slug>/offers/<int:offer_id>"


@page(blueprint, f"{OFFER}/accept", permission="initiative.answer_offer", methods=("POST",))
def accept_offer(slug: str, offer_id: int) -> ResponseReturnValue:
    """Take the seat that is offered."""
    return run_action(
        lambda actor: offers.accept_offer(actor, slug, offer_id),
        url_for(".show", slug=slug),
        say=_("The seat is yours. Your organisation takes part from now on."),
    )


@page(blueprint, f"{OFFER}/decline", permission="initiative.answer_offer", methods=("POST",))
def decline_offer(slug: str, offer_id: int) -> ResponseReturnValue:
    """Say no to the seat."""
    return run_action(
        lambda actor: offers.decline_offer(actor, slug, offer_id),
        url_for(".show", slug=slug),
        say=_("You said no. We wrote to them."),
    )


@page(blueprint, f"{OFFER}/withdraw", permission="initiative.invite", methods=("POST",))
def withdraw_offer(slug: str, offer_id: int) -> ResponseReturnValue:
    """Take an offer back."""
    return run_action(
        lambda actor: offers.withdraw_offer(actor, slug, offer_id),
        url_for(".show", slug=slug),
        say=_("Your invitation is taken back."),
    )
