"""Which organisations hold a concept."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, or_, select

from app.features.organisations.models import Organisation, OrganisationConcept


def holds_any(concept_ids: Collection[int]) -> ColumnElement[bool]:
    """The condition on Organisation that its profile names one of some concepts, or that it is in one of these regions."""
    holders = select(OrganisationConcept.organisation_id).where(
        OrganisationConcept.concept_id.in_(concept_ids)
    )
    return or_(Organisation.id.in_(holders), Organisation.region_id.in_(concept_ids))
