"""Applying to a seat and answering by the buttons of the page, and what becomes of it."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from app.core.database import db
from app.features.initiatives.models import (
    Application,
    Initiative,
    Partner,
    WantedRole,
)
from tests.support.door import Door, Seen


def address_of(initiative: Initiative) -> str:
    """Where an initiative is read."""
    return f"/en/initiatives/{initiative.slug}"


def apply(door: Door, initiative: Initiative, role: WantedRole, message: str = "We have bikes.") -> Seen:
    """Send the application form of a role."""
    return door.post(f"{address_of(initiative)}/roles/{role.id}/apply", {"message": message, "lang": "fr"})


def press(door: Door, initiative: Initiative, application: Application, button: str) -> Seen:
    """Press one of the buttons of an application and see where it leads."""
    return door.post(f"{address_of(initiative)}/applications/{application.id}/{button}", follow=True)


def states(app: Flask) -> list[str]:
    """What became of the applications, in their order."""
    with app.app_context():
        return [
            state.value for state in db.session.scalars(select(Application.state).order_by(Application.id))
        ]


def active(app: Flask, initiative: Initiative) -> set[int]:
    """The organisations that take part now."""
    with app.app_context():
        return set(
            db.session.scalars(
                select(Partner.organisation_id).where(
                    Partner.initiative_id == initiative.id, Partner.left_at.is_(None)
                )
            )
        )
