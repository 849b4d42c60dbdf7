"""What must not be found by those who may not know it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.features.initiatives.models import InitiativeState
from app.features.organisations.models import OrganisationState
from tests.support.door import Door
from tests.support.factories import Cast, Make

Doors = Callable[..., Door]
SECRET = "Quartz Collective"


PATHS = [
    "/en/",
    "/en/organisations?q=Quartz",
    "/en/initiatives",
    "/en/initiatives?q=Quartz",
    "/en/initiatives/{slug}",
    "/en/suggestions",
    "/en/rooms",
    "/en/rooms/{room}",
    "/sitemaps/organisations-0.xml",
    "/sitemaps/initiatives-0.xml",
]


@pytest.mark.parametrize(
    "state", [OrganisationState.DRAFT, OrganisationState.PENDING, OrganisationState.SUSPENDED]
)
def test_an_organisation_out_of_the_cluster_is_named_nowhere(
    door: Doors, cast: Cast, make: Make, state: OrganisationState
) -> None:
    hidden = make.organisation(SECRET, state=state, sectors=["sector:food-catering"], country="FR")
    initiative = make.initiative(hidden, "Bread for all", sectors=["sector:food-catering"])
    make.partner(initiative, cast.organisation)
    room = make.room(initiative)
    for name, browser in {
        "visitor": door(),
        "partner": door(cast.member),
        "facilitator": door(cast.facilitator),
    }.items():
        for path in PATHS:
            seen = browser.get(path.format(slug=initiative.slug, room=room.id), follow=True)
            assert seen.status in (200, 404), (name, path)
            assert "Quartz Collective" not in seen.html and "quartz-collective" not in seen.html, (name, path)


def test_a_suspended_lead_is_not_found_by_its_name(door: Doors, make: Make) -> None:
    hidden = make.organisation(SECRET, state=OrganisationState.SUSPENDED)
    make.initiative(hidden, "Bread for all")
    assert "Bread for all" not in door().get("/en/initiatives?q=Quartz").text


def test_a_draft_is_found_by_nobody_else(door: Doors, cast: Cast, make: Make) -> None:
    draft = make.initiative(cast.organisation, SECRET, state=InitiativeState.DRAFT)
    for browser in (door(), door(cast.other), door(cast.facilitator)):
        for path in ("/en/", "/en/initiatives?q=Quartz", "/sitemaps/initiatives-0.xml"):
            html = browser.get(path).html.lower()
            for own in (
                "q=quartz",
                "q%3dquartz",
                'value="quartz"',
                "<title>“quartz”",
                'og:title" content="“quartz”',
            ):
                html = html.replace(own, "")
            assert "quartz" not in html, "nothing but the words of the search itself"
        assert browser.get(f"/en/initiatives/{draft.slug}").status == 404
