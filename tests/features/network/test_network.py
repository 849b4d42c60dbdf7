"""The network's page: a table and a picture that say the same, filters, and introductions that weave somebody in."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from itertools import product
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.database import db
from app.core.errors import Conflict
from app.core.jobs import Job
from app.features.introductions.models import Recommendation, RecommendationState
from app.features.introductions.states import RECOMMENDATION_STATES, RecommendationMove
from app.features.network import network_cache, presenters
from app.features.network.network_cache import NetworkCache
from app.features.organisations.models import Organisation, OrganisationState
from tests.support.app import both_databases
from tests.support.door import Door, Seen
from tests.support.factories import Cast, Make

Enter = Callable[..., Door]


@pytest.fixture
def woven(make: Make, cast: Cast) -> Organisation:
    """Three who have worked together, two of them twice; and one who has worked with nobody, who is returned."""
    third = make.organisation("Atelier du Lin", country="FR", sectors=["sector:crafts"])
    make.collaboration(
        "Old linen", cast.organisation, cast.other_organisation, third, started=date(2016, 5, 1)
    )
    initiative = make.initiative(cast.organisation, "New linen")
    make.partner(initiative, cast.other_organisation)
    gone = make.organisation("Away", country="PL", state=OrganisationState.SUSPENDED)
    make.partner(initiative, gone)
    return make.organisation("Fondo Ponte", country="IT", seeks=["skill:catering"])


def rows(seen: Seen) -> dict[str, list[str]]:
    """The table, by the name of the organisation."""
    found = {}
    for row in seen.soup.select("#table tbody tr"):
        found[row.select_one("th > a").text] = [cell.text for cell in row.select("td")]
    return found


@both_databases
def test_table_and_picture_say_who_works_with_whom_and_on_what(
    cast: Cast, door: Enter, woven: Organisation
) -> None:
    member = door(cast.member)
    seen = member.get("/en/network")
    assert "3 ties hold the cluster together" in seen.text
    table = rows(seen)
    assert table[cast.organisation.name][1:4] == ["2", "2", "1"]
    assert table["Fondo Ponte"][1:4] == ["0", "0", "–"]
    assert "Away" not in seen.text
    partners = seen.soup.select_one("#table tbody tr .network-partners").text
    assert "Old linen" in partners and "(2016)" in partners
    drawn: Any = member.get("/en/network/picture").response.json
    names = [one["name"] for one in drawn["organisations"]]
    assert sorted(names) == sorted(table)
    told = {
        (names[one], names[other]): sorted(drawn["works"][work][0] for work in works)
        for one, other, works, _bridge, _count in drawn["ties"]
    }
    assert told[cast.organisation.name, cast.other_organisation.name] == ["New linen", "Old linen"]


def test_filters_and_sorting_are_addresses(cast: Cast, door: Enter, woven: Organisation) -> None:
    """Country, sector, time and the sort; nonsense in the address narrows to nobody, and what is no number is refused."""
    member = door(cast.member)
    assert set(rows(member.get("/en/network?country=FR"))) == {"Atelier du Lin"}
    assert set(rows(member.get("/en/network?sector=sector:crafts"))) == {"Atelier du Lin"}
    assert "1 tie joins those whom you chose" in member.get("/en/network?since=2020").text
    keys: dict[str, Callable[[str, list[str]], Any]] = {
        "name": lambda name, cells: name,
        "country": lambda name, cells: cells[0],
        "ties": lambda name, cells: -int(cells[1]),
        "abroad": lambda name, cells: -int(cells[2]),
        "group": lambda name, cells: (cells[3] == "–", cells[3]),
        "broker": lambda name, cells: -int(cells[4]),
    }
    for sort, key in keys.items():
        found = [key(*row) for row in rows(member.get(f"/en/network?sort={sort}")).items()]
        assert found == sorted(found) and len(found) > 3, sort
    nobody = member.get("/en/network?country=XX&since=&sort=nonsense")
    assert "Nobody here fits this choice" in nobody.text and not nobody.soup.select("table, trama-network")
    assert member.get("/en/network?since=1999").soup.select_one("#since option[selected]").text == "1999"
    assert member.get("/en/network/picture?since=99999999").status == 200
    assert [member.get(f"/en/network?{asked}").status for asked in ("since=x", "page=-1")] == [400, 400]


def test_of_many_partners_some_are_named_and_a_page_has_all(
    cast: Cast, door: Enter, woven: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the table and in the picture; whoever left the cluster since is not named."""
    monkeypatch.setattr(presenters, "PARTNERS_NAMED", 1)
    monkeypatch.setattr(presenters, "WORKS_NAMED", 1)
    member = door(cast.member)
    seen = member.get("/en/network")
    link = seen.soup.select_one("#table tbody tr .network-partners + p a")
    assert "and 1 more" in seen.text and f"All partners of {cast.organisation.name}" == link.text
    assert [tie[4] for tie in member.get("/en/network/picture").response.json["ties"]] == [2, 1, 1]
    monkeypatch.setattr(presenters, "ON_A_PAGE", 1)
    named = []
    for page in (1, 2, 3):
        found = member.get(f"{link['href']}?page={page}")
        assert f"Page {min(page, 2)} of 2" in found.text
        named += [one.text for one in found.soup.select(".network-partners li > a")]
    assert named == [cast.other_organisation.name, "Atelier du Lin", "Atelier du Lin"]
    assert "worked with nobody here yet" in member.get(f"/en/network/partners/{woven.slug}").text
    assert member.get("/en/network/partners/nobody").status == 404


