"""The manifest of the suggestions feature."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from app.core.feature import Feature, NavigationItem
from app.core.permissions import SIGNED_IN
from app.core.transactions import write_transaction
from app.features.organisations.announcements import (
    OrganisationAdmitted,
    OrganisationChanged,
    OrganisationSuspended,
)
from app.features.rooms.owners import register_owner
from app.features.suggestions import counting, engine, fragments, models, presenters, queries, services  # noqa: F401
from app.features.suggestions.cli import consortia, matching
from app.features.suggestions.of_introductions import OWNER
from app.features.suggestions.policy import POLICY
from app.features.suggestions.views import composing, exposure, introductions, suggestions


def expire(introduction_id: int) -> None:
    """The job that lets an introduction expire which nobody answered."""
    with write_transaction():
        services.expire(introduction_id)


def prepare(app: Flask) -> None:
    """Give the application its engine, and the rooms of introductions their owner."""
    engine.prepare(app)
    counting.prepare(app)
    register_owner(app, OWNER)


FEATURE = Feature(
    name="suggestions",
    blueprints=(suggestions.blueprint, introductions.blueprint, composing.blueprint, exposure.blueprint),
    policy=POLICY,
    listens=tuple(
        (written, engine.note_change)
        for written in (OrganisationAdmitted, OrganisationChanged, OrganisationSuspended)
    ),
    navigation=(
        NavigationItem(_l("Suggestions"), "suggestions.index", SIGNED_IN, icon="suggestions"),
        NavigationItem(_l("Who is shown"), "exposure.index", "exposure.tune", icon="admin", order=20),
        NavigationItem(
            _l("Introductions"), "introductions.index", SIGNED_IN, badge=queries.count_waiting, icon="people"
        ),
    ),
    fragments={
        "organisation.why": fragments.why_you_two,
        "initiative.role": fragments.proposed_for_seat,
        "initiative.roles": fragments.composing,
    },
    filters={"points": presenters.points},
    globals={"reasons_not_now": presenters.WHY_NOT},
    jobs={"introduction.expire": expire},
    cli=(consortia, matching),
    chores=(counting.write_down,),
    prepare=prepare,
)
