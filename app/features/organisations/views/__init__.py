"""The pages about organisations: the directory, a profile, admission and members."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, current_app, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.actors import Actor
from app.core.clock import now
from app.core.errors import BadRequest, NotFound
from app.core.forms import BaseForm, value_of
from app.core.http.pages import is_local_path, page, process_form, return_url, run_action
from app.core.http.public_pages import (
    SHARE_PICTURE_HEIGHT,
    SHARE_PICTURE_WIDTH,
    PublicPage,
    SharePicture,
    describe_page,
)
from app.core.i18n import current_language, languages, public_url_for
from app.core.numbers import number_argument
from app.core.permissions import PUBLIC, SIGNED_IN, authorize, can
from app.core.view_counts import ViewKind, count_views
from app.features.accounts.policy import WHO_SEES_ADDRESS
from app.features.organisations import queries
from app.features.organisations.duplicates.likeness import Described, Reason
from app.features.organisations.forms import (
    CreateForm,
    MemberInvitationForm,
    PauseForm,
    StoryForm,
)
from app.features.organisations.labels import PARTS, REGISTERS, REVIEW_REASONS, ROLE_NAMES, TYPE_NAMES
from app.features.organisations.map_presenter import elsewhere, map_circles, map_table
from app.features.organisations.models import Organisation, OrganisationState, Relation, RequestState
from app.features.organisations.presenters import (
    all_stories,
    card,
    figures,
    is_confirmed_lately,
    other_stories,
    paused_until,
    place_of,
    related,
    story_for,
)
from app.features.organisations.presenters import members as present_members
from app.features.organisations.queries import history
from app.features.organisations.queries.candidates import describe, find_alike
from app.features.organisations.queries.directory import directory as look_up
from app.features.organisations.queries.directory import find, offered_orders
from app.features.organisations.queries.filters import MAP, all_of_it, read_filters
from app.features.organisations.queries.map_cells import MAX_LEVEL, read_section
from app.features.organisations.queries.map_circles import find_circles
from app.features.organisations.services import admission, profile, requests
from app.features.organisations.services import members as members_service
from app.features.organisations.structured_data import directory_data, organisation_data
from app.features.organisations.weave import weave_of

blueprint = Blueprint("organisations", __name__, url_prefix="/<lang:lang>/organisations")
MAX_NAMESAKES = 5
"""Of the organisations about which somebody is asked, so many are shown."""


@page(blueprint, "", permission=PUBLIC)
def directory() -> ResponseReturnValue:
    """The organisations of the cluster; its filters are its address."""
    filters, after = read_filters(request.args), request.args.get("after")
    found = look_up(g.actor, filters, after)
    view = MAP if request.args.get("view") == MAP else ""
    address = filters.arguments(view=view)
    cards = [card(organisation) for organisation in found.page.items]
    count_views(ViewKind.SHOWN, (each.id for each in cards))
    return render_template(
        "organisations/directory.html",
        described=describe_page(
            "organisations.directory",
            feed="feeds.organisations",
            is_list=True,
            structured=directory_data(cards),
        ),
        found=found,
        cards=cards,
        waiting=[card(each) for each in queries.waiting()] if can(g.actor, "organisation.admit") else [],
        review_reasons=REVIEW_REASONS,
        filters=filters,
        orders=offered_orders(g.actor, found),
        first=not after,
        first_url=url_for(".directory", **address),
        next_url=url_for(".directory", **address, after=found.page.next) if found.page.next else "",
        view=view,
        map_url=url_for(".map_of_europe", **all_of_it(filters).arguments()),
        map_table=map_table(found, filters) if view else (),
        elsewhere=elsewhere(found, filters) if view else (),
    )


@page(blueprint, "/map.json", permission=PUBLIC)
def map_of_europe() -> ResponseReturnValue:
    """Who matches in the section of the map that `bbox` names, in circles."""
    filters = read_filters(request.args)
    section = read_section(request.args.get("bbox", ""), number_argument("zoom", MAX_LEVEL, high=MAX_LEVEL))
    if section is None:
        raise BadRequest(_("This is no section of the map."))
    matching = find(all_of_it(filters))
    answer = jsonify(map_circles(section.level, find_circles(*matching, section), filters))
    answer.headers["Cache-Control"] = "private, max-age=60"
    return answer


@page(blueprint, "/<slug>", permission=PUBLIC)
def show(slug: str) -> ResponseReturnValue:
    """An organisation's page; that of one which was merged leads to the other one's."""
    try:
        organisation = queries.get_profile(g.actor, slug)
    except NotFound:
        winner = queries.merged_into(g.actor, slug)
        if winner is None:
            raise
        return redirect(url_for(".show", slug=winner.slug), 301)
    if organisation.state is OrganisationState.ADMITTED:
        count_views(ViewKind.OPENED, (organisation.id,))
    return render_template(
        "organisations/show.html",
        organisation=organisation,
        type_name=TYPE_NAMES[organisation.type],
        weave=weave_of(organisation),
        story=story_for(organisation),
        other_stories=other_stories(organisation),
        concepts={relation.value: related(organisation, relation) for relation in Relation},
        record=queries.track_record(g.actor, organisation.id),
        figures=figures(organisation),
        story_pages=history.story_pages(organisation.id),
        track=history.track_entries(organisation.id),
        track_partners=history.partners_of_entries(organisation.id),
        confirmed_lately=is_confirmed_lately(organisation),
        register=REGISTERS.get(organisation.registry_scheme),
        members=queries.count_members(organisation.id),
        described=_described(organisation),
        paused_until=paused_until(organisation),
        counts_cooperation=organisation.counts_cooperation(now().date()),
        review_reasons=REVIEW_REASONS,
    )


def _described(organisation: Organisation) -> PublicPage | None:
    """The page of an organisation as search engines are told of it; None of one that is not in the cluster."""
    if organisation.state is not OrganisationState.ADMITTED:
        return None
    story = story_for(organisation)
    picture = SharePicture(
        public_url_for("visibility.picture", slug=organisation.slug),
        _("%(place)s: the name and the weave of its work", place=place_of(organisation)),
        SHARE_PICTURE_WIDTH,
        SHARE_PICTURE_HEIGHT,
    )
    return describe_page(
        "organisations.show",
        slug=organisation.slug,
        written_in={text.lang for text in organisation.texts},
        text_lang=story.code if story else "",
        structured=organisation_data(organisation),
        picture=picture,
    )


@page(blueprint, "/new", permission="organisation.create", methods=("GET", "POST"))
def new() -> ResponseReturnValue:
    """Create an organisation in a few minutes."""
    form = CreateForm(data={"type": request.args.get("type", "")})

    def then(organisation: Organisation) -> str:
        """On to the partners that the engine suggests, where there is such a page; to its own where it says why it waits."""
        if organisation.review is None and "suggestions.index" in current_app.view_functions:
            return url_for("suggestions.index")
        return url_for("organisations.show", slug=organisation.slug)

    return process_form(
        form,
        "organisations/new.html",
        lambda actor: profile.create(actor, **form.values()),
        then,
        say=_("Your organisation has its page. You act for it from now on."),
        namesakes=lambda: namesakes_of(form),
    )


@page(blueprint, "/<slug>/edit", permission="organisation.edit")
def edit(slug: str) -> ResponseReturnValue:
    """The parts of the profile, each with its page."""
    organisation = editable(slug)
    return render_template(
        "organisations/edit.html",
        organisation=organisation,
        parts=PARTS,
        stories=all_stories(organisation),
        story_pages=history.story_pages(organisation.id),
        track=history.track_entries(organisation.id),
    )


@page(blueprint, "/<slug>/pause", permission="organisation.edit", methods=("GET", "POST"))
def pause(slug: str) -> ResponseReturnValue:
    """Take no partners until a day."""
    organisation = editable(slug)
    form = PauseForm(data={"until": organisation.paused_until})
    return process_form(
        form,
        "organisations/pause.html",
        lambda actor: profile.pause(actor, slug, form.until.data),
        lambda edited: url_for("organisations.show", slug=edited.slug),
        say=_("Saved. Your page says it to everybody."),
        organisation=organisation,
    )


@page(blueprint, "/<slug>/story", permission="organisation.edit", methods=("GET", "POST"))
def story(slug: str) -> ResponseReturnValue:
    """Write the story in one language: `?in=it`."""
    organisation = editable(slug)
    lang = request.args.get("in", "")
    body = next((text.body for text in organisation.texts if text.lang == lang), "")
    form = StoryForm(data={"story_lang": lang, "body": body})
    return process_form(
        form,
        "organisations/story.html",
        lambda actor: profile.tell_story(actor, slug, form.story_lang.data, value_of(form.body)),
        lambda edited: url_for("organisations.show", slug=edited.slug),
        say=_("Your story is saved."),
        organisation=organisation,
        beside=[told for told in all_stories(organisation) if told.code != lang],
        missing=[code for code in languages() if code not in {text.lang for text in organisation.texts}],
    )


def namesakes_of(
    form: Any, organisation: Organisation | None = None
) -> list[tuple[Organisation, tuple[Reason, ...]]]:
    """The others that may be the one whose name was typed, as far as this actor may know of them, each with what speaks
    for it; nothing where she cannot give the name anyway."""
    public = organisation is not None and organisation.state in (
        OrganisationState.ADMITTED,
        OrganisationState.SUSPENDED,
    )
    if public and not can(g.actor, "organisation.admit", organisation):
        return []
    known_as = describe(organisation) if organisation is not None else Described("", "")
    typed: dict[str, Any] = {
        name: form[name].data or "" for name in ("name", "country", "city") if name in form
    }
    found = find_alike(replace(known_as, **typed), other_than=organisation.id if organisation else None)
    known = queries.organisations_by_id(g.actor, [each.organisation_id for each in found])
    return [
        (known[each.organisation_id], each.likeness.reasons)
        for each in found
        if each.organisation_id in known
    ][:MAX_NAMESAKES]


def editable(slug: str) -> Organisation:
    """The organisation, if this actor may edit it; asked before a form is shown, and again by the service."""
    organisation = queries.get_organisation(g.actor, slug, *queries.CARD)
    authorize(g.actor, "organisation.edit", organisation)
    return organisation


@page(blueprint, "/<slug>/admit", permission="organisation.admit", methods=("POST",))
def admit(slug: str) -> ResponseReturnValue:
    """Let an organisation into the cluster."""
    return run_action(
        lambda actor: admission.admit(actor, slug),
        return_url("organisations.show", slug=slug),
        say=_("The organisation is in the cluster now."),
    )


@page(blueprint, "/<slug>/suspend", permission="organisation.suspend", methods=("POST",))
def suspend(slug: str) -> ResponseReturnValue:
    """Take an organisation out of the public."""
    return run_action(
        lambda actor: admission.suspend(actor, slug),
        url_for("organisations.show", slug=slug),
        say=_("The organisation is suspended. Only its members and managers see it now."),
    )


@page(blueprint, "/<slug>/restore", permission="organisation.suspend", methods=("POST",))
def restore(slug: str) -> ResponseReturnValue:
    """Let a suspended organisation back."""
    return run_action(
        lambda actor: admission.restore(actor, slug),
        url_for("organisations.show", slug=slug),
        say=_("The organisation is in the cluster again."),
    )


@page(blueprint, "/<slug>/members", permission="organisation.read_members", methods=("GET", "POST"))
def members(slug: str) -> ResponseReturnValue:
    """The members, and inviting more."""
    organisation = queries.get_organisation(g.actor, slug)
    authorize(g.actor, "organisation.read_members", organisation)
    form = MemberInvitationForm()
    return process_form(
        form,
        "organisations/members.html",
        lambda actor: members_service.invite(
            actor, slug, value_of(form.email), form.role.data, current_language()
        ),
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
        lambda actor: members_service.change_role(actor, slug, person_id, request.form.get("role", "")),
        url_for("organisations.members", slug=slug),
        say=_("The role is changed."),
    )


@page(
    blueprint, "/<slug>/members/<int:person_id>/remove", permission="organisation.invite", methods=("POST",)
)
def remove(slug: str, person_id: int) -> ResponseReturnValue:
    """Let a member go."""
    return run_action(
        lambda actor: members_service.remove(actor, slug, person_id),
        url_for("organisations.members", slug=slug),
        say=_("This person does not act for the organisation any more."),
    )


@page(blueprint, "/<slug>/leave", permission="organisation.leave", methods=("POST",))
def leave(slug: str) -> ResponseReturnValue:
    """Leave an organisation."""
    return run_action(
        lambda actor: members_service.leave(actor, slug),
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
        lambda actor: members_service.withdraw(actor, slug, invitation_id),
        url_for("organisations.members", slug=slug),
        say=_("The invitation is taken back."),
    )


@page(blueprint, "/<slug>/join", permission=SIGNED_IN, methods=("GET", "POST"))
def join(slug: str) -> ResponseReturnValue:
    """Ask the editors of an organisation to be let in."""
    return process_form(
        BaseForm(),
        "organisations/join.html",
        lambda actor: requests.ask_to_join(actor, slug),
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
        lambda actor: requests.let_in(actor, slug, request_id),
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
        lambda actor: requests.refuse(actor, slug, request_id),
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
        lambda actor: members_service.accept(actor, token),
        url_for("organisations.directory"),
        say=_("Welcome. You act for this organisation from now on."),
    )


@page(blueprint, "/invitations/<token>/ask", permission=SIGNED_IN, methods=("POST",))
def ask_by_invitation(token: str) -> ResponseReturnValue:
    """Ask the editors to accept another address than the invited one."""
    return run_action(
        lambda actor: requests.ask_by_invitation(actor, token),
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
        members_service.act_for(
            actor, request.args.get("organisation") or request.form.get("organisation", "")
        )

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
