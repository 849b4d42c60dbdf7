"""The pages on which editors keep a profile: its parts, its logo, and the picture's address."""

from __future__ import annotations

from flask import Blueprint, Response, g, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.errors import Invalid, NotFound, Text
from app.core.forms import BaseForm
from app.core.http.pages import page, process_form, run_action
from app.core.i18n import current_language
from app.core.limits import count_attempt
from app.core.permissions import PUBLIC
from app.core.transactions import end_read_transaction
from app.core.uploads.storage import StoredFile, path_of, received
from app.features.organisations import queries
from app.features.organisations.forms import (
    PART_FORMS,
    LogoForm,
    PartForm,
    StoryPageForm,
    TrackForm,
    changes_meanwhile,
    field_labels,
    profile_values,
)
from app.features.organisations.labels import FIGURES, PARTS
from app.features.organisations.models import Organisation, OrganisationState
from app.features.organisations.queries import history
from app.features.organisations.services import freshness, pictures, profile, stories, track_record
from app.features.organisations.views import editable, namesakes_of

blueprint = Blueprint("profiles", __name__, url_prefix="/<lang:lang>/organisations/<slug>")
pictures_blueprint = Blueprint("pictures", __name__, url_prefix="/pictures")
FOR_EVER = "public, max-age=31536000, immutable"
"""Another picture has another address."""
LOGO_RATE = "30 per hour"


@page(blueprint, "/edit/<part>", permission="organisation.edit", methods=("GET", "POST"))
def part(slug: str, part: str) -> ResponseReturnValue:
    """Edit a part of the profile."""
    organisation = editable(slug)
    if part not in PART_FORMS:
        raise NotFound
    form = PART_FORMS[part](data=profile_values(organisation))
    names = list(PARTS)
    after = names[names.index(part) + 1 :]

    def meanwhile() -> list[tuple[str, str]]:
        return _meanwhile(form, slug)

    return process_form(
        form,
        "organisations/part.html",
        lambda actor: profile.edit(actor, slug, **form.values()),
        lambda edited: (
            url_for("profiles.part", slug=edited.slug, part=after[0])
            if after and "next" in request.form
            else url_for("organisations.edit", slug=edited.slug)
        ),
        say=_("Your changes are saved."),
        organisation=organisation,
        part=part,
        parts=PARTS,
        after=after[:1],
        figures=FIGURES,
        namesakes=lambda: namesakes_of(form, organisation) if part == "who" else [],
        meanwhile=meanwhile,
    )


def _meanwhile(form: PartForm, slug: str) -> list[tuple[str, str]]:
    """What somebody else saved since the form was opened; the form counts as opened again."""
    organisation = editable(slug)
    if form.version.data == str(organisation.version):
        return []
    form.version.data = str(organisation.version)
    return changes_meanwhile(form, organisation)


@page(blueprint, "/logo", permission="organisation.edit", methods=("GET", "POST"), takes_files=True)
def logo(slug: str) -> ResponseReturnValue:
    """Choose the logo; the picture is written before the transaction begins."""
    editable(slug)
    stored, refusal = _sent_logo() if request.method == "POST" else (None, None)

    def keep(actor: Actor) -> Organisation:
        if refusal is not None:
            raise Invalid(fields={"logo": [refusal]})
        return pictures.set_logo(actor, slug, stored)

    return process_form(
        LogoForm(),
        "organisations/logo.html",
        keep,
        lambda edited: url_for("organisations.edit", slug=edited.slug),
        say=_("Your logo is on your page."),
        organisation=editable(slug),
    )


def _sent_logo() -> tuple[StoredFile | None, Text | None]:
    """The picture that came with the form, or why it was not taken. One that no row has is swept later."""
    count_attempt("logo", LOGO_RATE, str(g.actor.person_id))
    sent = request.files.get("logo")
    if sent is None or not sent.filename:
        return None, _l("Choose a picture.")
    end_read_transaction()
    try:
        with received(
            sent.stream, sent.filename, sides=pictures.LOGO_SIDES, max_bytes=pictures.MAX_PICTURE_BYTES
        ) as stored:
            return stored, None
    except Invalid as error:
        return None, error.message


@page(blueprint, "/logo/remove", permission="organisation.edit", methods=("POST",))
def remove_logo(slug: str) -> ResponseReturnValue:
    """Show no logo any more."""
    return run_action(
        lambda actor: pictures.set_logo(actor, slug, None),
        url_for("organisations.edit", slug=slug),
        say=_("The logo is taken away."),
    )


