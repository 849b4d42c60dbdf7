"""People, organisations and what they do, put into the database for a test to begin with."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask

from app.features.accounts.models import ClusterRole, Person
from app.features.organisations.models import MembershipRole, Organisation
from tests.support.factories.claims import Claims
from tests.support.factories.decisions import Decisions
from tests.support.factories.design import Design
from tests.support.factories.initiatives import Initiatives
from tests.support.factories.introductions import Introductions
from tests.support.factories.organisations import Organisations


class Make(Organisations, Claims, Initiatives, Introductions, Decisions, Design):
    """Makes whatever a test needs: `make.organisation(…)`, `make.initiative(…)`, `make.room(…)`."""


@dataclass(frozen=True)
class Cast:
    """The same people in every test: two organisations with an editor each, a facilitator, a manager, a newcomer."""

    member: Person
    organisation: Organisation
    other: Person
    other_organisation: Organisation
    representative: Person
    facilitator: Person
    manager: Person
    newcomer: Person


@pytest.fixture
def make(app: Flask) -> Make:
    """The factories."""
    return Make(app)


@pytest.fixture
def cast(make: Make) -> Cast:
    """The cast: Giulia of Il Filo Verde (Torino), Marek of Zielona Spółdzielnia (Kraków) and the others."""
    with make.at_once():
        giulia = make.person("Giulia Rossi")
        marek = make.person("Marek Wójcik")
        filo = make.organisation("Il Filo Verde", country="IT", city="Torino", editor=giulia)
        zielona = make.organisation("Zielona Spółdzielnia", country="PL", city="Kraków", editor=marek)
        piero = make.person("Piero Conti")
        make.member(piero, filo, MembershipRole.REPRESENTATIVE)
        return Cast(
            member=giulia,
            organisation=filo,
            other=marek,
            other_organisation=zielona,
            representative=piero,
            facilitator=make.person("Ioana Facilitator", role=ClusterRole.FACILITATOR),
            manager=make.person("Piet Manager", role=ClusterRole.MANAGER),
            newcomer=make.person("Nora Newcomer"),
        )
