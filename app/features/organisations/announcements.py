"""What the organisations feature lets the others know."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class OrganisationChanged:
    """A profile was made or edited: its name, place, concepts, story or pause."""

    organisation_id: int


@dataclass(frozen=True)
class OrganisationAdmitted:
    """An organisation is part of the cluster now, for the first time or again."""

    organisation_id: int


@dataclass(frozen=True)
class OrganisationSuspended:
    """A manager took an organisation out of the public and of all that is live."""

    organisation_id: int


@dataclass(frozen=True)
class MembershipBegun:
    """A person may act for an organisation."""

    person_id: int
    organisation_id: int


@dataclass(frozen=True)
class MembershipEnded:
    """A person may not act for an organisation any more."""

    person_id: int
    organisation_id: int
