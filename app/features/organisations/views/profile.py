"""Creating an organisation and editing what its page says."""

from __future__ import annotations

from flask import current_app, g, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.http.pages import page, process_form
from app.core.permissions import authorize, can
from app.features.organisations import queries, services
from app.features.organisations.forms import (
    CreateForm,
    EditForm,
    PauseForm,
    ProfileForm,
    StoryForm,
    profile_values,
)
from app.features.organisations.models import Organisation, OrganisationState
from app.features.organisations.presenters import all_stories
from app.features.organisations.views.blueprint import blueprint


@page(blueprint, "/new", permission="organisation.create", methods=("GET", "POST"))
def new() -> ResponseReturnValue:
    """Create an organisation in a few minutes."""
    form = CreateForm()
    return process_form(
        form,
        "organisations/new.html",
        lambda actor: services.create(actor, **form.values()),
        _after_creation,
        say=_("Your organisation has its page. You act for it from now on."),
        namesakes=lambda: _namesakes(form),
    )


def _after_creation(organisation: Organisation) -> str:
    """On to the partners that the engine suggests, where there is such a page; to its own where it says why it waits."""
    if organisation.review is None and "suggestions.index" in current_app.view_functions:
        return url_for("suggestions.index")
    return url_for("organisations.show", slug=organisation.slug)


@page(blueprint, "/<slug>/edit", permission="organisation.edit", methods=("GET", "POST"))
def edit(slug: str) -> ResponseReturnValue:
    """Edit the profile."""
    organisation = _editable(slug)
    form = EditForm(data=profile_values(organisation))
    return process_form(
        form,
        "organisations/edit.html",
        lambda actor: services.edit(actor, slug, **form.values()),
        lambda edited: url_for("organisations.show", slug=edited.slug),
        say=_("Your changes are saved."),
        organisation=organisation,
        namesakes=lambda: _namesakes(form, organisation),
        stories=all_stories(organisation),
        pause_form=PauseForm(formdata=None, data={"until": organisation.paused_until}),
    )


@page(blueprint, "/<slug>/pause", permission="organisation.edit", methods=("GET", "POST"))
def pause(slug: str) -> ResponseReturnValue:
    """Take no partners until a day."""
    organisation = _editable(slug)
    form = PauseForm(data={"until": organisation.paused_until})
    return process_form(
        form,
        "organisations/pause.html",
        lambda actor: services.pause(actor, slug, form.until.data),
        lambda edited: url_for("organisations.show", slug=edited.slug),
        say=_("Saved. Your page says it to everybody."),
        organisation=organisation,
    )


@page(blueprint, "/<slug>/story", permission="organisation.edit", methods=("GET", "POST"))
def story(slug: str) -> ResponseReturnValue:
    """Write the story in one language: `?in=it`."""
    organisation = _editable(slug)
    lang = request.args.get("in", "")
    body = next((text.body for text in organisation.texts if text.lang == lang), "")
    form = StoryForm(data={"story_lang": lang, "body": body})
    return process_form(
        form,
        "organisations/story.html",
        lambda actor: services.tell_story(actor, slug, form.story_lang.data, form.body.data),
        lambda edited: url_for("organisations.show", slug=edited.slug),
        say=_("Your story is saved."),
        organisation=organisation,
    )


def _namesakes(form: ProfileForm, organisation: Organisation | None = None) -> list[Organisation]:
    """The others that have the name which was typed, as far as this actor may know of them; nothing where she cannot
    give the name anyway."""
    public = organisation is not None and organisation.state in (
        OrganisationState.ADMITTED,
        OrganisationState.SUSPENDED,
    )
    if public and not can(g.actor, "organisation.admit", organisation):
        return []
    own = organisation.id if organisation is not None else None
    found = queries.namesakes(form.name.data or "", form.country.data or "", other_than=own)
    return list(queries.organisations_by_id(g.actor, found).values())


def _editable(slug: str) -> Organisation:
    """The organisation, if this actor may edit it; asked before a form is shown, and again by the service."""
    organisation = queries.get_organisation(g.actor, slug, *queries.CARD)
    authorize(g.actor, "organisation.edit", organisation)
    return organisation
