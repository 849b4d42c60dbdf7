"""Proposed partners for the free seats of an initiative, on its page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.features.initiatives.models import Initiative, InitiativeState
from app.features.introductions.models import IntroductionState
from app.features.organisations.models import Organisation
from tests.support.door import Door
from tests.support.factories import Cast, Make


@pytest.fixture
def baker(make: Make, cast: Cast) -> Organisation:
    """Somebody abroad who offers what the seats ask for."""
    return make.organisation("Forno Solidale", country="FR", offers=["skill:catering"])


@pytest.fixture
def initiative(make: Make, cast: Cast, baker: Organisation) -> Initiative:
    """An open initiative of Giulia's organisation that seeks catering."""
    return make.initiative(cast.organisation, roles=(("Kitchen", 1), ("Fair", 2)), wants=["skill:catering"])


def proposals(door: Door, initiative: Initiative) -> str:
    """What the page proposes, as words."""
    seen = door.get(f"/en/initiatives/{initiative.slug}")
    assert seen.status == 200
    return " ".join(part.get_text(" ", strip=True) for part in seen.soup.select(".seat-proposal"))


def test_the_lead_sees_who_could_take_each_seat(
    door: Callable[..., Door], cast: Cast, initiative: Initiative
) -> None:
    """Each free seat has its proposals with their reasons and the way to ask."""
    words = proposals(door(cast.member), initiative)
    assert words.count("Forno Solidale Cooperative · France") == 2
    assert "The seat asks for catering , which they offer" in words and "Ask for an introduction" in words


def test_a_seat_is_offered_to_whom_the_lead_talks_with_already(
    door: Callable[..., Door], make: Make, cast: Cast, initiative: Initiative, baker: Organisation
) -> None:
    """The button offers the seat; nobody is asked to be introduced to somebody whom she has met."""
    make.introduction(cast.organisation, baker, cast.member, state=IntroductionState.ACCEPTED)
    lead = door(cast.member)
    words = proposals(lead, initiative)
    assert "Offer this seat" in words and "Ask for an introduction" not in words
    page = f"/en/initiatives/{initiative.slug}"
    button = lead.get(page).soup.select_one(".seat-proposal button[name=seats]")
    assert button is not None
    sent = lead.post(f"{page}/consortia", {"lang": "en", "seats": button["value"]})
    assert sent.status == 303
    assert "Forno Solidale" in lead.get(page).text
    other = make.initiative(cast.organisation, state=InitiativeState.DRAFT, wants=["skill:catering"])
    assert "You talk with them already" in proposals(lead, other)


def test_nobody_else_sees_proposals(door: Callable[..., Door], cast: Cast, initiative: Initiative) -> None:
    """Neither a visitor nor another organisation nor the manager."""
    for person in (None, cast.other, cast.manager, cast.facilitator):
        assert proposals(door(person), initiative) == ""


def test_partners_and_applicants_are_not_proposed(
    door: Callable[..., Door], make: Make, cast: Cast, initiative: Initiative, baker: Organisation
) -> None:
    """Whoever applied or is in already; a filled seat has no proposals."""
    giulia = door(cast.member)
    make.application(make.roles(initiative)[1], baker, cast.other)
    assert proposals(giulia, initiative) == ""
    other = make.organisation("Cuisine du Nord", country="BE", offers=["skill:catering"])
    assert proposals(giulia, initiative).count("Cuisine du Nord") >= 2
    make.partner(initiative, other, make.roles(initiative)[0])
    assert "Cuisine du Nord Cooperative" not in proposals(giulia, initiative)


def test_more_roles_ask_the_database_nothing_more(
    door: Callable[..., Door], make: Make, cast: Cast, baker: Organisation, count_queries: Callable[[], Any]
) -> None:
    """All roles are proposed for at once."""
    giulia, found = door(cast.member), []
    for number in (1, 6):
        roles = [(f"Role {at}", 1) for at in range(number)]
        many = make.initiative(cast.organisation, roles=roles, wants=["skill:catering"])
        proposals(giulia, many)
        with count_queries() as statements:
            proposals(giulia, many)
        found.append(len(statements))
    assert found[0] == found[1]
