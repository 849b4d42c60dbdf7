"""What the initiatives feature tells the others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class InitiativeOpened:
    """An initiative left its draft: it is public, and its partners can talk."""

    initiative_id: int


@dataclass(frozen=True)
class PartnerJoined:
    """An organisation takes part in an initiative from now on."""

    initiative_id: int
    organisation_id: int


@dataclass(frozen=True)
class PartnerLeft:
    """An organisation does not take part in an initiative any more."""

    initiative_id: int
    organisation_id: int


@dataclass(frozen=True)
class InitiativeClosed:
    """An initiative came to its end."""

    initiative_id: int
