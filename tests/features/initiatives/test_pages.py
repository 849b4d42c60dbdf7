"""Reading initiatives: the list, the page, who sees what and in which language; never a dead end."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.actors import Actor
from app.core.database import db
from app.core.transactions import write_transaction
from app.features.initiatives.models import Initiative, InitiativeState, InitiativeText
from app.features.initiatives.presenters import card
from app.features.initiatives.queries import applications_waiting_for, initiatives_of, open_initiatives
from app.features.organisations.models import Organisation, OrganisationState
from tests.features.initiatives.words import LIST, tell
from tests.support.door import Door
from tests.support.factories import Cast, Make

Enter = Callable[..., Door]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("member", 200),
        ("representative", 200),
        ("manager", 200),
        ("other", 404),
        ("facilitator", 404),
        ("newcomer", 404),
        (None, 404),
    ],
)
def test_a_draft_is_for_the_leads_people_and_managers(
    who: str | None, status: int, make: Make, cast: Cast, door: Enter
) -> None:
    draft = make.initiative(cast.organisation, "A secret plan", state=InitiativeState.DRAFT)
    reader = door(getattr(cast, who) if who else None)
    assert reader.get(f"{LIST}/{draft.slug}").status == status
    assert ("A secret plan" in reader.get(LIST).text) is (status == 200)
    profile = reader.get(f"/en/organisations/{cast.organisation.slug}").text
    assert ("A secret plan" in profile) is (status == 200)


def test_every_button_of_a_draft_is_hidden_like_the_draft(make: Make, cast: Cast, door: Enter) -> None:
    draft = make.initiative(cast.organisation, state=InitiativeState.DRAFT)
    role = make.roles(draft)[0]
    paths = ("state", "close", "delete", "leave", "partners/1/remove", "applications/1/accept")
    paths += ("applications/1/decline", "applications/1/withdraw", f"roles/{role.id}/apply")
    for path in paths:
        for person in (cast.other, cast.newcomer, cast.facilitator):
            answer = door(person).post(f"{LIST}/{draft.slug}/{path}", {"move": "open", "message": "x"})
            assert answer.status == 404, path
        assert door().post(f"{LIST}/{draft.slug}/{path}", {"move": "open"}).status == 401, path


def test_what_one_sees_but_may_not_do_is_forbidden(make: Make, cast: Cast, door: Enter) -> None:
    initiative = make.initiative(cast.organisation)
    for path, people in (
        ("state", ("other", "newcomer", "facilitator", "manager")),
        ("close", ("other", "newcomer", "facilitator")),
        ("delete", ("other", "newcomer", "facilitator", "manager")),
        ("leave", ("other", "newcomer", "facilitator", "manager")),
    ):
        for name in people:
            answer = door(getattr(cast, name)).post(f"{LIST}/{initiative.slug}/{path}", {"move": "run"})
            assert answer.status == 403, (path, name)


@pytest.mark.parametrize("slug", ["nothing-here", "a%07b", "a" * 300])
def test_an_address_that_leads_nowhere_is_not_found(slug: str, door: Enter) -> None:
    assert door().get(f"{LIST}/{slug}").status == 404


def test_a_reader_gets_her_language_where_it_exists_else_the_initiatives_own(
    app: Flask, make: Make, cast: Cast, door: Enter
) -> None:
    initiative = make.initiative(cast.organisation, "Orti sui tetti", lang="it")
    foreign = door().get(f"{LIST}/{initiative.slug}").soup
    assert foreign.h1.get_text() == "Orti sui tetti"
    assert foreign.h1["lang"] == "it"
    assert foreign.select_one(".lede")["lang"] == "it"
    assert foreign.select_one(".story")["lang"] == "it"
    assert foreign.select_one(".seat h3")["lang"] == "it"
    assert "Written in Italian." in foreign.get_text()
    assert door().get(LIST).soup.select_one(".row-title a")["lang"] == "it"
    tell(app, initiative, "en", "Gardens on the roofs")
    own = door().get(f"{LIST}/{initiative.slug}").soup
    assert own.h1.get_text() == "Gardens on the roofs"
    assert not own.h1.has_attr("lang")
    assert own.select_one(".story strong").get_text() == "Gardens on the roofs"


def test_search_engines_learn_what_is_public(make: Make, cast: Cast, door: Enter) -> None:
    initiative = make.initiative(cast.organisation)
    make.partner(initiative, cast.other_organisation)
    soup = door().get(f"{LIST}/{initiative.slug}").soup
    data = json.loads(soup.select_one('script[type="application/ld+json"]').string)
    assert (data["@type"], data["name"]) == ("Project", "Seeds across borders")
    assert [each["name"] for each in data["member"]] == ["Il Filo Verde", "Zielona Spółdzielnia"]
    canonical = soup.select_one('link[rel="canonical"]')["href"]
    assert canonical == data["url"]
    assert canonical.endswith(f"/en/initiatives/{initiative.slug}")
    draft = make.initiative(cast.organisation, state=InitiativeState.DRAFT)
    hidden = door(cast.member).get(f"{LIST}/{draft.slug}").soup
    assert hidden.select_one('meta[name="robots"]')["content"] == "noindex"
    assert not hidden.select('script[type="application/ld+json"]')


def test_what_is_written_cannot_do_harm(app: Flask, make: Make, cast: Cast, door: Enter) -> None:
    initiative = make.initiative(cast.organisation, "</script><b>x", roles=(("<i>role</i>", 1),), lang="it")
    with app.app_context(), write_transaction():
        text = db.session.scalars(select(InitiativeText)).one()
        text.challenge = "<script>go()</script> [x](javascript:go())"
    for page in (door().get(f"{LIST}/{initiative.slug}"), door().get(LIST)):
        assert "<script>go()" not in page.html
        assert "</script><b>" not in page.html
        assert "<i>role</i>" not in page.html
        assert not page.soup.select('a[href^="javascript"]')


def test_there_is_always_a_way_on(app: Flask, make: Make, cast: Cast, door: Enter) -> None:
    nora = make.person("Nora")
    pending = make.organisation("Not yet", editor=nora, state=OrganisationState.PENDING)
    initiative = make.initiative(cast.organisation)
    path = f"{LIST}/{initiative.slug}"

    def ways(person: Any = None) -> set[str]:
        return {link["href"] for link in door(person).get(path).soup.select("#roles a")}

    assert f"/en/sign-in?next={path}" in ways()
    assert "/en/join" in ways()
    assert "/en/organisations/new" in ways(cast.newcomer)
    assert f"/en/organisations/{pending.slug}" in ways(nora)
    assert door(cast.other).get(path).soup.select_one("#roles form")["action"].startswith(f"{path}/roles/")
    with app.app_context(), write_transaction():
        db.session.get_one(Initiative, initiative.id).state = InitiativeState.RUNNING
    assert f"{LIST}?state=open" in ways(cast.other)


def test_the_page_shows_who_takes_part_and_what_each_role_wants(make: Make, cast: Cast, door: Enter) -> None:
    initiative = make.initiative(
        cast.organisation,
        roles=(("Logistics", 2),),
        wants=["skill:logistics"],
        sectors=["sector:green-gardening"],
    )
    make.partner(initiative, cast.other_organisation, make.roles(initiative)[0])
    page = door().get(f"{LIST}/{initiative.slug}")
    partners = page.soup.select_one('section[aria-labelledby="partners"]').get_text(" ", strip=True)
    assert "2 partners" in partners
    assert "Logistics · Poland" in partners
    assert "1 of 2 seats filled" in page.text
    assert "1 seat is still free" in page.text
    assert page.soup.select_one(".seat .chip-seeks").get_text(strip=True) == "Logistics and transport"
    assert len(page.soup.select("#roles .coverage rect")) == 1
    assert "Gardening and landscaping" in page.text


def test_a_suspended_partner_is_not_shown(app: Flask, make: Make, cast: Cast, door: Enter) -> None:
    initiative = make.initiative(cast.organisation)
    make.partner(initiative, cast.other_organisation, make.roles(initiative)[0])
    with app.app_context(), write_transaction():
        db.session.get_one(Organisation, cast.other_organisation.id).state = OrganisationState.SUSPENDED
    page = door().get(f"{LIST}/{initiative.slug}")
    assert "Zielona" not in page.html


def test_a_page_costs_the_same_however_many_roles_and_applications(
    make: Make, cast: Cast, door: Enter, count_queries: Any
) -> None:
    found = {}
    for many in (2, 9):
        initiative = make.initiative(
            cast.organisation,
            roles=[(f"Role {number}", 3) for number in range(many)],
            wants=["skill:logistics"],
        )
        for role in make.roles(initiative):
            make.partner(initiative, make.organisation(f"Partner {role.id}"), role)
            make.application(role, make.organisation(f"Applicant {role.id}"), cast.other)
        for person in (None, cast.other, cast.member):
            reader = door(person)
            reader.get(f"{LIST}/{initiative.slug}")
            with count_queries() as statements:
                assert reader.get(f"{LIST}/{initiative.slug}").status == 200
            found[many, person and person.id] = len(statements)
    assert {key[1]: count for key, count in found.items() if key[0] == 2} == {
        key[1]: count for key, count in found.items() if key[0] == 9
    }


def test_what_waits_is_counted_where_one_looks_for_it(make: Make, cast: Cast, door: Enter) -> None:
    initiative = make.initiative(cast.organisation)
    make.application(make.roles(initiative)[0], cast.other_organisation, cast.other)

    def badge(person: Any) -> str:
        place = door(person).get(LIST).soup.select_one(f'.rail-nav a[href="{LIST}"]')
        return place.get_text(" ", strip=True)

    assert badge(cast.member).startswith("Initiatives 1")
    assert badge(cast.other) == "Initiatives"
    assert badge(cast.manager) == "Initiatives"


def test_home_gets_what_is_open_what_waits_and_what_is_ones_own(app: Flask, make: Make, cast: Cast) -> None:
    old = make.initiative(cast.organisation, "Old")
    make.initiative(cast.organisation, "Draft", state=InitiativeState.DRAFT)
    make.initiative(cast.organisation, "Closed", state=InitiativeState.CLOSED)
    new = make.initiative(cast.other_organisation, "New")
    make.partner(new, cast.organisation)
    make.application(make.roles(old)[0], cast.other_organisation, cast.other)
    with app.test_request_context("/en/"):
        found = open_initiatives(5)
        assert [card(each).title for each in found] == ["New", "Old"]
        assert [card(each).title for each in open_initiatives(1)] == ["New"]
        assert [card(each).title for each in initiatives_of(cast.organisation.id)] == ["New", "Old", "Closed"]
        lead = Actor(cast.member, cast.organisation, "editor", (cast.organisation,))
        (waiting,) = applications_waiting_for(lead)
        assert waiting.organisation.name == "Zielona Spółdzielnia"
        assert waiting.role.initiative.texts[0].title == "Old"
        other = Actor(cast.other, cast.other_organisation, "editor", (cast.other_organisation,))
        assert list(applications_waiting_for(other)) == []
        assert list(applications_waiting_for(Actor())) == []
