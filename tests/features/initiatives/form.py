"""The form of an initiative: what is typed into it, what it says, and what comes of it."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.core.database import db
from app.features.initiatives.models import (
    Initiative,
    InitiativeConcept,
    WantedRole,
    WantKind,
)
from tests.support.door import Seen

FORM = "main form.form"
WORDS = {
    "title": "Seeds across borders",
    "summary": "Five cities swap old seeds.",
    "challenge": "**Thirty** of them.",
}


def the_initiative(app: Flask) -> Initiative:
    """The only initiative there is, with all that belongs to it."""
    with app.app_context():
        found = db.session.scalars(
            select(Initiative).options(
                selectinload(Initiative.texts),
                selectinload(Initiative.concepts).joinedload(InitiativeConcept.concept),
                selectinload(Initiative.roles).selectinload(WantedRole.wants),
                selectinload(Initiative.partners),
            )
        ).one()
        db.session.expunge_all()
        return found


def wants(role: WantedRole, kind: WantKind) -> set[str]:
    """What a role wants, of one kind."""
    return {want.value for want in role.wants if want.kind is kind}


def error_at(page: Seen, field: str) -> str:
    """The sentence at a field, which must say that it is not valid."""
    assert page.soup.select_one(f"#{field}")["aria-invalid"] == "true"
    return page.soup.select_one(f"#{field}-error").get_text(" ", strip=True)
