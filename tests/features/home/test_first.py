"""The first page: what it says to whom."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app.core.database import db
from app.features.accounts.models import Person
from app.features.initiatives.models import WantedRoleWant, WantKind
from app.features.organisations.models import Organisation, OrganisationState
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Cast, Make

Doors = Callable[..., Door]


def heading(browser: Door) -> str:
    """What the first page says matters now."""
    h1 = browser.get("/en/").soup.h1
    assert h1 is not None
    return " ".join(h1.get_text().split())


def test_the_bare_address_leads_to_the_language_that_the_browser_asks_for(door: Doors) -> None:
    seen = door().get("/", headers={"Accept-Language": "xx, en-IE;q=0.5"})
    assert seen.location == "/en/" and "Accept-Language" in seen.response.headers["Vary"]
    assert door().get("/en").location.endswith("/en/")
    assert door().get("/xx/").status == 404


def test_a_language_that_was_chosen_is_kept_and_nothing_else_sets_a_cookie(
    door: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    languages = ("en", "it")
    for module in ("app.core.i18n", "app.core.templating.i18n"):
        monkeypatch.setattr(f"{module}.languages", lambda: languages)
    browser = door()
    browser.get("/it/", headers={"Accept-Language": "it"})
    assert browser.client.get_cookie("language") is None
    browser.get("/en/", headers={"Accept-Language": "it"})
    assert browser.get("/", headers={"Accept-Language": "it"}).location == "/en/"


@both_databases
def test_a_visitor_reads_what_this_is_and_who_is_here(door: Doors, make: Make, cast: Cast) -> None:
    make.initiative(cast.organisation, "Seeds across borders")
    make.organisation("Secret garden", state=OrganisationState.PENDING)
    seen = door().get("/en/")
    assert "2 countries · 2 organisations · 1 open initiative" in seen.text
    assert "Il Filo Verde" in seen.text and "Zielona Spółdzielnia" in seen.text
    assert "Seeds across borders" in seen.text and "Secret garden" not in seen.text
    initiatives = [" ".join(row.get_text().split()) for row in seen.soup.select("ul.rows > .row")]
    assert len(initiatives) == 1 and "Open for applications · led by Il Filo Verde" in initiatives[0]
    cloth = seen.soup.select_one("svg.cloth[role=img]")
    assert cloth is not None and "woven from the organisations" in str(cloth["aria-label"])
    assert seen.soup.select_one("a.button[href='/en/join']") is not None


def test_an_empty_cluster_says_what_to_do_first(door: Doors) -> None:
    seen = door().get("/en/")
    assert seen.status == 200 and "Nobody is here yet" in seen.text


class TestWhatMattersNow:
    """The heading of a member's home."""

    def test_first_that_the_address_is_hers(self, door: Doors, make: Make) -> None:
        anna = make.person("Anna", verified=False)
        browser = door(anna)
        assert heading(browser) == "Is this email address yours?"
        assert "An email is on its way" in browser.fill("/en/", "header.page-head form", follow=True).text

    def test_then_her_organisation(self, door: Doors, cast: Cast) -> None:
        assert heading(door(cast.newcomer)) == "Tell us about your organisation"

    def test_whoever_would_like_to_meet_her_comes_before_the_rest(
        self, door: Doors, make: Make, cast: Cast
    ) -> None:
        make.introduction(cast.other_organisation, cast.organisation, cast.other)
        assert heading(door(cast.member)) == "1 organisation would like to meet you"
        assert "would like to meet" not in heading(door(cast.other))

    def test_she_answers_right_there(self, door: Doors, make: Make, cast: Cast) -> None:
        make.introduction(
            cast.other_organisation, cast.organisation, cast.other, message="Shall we share a van?"
        )
        browser = door(cast.member)
        assert "Shall we share a van?" in browser.get("/en/").text
        assert browser.fill("/en/", "main form[action$='/accept']").location.startswith("/en/rooms/")

    def test_applications_that_she_can_answer(self, door: Doors, make: Make, cast: Cast) -> None:
        initiative = make.initiative(cast.organisation)
        make.application(make.roles(initiative)[0], cast.other_organisation, cast.other)
        browser = door(cast.member)
        assert heading(browser) == "1 application waits for your answer"
        assert (
            browser.get("/en/").soup.select_one(f"header a[href='/en/initiatives/{initiative.slug}']")
            is not None
        )

    def test_who_abroad_wants_what_she_does(
        self, door: Doors, make: Make, skilled: tuple[Person, Organisation]
    ) -> None:
        seen = door(skilled[0]).get("/en/")
        assert seen.soup.h1 is not None and seen.soup.h1.get_text() == "2 organisations want what you do"
        assert "Abroad they look for catering" in seen.text
        rows = seen.soup.select(".rows > .row")
        assert {"Zielona", "Atelier"} <= {row.h3.get_text().split()[0] for row in rows if row.h3}
        assert all(row.select(".reason") for row in rows)

    def test_a_free_seat_that_fits_what_she_offers(
        self, door: Doors, make: Make, skilled: tuple[Person, Organisation]
    ) -> None:
        """Where country and type fit too, she has not applied, and a seat is free; the best comes first."""
        person, own = skilled
        lead = make.organisation("Lead", country="PL")
        abroad = make.initiative(lead, "Elsewhere", wants=["skill:catering"])
        [elsewhere] = make.roles(abroad)
        with make.at_once():
            asked = {"kind": WantKind.COUNTRY, "value": "FR"}
            db.session.add(WantedRoleWant(role_id=elsewhere.id, **asked))
        make.initiative(lead, "Other work", wants=["skill:beekeeping"])
        half = make.initiative(lead, "Half of it", wants=["skill:catering", "skill:beekeeping"])
        whole = make.initiative(lead, "A festival of soups", wants=["skill:catering"])
        seen = door(person).get("/en/")
        assert "“A festival of soups” looks for catering, which you offer." in seen.text
        role = make.roles(whole)[0]
        link = seen.soup.find("a", string="Look at the seat")
        assert link is not None and link["href"] == f"/en/initiatives/{whole.slug}#role-{role.id}"
        make.application(role, own, person)
        assert "“Half of it” looks for catering" in door(person).get("/en/").text
        make.application(make.roles(half)[0], own, person)
        assert "A seat fits you" not in door(person).get("/en/").text

    def test_an_organisation_that_waits_sees_suggestions_but_cannot_ask(
        self, door: Doors, make: Make, skilled: tuple[Person, Organisation]
    ) -> None:
        anna = make.person("Anna")
        make.organisation("New one", state=OrganisationState.PENDING, editor=anna, offers=["skill:catering"])
        seen = door(anna).get("/en/")
        assert seen.soup.h1 is not None and seen.soup.h1.get_text() == "New one waits to be admitted"
        assert seen.soup.select(".rows > .row") and "Ask for an introduction" not in seen.text

    def test_a_manager_sees_who_waits_to_be_admitted(self, door: Doors, make: Make, cast: Cast) -> None:
        make.organisation("New one", state=OrganisationState.PENDING)
        assert heading(door(cast.manager)) == "1 organisation waits to be admitted"

    def test_a_facilitator_for_whom_nothing_waits_is_told_so(self, door: Doors, cast: Cast) -> None:
        assert heading(door(cast.facilitator)) == "Nothing waits for you"

    @pytest.fixture
    def skilled(self, make: Make) -> tuple[Person, Organisation]:
        """A caterer, and two organisations abroad who look for catering."""
        giulia = make.person("Giulia")
        filo = make.organisation(
            "Il Filo", editor=giulia, offers=["skill:catering"], sectors=["sector:food-catering"]
        )
        make.organisation("Zielona", country="PL", seeks=["skill:catering"], sectors=["sector:food-catering"])
        make.organisation("Atelier", country="FR", seeks=["skill:catering"])
        make.organisation("Home", country="IT", seeks=["skill:catering"])
        return giulia, filo


def test_the_number_of_queries_does_not_grow_with_the_cluster(
    app: Flask, door: Doors, make: Make, cast: Cast, count_queries: Callable[..., object]
) -> None:
    def counted(browser: Door) -> int:
        browser.get("/en/")
        with count_queries() as statements:  # type: ignore[attr-defined]
            assert browser.get("/en/").status == 200
        return len(statements)

    def fill() -> None:
        for number in range(6):
            lead = make.organisation(f"Organisation {number}", country="FR", offers=["skill:catering"])
            make.initiative(lead, f"Initiative {number}")

    fill()
    visitor, member = counted(door()), counted(door(cast.member))
    fill()
    assert counted(door()) == visitor and counted(door(cast.member)) == member


def test_home_comes_first_in_the_navigation(door: Doors) -> None:
    soup = door().get("/en/").soup
    for bar in (".rail-nav", ".bar"):
        first = soup.select_one(f"{bar} a")
        assert first is not None and first.get_text().strip() == "Home"
