"""The manifest of the suggestions feature."""

from __future__ import annotations

from flask import Flask

from app.core.doors.transaction import writing
from app.core.feature import Feature
from app.features.organisations.announcements import (
    OrganisationAdmitted,
    OrganisationChanged,
    OrganisationSuspended,
)
from app.features.rooms.owners import register_owner
from app.features.suggestions import engine, models, services  # noqa: F401
from app.features.suggestions.of_introductions import OWNER
from app.features.suggestions.policy import POLICY


def expire(introduction_id: int) -> None:
    """The job that lets an introduction expire which nobody answered."""
    with writing():
        services.expire(introduction_id)


def prepare(app: Flask) -> None:
    """Give the application its engine, and the rooms of introductions their owner."""
    engine.prepare(app)
    register_owner(app, OWNER)


FEATURE = Feature(
    name="suggestions",
    policy=POLICY,
    listens=tuple(
        (written, engine.note_change)
        for written in (OrganisationAdmitted, OrganisationChanged, OrganisationSuspended)
    ),
    jobs={"introduction.expire": expire},
    prepare=prepare,
)