def test_whoever_works_only_with_others_than_those_chosen_is_not_called_alone(
    cast: Cast, door: Enter, woven: Organisation
) -> None:
    """Narrowed to a country, its organisations have no ties there: they have been woven in all the same."""
    facilitator = door(cast.facilitator)
    seen = facilitator.get("/en/network?country=FR")
    assert "have not worked together yet" in seen.text and "not woven in yet" not in seen.text
    narrowed = facilitator.get("/en/network?country=IT")
    assert "1 organisation is not woven in yet" in narrowed.text
    assert [each.text for each in narrowed.soup.select("#isolated ~ ul a")] == [woven.name]
    atelier = next(iter(rows(seen)))
    link = seen.soup.find("a", string=atelier)["href"].rsplit("/", 1)[1]
    alone = facilitator.get(f"/en/network/partners/{link}?country=FR").text
    assert "in the choice of country, sector and year" in alone and "nobody here yet" not in alone


def test_what_is_written_since_counts_at_the_next_look(
    make: Make, cast: Cast, door: Enter, woven: Organisation
) -> None:
    member = door(cast.member)
    assert "2 organisations" not in member.get("/en/network").text
    make.collaboration("Bridge", woven, cast.organisation)
    assert "4 ties hold the cluster together" in member.get("/en/network").text


def adding_up(seen: Seen) -> int:
    """How many organisations are listed with shares that are their score to the last digit; some of them have reasons."""
    listed = [row for row in seen.soup.select(".rows .row") if row.select("table")]
    assert seen.soup.select(".rows .row .reasons .reason")
    for row in listed:
        shares = [
            round(float(cell.text.replace("\N{MINUS SIGN}", "-")) * 100)
            for cell in row.select("tbody .number")
        ]
        total = row.select_one("tfoot .number").text.replace("\N{MINUS SIGN}", "-")
        assert shares and sum(shares) == round(float(total) * 100)
    return len(listed)


def test_a_facilitator_recommends_and_either_side_asks_or_says_no(
    app: Flask, make: Make, cast: Cast, door: Enter, woven: Organisation
) -> None:
    """Three introductions for one who stands alone; both see the recommendation; asking settles it, and so does a no."""
    lina = make.person("Lina")
    make.member(lina, woven)
    for name in ("Forno", "Cuisine", "Zupa"):
        baker = make.organisation(name, country="FR", offers=["skill:catering"])
        make.collaboration(f"Work of {name}", baker, cast.other_organisation)
    facilitator = door(cast.facilitator)
    assert "1 organisation is not woven in yet" in facilitator.get("/en/network").text
    assert "not woven in yet" not in door(cast.member).get("/en/network").text
    page = facilitator.get(f"/en/network/introductions/{woven.slug}")
    buttons = [form["action"] for form in page.soup.select(".row-actions form")]
    assert len(buttons) == 3 and adding_up(page) == 3
    for action in buttons[:2]:
        assert "see your recommendation now" in facilitator.post(action, follow=True).text
    assert "Recommended: waits for one of them" in facilitator.post(buttons[0], follow=True).text
    with app.app_context():
        mails = db.session.scalars(select(Job.payload).where(Job.kind == "mail").order_by(Job.id)).all()
    told = [mail["subject"] for mail in mails if mail["address"] == lina.email]
    assert len(told) == 2 and all(subject.startswith("You should meet ") for subject in told)
    lonely = door(lina)
    assert "The facilitators think that you should meet 2 organisations" in lonely.get("/en/").text
    waiting = lonely.get("/en/introductions")
    assert cast.facilitator.name in waiting.text and adding_up(waiting) == 2
    other = waiting.soup.select_one(".row-actions a")["href"].rsplit("/", 1)[1]
    lonely.post(f"/en/introductions/ask/{other}", {"message": "Shall we cook?", "lang": "en"})
    left = lonely.get("/en/introductions").soup.select('form[action*="dismiss"]')
    assert len(left) == 1
    assert "You said no. Nobody is told" in lonely.post(left[0]["action"], follow=True).text
    with app.app_context():
        states = db.session.scalars(select(Recommendation.state).order_by(Recommendation.state)).all()
    assert states == [RecommendationState.ASKED, RecommendationState.DISMISSED]
    assert "answered already" in lonely.post(left[0]["action"], follow=True).text
    again = facilitator.post(f"/en/network/introductions/{woven.slug}/{other}", follow=True)
    assert "one of them has asked the other already" in again.text
    absent = [make.organisation(name, country="FR", unclaimed=True).slug for name in ("One", "Two")]
    nobody = facilitator.post(f"/en/network/introductions/{absent[0]}/{absent[1]}", follow=True)
    assert "nobody would see it" in nobody.text
    assert (
        "Choose two organisations"
        in facilitator.post(f"/en/network/introductions/{woven.slug}/{woven.slug}", follow=True).text
    )


