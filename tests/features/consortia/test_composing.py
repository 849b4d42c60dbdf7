"""Whole consortia for an initiative: compared side by side, under a programme's rules, invited by seat or at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from app.features.initiatives.models import Initiative, InitiativeState
from app.features.organisations.models import Organisation
from tests.support.door import Door, Seen
from tests.support.factories import Cast, Make

Enter = Callable[..., Door]
KITCHEN = "skill:catering"


@pytest.fixture
def guests(make: Make) -> dict[str, Organisation]:
    """Two who cater and one who brings people together, from three countries."""
    return {
        "Forno Solidale": make.organisation(
            "Forno Solidale", country="FR", offers=[KITCHEN], languages=["language:en"]
        ),
        "Cuisine du Nord": make.organisation("Cuisine du Nord", country="BE", offers=[KITCHEN]),
        "Zupa": make.organisation("Zupa", country="PL", offers=[KITCHEN]),
    }


@pytest.fixture
def initiative(make: Make, cast: Cast, guests: dict[str, Organisation]) -> Initiative:
    """An open initiative of Giulia's organisation that wants catering twice."""
    return make.initiative(cast.organisation, roles=(("Kitchen", 1), ("Festival", 1)), wants=[KITCHEN])


def consortia(door: Door, initiative: Initiative, question: str = "") -> Seen:
    """The page of consortia."""
    return door.get(f"/en/initiatives/{initiative.slug}/consortia{question}")


def test_the_lead_compares_consortia_and_invites_the_whole_of_one(
    make: Make, cast: Cast, door: Enter, initiative: Initiative
) -> None:
    """Reasons add up, what a click does is said, and who is invited is seen as such."""
    lead = door(cast.member)
    assert "Compose a consortium" in lead.get(f"/en/initiatives/{initiative.slug}").text
    seen = consortia(lead, initiative)
    cards = seen.soup.select(".consortium")
    assert 1 < len(cards) <= 3
    for card in cards:
        shares = [float(cell.text) for cell in card.select("tbody .number")]
        assert round(sum(shares), 2) == float(card.select_one("tfoot .number").text)
        assert "Nothing is missing" in card.text
        names = [line.text for line in card.select(".consortium-seat > .line a")]
        assert len(set(names)) == 2
    button = cards[0].find("button", string=re.compile("Invite all 2 organisations"))
    sent = lead.post(
        f"/en/initiatives/{initiative.slug}/consortia",
        {"seats": button["value"], "message": "Let us cook.", "lang": "en"},
        follow=True,
    )
    assert sent.text.count("Invited: waits for their answer") >= 2
    assert (
        "You wait for the answers of 2 organisations" in lead.get(f"/en/initiatives/{initiative.slug}").text
    )


def test_after_a_seat_the_page_goes_on_where_one_was_with_the_words_for_the_next(
    make: Make, cast: Cast, door: Enter, initiative: Initiative
) -> None:
    """The address of the answer leads to the seat; the words are offered again to her who wrote them, to nobody else."""
    lead = door(cast.member)
    button = consortia(lead, initiative).soup.select(".consortium")[1].select_one("button[name=seats]")
    words = {"seats": button["value"], "message": "Cuciniamo insieme?", "lang": "it"}
    address = lead.post(str(button["formaction"]), words).location
    assert address.endswith("#just-now")
    seen = lead.get(address.partition("#")[0])
    notice = seen.soup.select_one("#just-now[tabindex='-1'][data-focus-here]")
    assert notice.find_parent("section")["aria-labelledby"] == "consortium-2"
    assert notice.find_parent("li").select_one(".line a").text in notice.text
    assert seen.soup.select_one("#message").text.strip() == "Cuciniamo insieme?"
    assert seen.soup.select_one("#lang option[selected]")["value"] == "it"
    assert seen.soup.select_one("#invite details").has_attr("open")
    colleague = make.person("Carla")
    make.member(colleague, cast.organisation)
    hers = door(colleague).get(address.partition("#")[0])
    assert hers.status == 200 and "Cuciniamo" not in hers.html and not hers.soup.select("#just-now")


def test_a_programmes_rule_is_said_with_its_source_and_what_it_lacks(
    make: Make, cast: Cast, door: Enter, initiative: Initiative, guests: dict[str, Organisation]
) -> None:
    """With two seats taken from one country, Erasmus+ lacks a country; an unknown programme counts as none."""
    lead = door(cast.member)
    seen = consortia(lead, initiative, "?programme=erasmus_cooperation")
    assert "At least three organisations from three programme countries" in seen.text
    assert seen.soup.find("a", string="Where this is written")["href"].startswith("https://erasmus-plus")
    assert "Nothing is missing" in seen.text
    few = make.initiative(cast.organisation, roles=(("Kitchen", 1),), wants=[KITCHEN])
    lacking = consortia(lead, few, "?programme=erasmus_cooperation&new=1").text
    assert "The programme asks for one organisation more" in lacking
    assert "a new tie" in lacking
    assert "Nothing is missing" in consortia(lead, few, "?programme=nonsense").text


def test_whoever_declined_applied_or_takes_part_is_not_proposed(
    make: Make, cast: Cast, door: Enter, initiative: Initiative, guests: dict[str, Organisation]
) -> None:
    kitchen, festival = make.roles(initiative)
    make.partner(initiative, guests["Zupa"], kitchen)
    make.application(festival, guests["Forno Solidale"], cast.other)
    seen = consortia(door(cast.member), initiative)
    assert {line.text for line in seen.soup.select(".consortium-seat > .line a")} == {"Cuisine du Nord"}
    offer = make.offer(festival, guests["Cuisine du Nord"], cast.member)
    chef = make.person("Chef")
    make.member(chef, guests["Cuisine du Nord"])
    door(chef).post(f"/en/initiatives/{initiative.slug}/offers/{offer.id}/decline")
    nobody = consortia(door(cast.member), initiative)
    assert "Nobody abroad fits your free seats yet" in nobody.text
    assert "Change the roles" in nobody.text


def test_an_initiative_that_is_not_open_offers_nothing(
    make: Make, cast: Cast, door: Enter, guests: dict[str, Organisation]
) -> None:
    """No button that would be refused, but the way to what comes first."""
    for state in (InitiativeState.DRAFT, InitiativeState.RUNNING, InitiativeState.CLOSED):
        it = make.initiative(cast.organisation, state.value, state=state, wants=[KITCHEN])
        seen = consortia(door(cast.member), it)
        assert "Seats are offered while the initiative is open" in seen.text and "Back to" in seen.text
        assert not seen.soup.select("button[name=seats]")


def test_more_seats_ask_the_database_nothing_more(
    make: Make, cast: Cast, door: Enter, guests: dict[str, Organisation], count_queries: Callable[[], Any]
) -> None:
    lead, found = door(cast.member), []
    for number in (1, 5):
        many = make.initiative(
            cast.organisation, roles=[(f"Role {at}", 1) for at in range(number)], wants=[KITCHEN]
        )
        consortia(lead, many)
        with count_queries() as statements:
            consortia(lead, many)
        found.append(len(statements))
    assert found[0] == found[1]
