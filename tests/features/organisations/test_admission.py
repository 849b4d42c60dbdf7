"""Coming into the cluster and out of it: one table of states, every cell tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.announcements import listen
from app.core.audit import Audit
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict
from app.core.streams.models import Revocation
from app.core.transactions import write_transaction
from app.features.accounts.models import MailPurpose, MailToken, Person, digest
from app.features.organisations.announcements import OrganisationAdmitted, OrganisationSuspended
from app.features.organisations.models import Organisation, OrganisationState
from app.features.organisations.states import ORGANISATION_STATES, OrganisationMove
from config import Settings
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Cast, Make

DRAFT, PENDING, ADMITTED, SUSPENDED = OrganisationState
LEGAL = {
    (DRAFT, OrganisationMove.VERIFY): PENDING,
    (PENDING, OrganisationMove.ADMIT): ADMITTED,
    (ADMITTED, OrganisationMove.SUSPEND): SUSPENDED,
    (SUSPENDED, OrganisationMove.RESTORE): ADMITTED,
}
FORM = {"name": "La Bottega", "type": "cooperative", "country": "IT", "sectors": "sector:food"}
Enter = Callable[..., Door]


@pytest.mark.parametrize(("state", "move"), list(product(OrganisationState, OrganisationMove)))
def test_every_move_from_every_state(state: OrganisationState, move: OrganisationMove) -> None:
    if (state, move) in LEGAL:
        assert ORGANISATION_STATES.next_state(state, move) is LEGAL[state, move]
    else:
        with pytest.raises(Conflict):
            ORGANISATION_STATES.next_state(state, move)


@pytest.mark.parametrize("state", list(OrganisationState))
@pytest.mark.parametrize("button", ["admit", "suspend", "restore"])
def test_a_managers_button_does_what_the_table_says_and_nothing_else(
    app: Flask, make: Make, cast: Cast, door: Enter, state: OrganisationState, button: str
) -> None:
    organisation = make.organisation("Zelf", country="BE", state=state)
    seen = door(cast.manager).post(f"/en/organisations/{organisation.slug}/{button}", follow=True)
    expected = LEGAL.get((state, OrganisationMove(button)), state)
    assert _state(app, organisation.slug) is expected
    assert ("in another state by now" in seen.text) == ((state, OrganisationMove(button)) not in LEGAL)


@pytest.mark.parametrize("who", ["member", "other", "representative", "facilitator", "newcomer"])
@pytest.mark.parametrize("button", ["suspend", "restore", "admit"])
def test_nobody_but_a_manager_decides(app: Flask, cast: Cast, door: Enter, who: str, button: str) -> None:
    slug = cast.organisation.slug
    assert door(getattr(cast, who)).post(f"/en/organisations/{slug}/{button}").status == 403
    assert _state(app, slug) is ADMITTED


def test_an_open_cluster_admits_at_once_whoever_has_a_verified_address(
    app: Flask, cast: Cast, door: Enter
) -> None:
    assert door(cast.newcomer).post("/en/organisations/new", FORM).status == 303
    assert _state(app, "la-bottega") is ADMITTED
    assert "La Bottega" in door().get("/en/organisations").text


@both_databases
def test_a_draft_goes_on_when_its_creator_verifies_the_address(app: Flask, make: Make, door: Enter) -> None:
    nora = make.person("Nora", verified=False)
    browser = door(nora)
    browser.post("/en/organisations/new", FORM)
    assert _state(app, "la-bottega") is DRAFT
    assert door().get("/en/organisations/la-bottega").status == 404
    assert "not verified yet" in browser.get("/en/organisations/la-bottega").text
    _verify(app, browser, nora)
    assert _state(app, "la-bottega") is ADMITTED
    assert door().get("/en/organisations/la-bottega").status == 200


def test_verifying_admits_only_the_drafts_of_that_person(app: Flask, make: Make, door: Enter) -> None:
    nora = make.person("Nora", verified=False)
    mine = make.organisation("Mia", state=DRAFT, editor=nora)
    theirs = make.organisation("Altrui", state=DRAFT)
    suspended = make.organisation("Ferma", state=SUSPENDED, editor=nora)
    _verify(app, door(nora), nora)
    assert [_state(app, each.slug) for each in (mine, theirs, suspended)] == [ADMITTED, DRAFT, SUSPENDED]


class TestReview:
    """Where managers admit."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        """The same installation with another setting."""
        return replace(settings, admission="review")

    def test_a_new_organisation_waits_and_is_seen_by_its_members_and_managers_only(
        self, app: Flask, cast: Cast, door: Enter
    ) -> None:
        browser = door(cast.newcomer)
        browser.post("/en/organisations/new", FORM)
        assert _state(app, "la-bottega") is PENDING
        assert "Waiting to be admitted" in browser.get("/en/organisations/la-bottega").text
        for other in (door(), door(cast.member), door(cast.facilitator)):
            assert other.get("/en/organisations/la-bottega").status == 404
            assert "La Bottega" not in other.get("/en/organisations?q=bottega").text.replace("“bottega”", "")

    def test_a_manager_admits_from_the_directory(self, app: Flask, cast: Cast, door: Enter) -> None:
        door(cast.newcomer).post("/en/organisations/new", FORM)
        manager = door(cast.manager)
        assert "1 organisation waits for you to admit it" in manager.get("/en/organisations").text
        assert manager.fill("/en/organisations", selector=".rows form").status == 303
        assert _state(app, "la-bottega") is ADMITTED
        assert "waits for you to admit" not in manager.get("/en/organisations").text


def test_suspending_is_told_marked_for_open_sockets_and_noted(app: Flask, cast: Cast, door: Enter) -> None:
    heard: list[object] = []
    listen(app, OrganisationSuspended, heard.append)
    listen(app, OrganisationAdmitted, heard.append)
    slug, number = cast.organisation.slug, cast.organisation.id
    manager = door(cast.manager)
    manager.post(f"/en/organisations/{slug}/suspend")
    with app.app_context():
        assert db.session.scalars(select(Revocation.org_id)).all() == [number]
        line = db.session.scalars(select(Audit).where(Audit.action == "organisation.suspend")).one()
        assert (line.before, line.after) == ({"state": "admitted"}, {"state": "suspended"})
        assert line.actor_id == cast.manager.id
    assert door().get(f"/en/organisations/{slug}").status == 404
    assert "suspended" in door(cast.member).get(f"/en/organisations/{slug}").text
    manager.post(f"/en/organisations/{slug}/restore")
    assert heard == [OrganisationSuspended(number), OrganisationAdmitted(number)]


def _state(app: Flask, slug: str) -> OrganisationState:
    with app.app_context():
        return db.session.scalars(select(Organisation.state).where(Organisation.slug == slug)).one()


def _verify(app: Flask, browser: Door, person: Person) -> None:
    """Open the link in the verifying mail and press its button."""
    with app.app_context(), write_transaction():
        db.session.add(
            MailToken(
                person_id=person.id,
                purpose=MailPurpose.VERIFY,
                token_hash=digest("mailed"),
                expires_at=now() + timedelta(days=1),
            )
        )
    assert browser.fill("/en/verify/mailed").status == 303