@pytest.mark.parametrize(("state", "move"), list(product(RecommendationState, RecommendationMove)))
def test_only_an_open_recommendation_can_be_settled(
    state: RecommendationState, move: RecommendationMove
) -> None:
    """Every cell of the table."""
    if state is RecommendationState.OPEN:
        assert RECOMMENDATION_STATES.next_state(state, move) is not RecommendationState.OPEN
    else:
        with pytest.raises(Conflict):
            RECOMMENDATION_STATES.next_state(state, move)


def test_more_organisations_ask_the_database_nothing_more(
    make: Make, cast: Cast, door: Enter, woven: Organisation, count_queries: Callable[[], Any]
) -> None:
    member, found = door(cast.member), []
    member.get("/en/network")
    for number in range(2):
        make.collaboration(
            f"More {number}", woven, *(make.organisation(f"More {number} {at}") for at in range(5))
        )
        with count_queries() as statements:
            member.get("/en/network")
        found.append(len(statements))
    assert found[0] == found[1]


def test_in_a_large_cluster_nobody_waits_and_the_page_says_from_when_it_is(
    app: Flask, make: Make, cast: Cast, door: Enter, woven: Organisation
) -> None:
    """First it is being drawn, then it is there; what is written then is in the picture that follows the old one."""
    app.extensions[network_cache.EXTENSION] = NetworkCache(max_inline_organisations=0, rest_factor=0)
    member = door(cast.member)
    assert "The network is being drawn" in member.get("/en/network").text

    def wait_for(words: str) -> None:
        until = time.monotonic() + 60
        while words not in member.get("/en/network").text:
            assert time.monotonic() < until
            time.sleep(0.05)

    wait_for("3 ties hold the cluster together")
    make.collaboration("Bridge", woven, cast.organisation)
    seen = member.get("/en/network")
    assert "3 ties hold the cluster together" in seen.text and "a newer picture will follow" in seen.text
    wait_for("4 ties hold the cluster together")
    assert "a newer picture will follow" not in member.get("/en/network").text


def test_a_large_network_is_left_as_it_is_for_a_while_and_what_it_is_narrowed_to_is_of_the_same_moment(
    app: Flask,
    make: Make,
    cast: Cast,
    door: Enter,
    woven: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Making it costs: so many who write do not keep a process at it without end."""
    readings: list[object] = []
    read = network_cache.read_all
    monkeypatch.setattr(network_cache, "read_all", lambda: readings.append(1) or read())
    app.extensions[network_cache.EXTENSION] = NetworkCache(max_inline_organisations=0, rest_factor=10**6)
    member = door(cast.member)

    def wait_for(address: str) -> Seen:
        until = time.monotonic() + 60
        while "being drawn" in (seen := member.get(address)).text:
            assert time.monotonic() < until
            time.sleep(0.05)
        return seen

    wait_for("/en/network")
    make.collaboration("Bridge", woven, cast.organisation)
    assert "3 ties hold the cluster together" in wait_for("/en/network").text
    assert "1 tie joins those whom you chose" in wait_for("/en/network?since=2020").text
    assert "a newer picture will follow" in member.get("/en/network?since=2020").text
    assert len(readings) == 1
