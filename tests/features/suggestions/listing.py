"""The list of suggestions in tests: what a profile gets, and how the page is read."""

from __future__ import annotations

from bs4 import Tag
from flask import Flask

from app.core.announcements import announce
from app.core.database import db
from app.core.transactions import write_transaction
from app.features.organisations.announcements import OrganisationChanged
from app.features.organisations.models import Organisation, OrganisationConcept, Relation
from app.features.taxonomy.models import Concept
from tests.support.door import Seen

PLACE = "/en/suggestions"


def give(app: Flask, organisation: Organisation, relation: Relation, code: str) -> None:
    """Add a concept to a profile, as a service of the organisations does."""
    with app.app_context(), write_transaction():
        concept = db.session.query(Concept).filter_by(code=code).one()
        link = OrganisationConcept(organisation_id=organisation.id, concept_id=concept.id, relation=relation)
        db.session.add(link)
        announce(OrganisationChanged(organisation.id))


def names(seen: Seen) -> list[str]:
    """The organisations in the list, in order."""
    return [title.get_text() for title in seen.soup.select(".rows .row-title")]


def entry(seen: Seen, name: str) -> Tag:
    """The row of one organisation."""
    found = [row for row in seen.soup.select(".rows .row") if name in row.get_text()]
    assert found, f"{name} is not in the list: {names(seen)}"
    return found[0]


def words(tag: Tag) -> str:
    """The words of a part of the page."""
    return " ".join(tag.get_text().split())