@page(blueprint, "/still-right", permission="organisation.edit", methods=("GET", "POST"))
def confirm(slug: str) -> ResponseReturnValue:
    """Say that the profile is still right: asked by mail once a year, answered by a button."""
    return process_form(
        BaseForm(),
        "organisations/confirm.html",
        lambda actor: freshness.confirm(actor, slug),
        lambda confirmed: url_for("organisations.show", slug=confirmed.slug),
        say=_("Thank you. Your page says that it was confirmed this month."),
        organisation=editable(slug),
    )


@page(blueprint, "/history", permission="organisation.edit")
def changes(slug: str) -> ResponseReturnValue:
    """Who changed what in the profile, and when."""
    organisation = editable(slug)
    return render_template(
        "organisations/history.html",
        organisation=organisation,
        changes=history.changes_of(organisation.id),
        labels=field_labels(),
    )


@page(blueprint, "/stories/new", permission="organisation.edit", methods=("GET", "POST"))
def new_story(slug: str) -> ResponseReturnValue:
    """Tell a story in three parts."""
    return _story_form(editable(slug), None, StoryPageForm(data={"lang": current_language()}))


@page(blueprint, "/stories/<int:story_id>", permission="organisation.edit", methods=("GET", "POST"))
def edit_story(slug: str, story_id: int) -> ResponseReturnValue:
    """Change a story."""
    organisation = editable(slug)
    return _story_form(
        organisation, story_id, StoryPageForm(obj=history.get_story_page(organisation.id, story_id))
    )


def _story_form(organisation: Organisation, story_id: int | None, form: StoryPageForm) -> ResponseReturnValue:
    slug = organisation.slug
    return process_form(
        form,
        "organisations/story_page.html",
        lambda actor: stories.keep_story_page(actor, slug, story_id, **form.values()),
        lambda told: url_for("organisations.edit", slug=told.slug),
        say=_("Your story is saved."),
        organisation=organisation,
        story_id=story_id,
    )


@page(blueprint, "/stories/<int:story_id>/delete", permission="organisation.edit", methods=("POST",))
def delete_story(slug: str, story_id: int) -> ResponseReturnValue:
    """Take a story away."""
    return run_action(
        lambda actor: stories.delete_story_page(actor, slug, story_id),
        url_for("organisations.edit", slug=slug),
        say=_("The story is taken away."),
    )


@page(blueprint, "/track-record/new", permission="organisation.edit", methods=("GET", "POST"))
def new_track_entry(slug: str) -> ResponseReturnValue:
    """Tell of a project of the past."""
    return _track_form(editable(slug), None, TrackForm())


@page(blueprint, "/track-record/<int:entry_id>", permission="organisation.edit", methods=("GET", "POST"))
def edit_track_entry(slug: str, entry_id: int) -> ResponseReturnValue:
    """Change what is told of a project of the past."""
    organisation = editable(slug)
    entry = history.get_track_entry(organisation.id, entry_id)
    partners = [partner.name for partner in history.partners_of_entries(organisation.id).get(entry_id, ())]
    names = ", ".join([*partners, *([entry.partners] if entry.partners else [])])
    told = {name: getattr(entry, name) for name in ("title", "year", "role", "link")}
    return _track_form(organisation, entry_id, TrackForm(data={**told, "partners": names}))


def _track_form(organisation: Organisation, entry_id: int | None, form: TrackForm) -> ResponseReturnValue:
    slug = organisation.slug
    return process_form(
        form,
        "organisations/track_entry.html",
        lambda actor: track_record.keep_track_entry(actor, slug, entry_id, **form.values()),
        lambda told: url_for("organisations.edit", slug=told.slug),
        say=_("Your changes are saved."),
        organisation=organisation,
        entry_id=entry_id,
    )


@page(blueprint, "/track-record/<int:entry_id>/delete", permission="organisation.edit", methods=("POST",))
def delete_track_entry(slug: str, entry_id: int) -> ResponseReturnValue:
    """Take a project of the past away."""
    return run_action(
        lambda actor: track_record.delete_track_entry(actor, slug, entry_id),
        url_for("organisations.edit", slug=slug),
        say=_("The project is taken away."),
    )


@page(pictures_blueprint, "/<file_id>.webp", permission=PUBLIC)
def show(file_id: str) -> ResponseReturnValue:
    """A logo; `small` is for lists."""
    organisation = queries.organisation_of_picture(g.actor, file_id)
    is_public = organisation.state is OrganisationState.ADMITTED
    end_read_transaction()
    try:
        response: Response = send_file(
            path_of(file_id, thumbnail="small" in request.args),
            mimetype="image/webp",
            etag=False,
            conditional=True,
        )
    except FileNotFoundError as error:
        raise NotFound from error
    response.headers["Cache-Control"] = FOR_EVER if is_public else "private, no-cache"
    return response
