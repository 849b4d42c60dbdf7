"""Claiming a listing: by mail at its own domain, by a manager's decision, against others, and what is refused."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.core.actors import Actor
from app.core.clock import now
from app.core.database import db
from app.core.jobs import Job
from app.core.transactions import write_transaction
from app.features.accounts.models import Person
from app.features.claims.domains import proof_domain, proves
from app.features.claims.models import Claim, ClaimState
from app.features.claims.services import claims, merging
from app.features.notifications.models import Notification
from app.features.organisations.models import Membership, MembershipRole, Organisation
from app.features.organisations.queries import actor_of
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Cast, Make

Enter = Callable[..., Door]


@pytest.fixture
def listing(make: Make) -> Organisation:
    """An organisation that an import brought, with a website."""
    return make.organisation(
        "Orto Comune",
        city="Asti",
        unclaimed=True,
        website="https://www.ortocomune.it",
        provenance={"name": {"source": "registro.csv", "batch_id": 1, "at": "2026-03-04T10:00:00+00:00"}},
    )


def _page(organisation: Organisation, rest: str = "") -> str:
    return f"/en/organisations/{organisation.slug}{rest}"


def _link(app: Flask, address: str) -> str:
    """The path of the link in the newest mail to an address."""
    with app.app_context():
        payloads = db.session.scalars(select(Job.payload).where(Job.kind == "mail").order_by(Job.id.desc()))
        body = next(each["body"] for each in payloads if each.get("address") == address)
    found = re.search(r"https?://[^/\s]+(/\S+)", body)
    assert found
    return found.group(1)


def _editors(app: Flask, organisation: Organisation) -> set[int]:
    with app.app_context():
        return set(
            db.session.scalars(
                select(Membership.person_id).where(
                    Membership.organisation_id == organisation.id, Membership.role == MembershipRole.EDITOR
                )
            )
        )


def _claims(app: Flask) -> list[tuple[int, str]]:
    with app.app_context():
        return [
            (person_id, state.value)
            for person_id, state in db.session.execute(
                select(Claim.person_id, Claim.state).order_by(Claim.id)
            )
        ]


def _notices(app: Flask, kind: str) -> set[int]:
    with app.app_context():
        return set(db.session.scalars(select(Notification.person_id).where(Notification.kind == kind)))


def _change(app: Flask, model: Any, **values: Any) -> None:
    with app.app_context(), write_transaction():
        db.session.execute(update(model).values(**values))


@pytest.mark.parametrize(
    ("address", "website", "is_proof"),
    [
        ("anna@ortocomune.it", "https://www.ortocomune.it/chi-siamo", True),
        ("anna@mail.ortocomune.it", "ortocomune.it", True),
        ("anna@ORTOCOMUNE.IT", "http://ortocomune.it:8080", True),
        ("info@müller.de", "https://xn--mller-kva.de", True),
        ("anna@ortocomune.it.evil.example", "https://ortocomune.it", False),
        ("anna@evil.it", "https://ortocomune.it@evil.example", False),
        ("anna@federation.it", "https://asti.federation.it", False),
        ("anna@gmail.com", "https://gmail.com", False),
        ("anna@wordpress.com", "https://orto.wordpress.com", False),
        ("anna@asso.fr", "https://asso.fr", False),
        ("anna@orto.torino.it", "https://altro.torino.it", False),
        ("anna@orto.com.pl", "https://orto.com.pl", True),
        ("anna@οrtocomune.it", "https://ortocomune.it", False),
        ("", "", False),
        ("anna@", "https://", False),
    ],
)
def test_only_mail_at_the_websites_own_domain_is_a_proof(address: str, website: str, is_proof: bool) -> None:
    assert proves(address, website) is is_proof
    assert bool(proof_domain(website)) or not is_proof


@both_databases
def test_mail_at_its_domain_makes_the_claimant_the_first_editor(
    app: Flask, cast: Cast, listing: Organisation, door: Enter
) -> None:
    visitor, nora = door(), door(cast.newcomer)
    seen = visitor.get(_page(listing))
    assert "What you read comes from “registro.csv”, read on" in seen.text and "Is this yours?" in seen.text
    assert nora.fill(_page(listing, "/claim"), email="x@elsewhere.example").status == 422
    assert nora.fill(_page(listing, "/claim"), email="").status == 422
    assert nora.fill(_page(listing, "/claim"), email="orto@ortocomune.it").status == 303
    link = _link(app, "orto@ortocomune.it")
    assert nora.get(link).status == 200
    assert _editors(app, listing) == set()
    assert nora.fill(link).location == _page(listing)
    assert _editors(app, listing) == {cast.newcomer.id}
    assert "Is this yours?" not in door().get(_page(listing)).text
    assert nora.get(_page(listing, "/edit")).status == 200
    assert nora.get(link).status == 404
    with app.app_context():
        claim = db.session.scalars(select(Claim)).one()
        assert (claim.email, claim.token_hash, claim.state) == ("", None, ClaimState.GIVEN)


def test_a_stolen_link_gives_nothing_and_the_mailbox_can_decline(
    app: Flask, cast: Cast, listing: Organisation, door: Enter
) -> None:
    door(cast.newcomer).fill(_page(listing, "/claim"), email="orto@ortocomune.it")
    link = _link(app, "orto@ortocomune.it")
    thief = door(cast.facilitator)
    assert "Only the account of" in thief.get(link).text
    assert "Another person asked for this link" in thief.post(link).text
    assert door().post(link).status == 401
    assert _editors(app, listing) == set()
    assert door().post(f"{link}/deny").status == 303
    assert _claims(app) == [(cast.newcomer.id, "refused")]
    assert door(cast.newcomer).post(link).status == 404
    assert cast.newcomer.id in _notices(app, "claim.settled")


def test_an_expired_link_and_one_of_a_changed_website_give_nothing(
    app: Flask, cast: Cast, listing: Organisation, door: Enter
) -> None:
    nora = door(cast.newcomer)
    nora.fill(_page(listing, "/claim"), email="orto@ortocomune.it")
    link = _link(app, "orto@ortocomune.it")
    _change(app, Claim, token_expires_at=now() - timedelta(minutes=1))
    assert nora.get(link).status == 404
    assert nora.post(link).status == 404
    _change(app, Claim, token_expires_at=now() + timedelta(minutes=1))
    _change(app, Organisation, website="https://other.example")
    assert nora.post(link).status == 303
    assert _editors(app, listing) == set()
    assert cast.manager.id in _notices(app, "claim.waiting")
    assert "It waits for a manager" in nora.get(_page(listing, "/claim")).text


@both_databases
def test_who_comes_second_is_contested_and_both_sides_are_read(
    app: Flask, cast: Cast, make: Make, listing: Organisation, door: Enter
) -> None:
    first, second = make.person("Prima"), make.person("Seconda")
    for person in (first, second):
        door(person).fill(_page(listing, "/claim"), email=f"{person.id}@ortocomune.it")
    one, two = (_link(app, f"{person.id}@ortocomune.it") for person in (first, second))
    door(first).fill(one)
    assert door(second).fill(two).location == _page(listing, "/claim")
    assert _editors(app, listing) == {first.id}
    assert "Others look after this page" in door(second).get(_page(listing, "/claim")).text
    assert _notices(app, "claim.contested") == {first.id}
    with app.app_context():
        number = db.session.scalars(select(Claim.id).where(Claim.person_id == second.id)).one()
    manager, decide = door(cast.manager), f"/en/manage/claims/{number}"
    assert "The editors have until" in manager.fill(decide, verdict="give", reason="").text
    answer = f"/en/claims/{number}/answer"
    assert door(cast.newcomer).get(answer).status == 404
    assert door(second).get(answer).status == 403
    assert door(first).fill(answer, answer="She left us in May.").status == 303
    assert "She left us in May." in manager.get(decide).text
    assert "Seconda" in manager.get("/en/manage/claims").text
    assert manager.fill(decide, verdict="refuse", reason="").status == 422
    assert manager.fill(decide, verdict="give", others="leave", reason="Seen in the register").status == 303
    assert _editors(app, listing) == {second.id}
    assert {first.id, second.id} <= _notices(app, "claim.settled")
    assert manager.post(decide, {"verdict": "give", "others": "stay"}).status == 409


@both_databases
def test_two_links_pressed_at_once_make_one_editor(app: Flask, make: Make, listing: Organisation) -> None:
    people = [make.person(name) for name in ("Prima", "Seconda")]
    for person in people:
        make.claim(listing, person, ClaimState.ASKED, token=f"token-{person.id}", email="x@ortocomune.it")
    barrier = threading.Barrier(2)

    def press(person: Person) -> None:
        with app.test_request_context("/en/"):
            barrier.wait(10)
            try:
                with write_transaction():
                    claims.prove(Actor(db.session.get_one(Person, person.id)), f"token-{person.id}")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=press, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(_editors(app, listing)) == 1
    assert sorted(state for _, state in _claims(app)) == ["contested", "given"]


def test_a_note_goes_to_a_manager_and_three_refusals_bring_a_rest(
    app: Flask, cast: Cast, make: Make, door: Enter
) -> None:
    nora, manager = door(cast.newcomer), door(cast.manager)
    for name in ("Uno", "Due", "Tre"):
        listed = make.organisation(name, unclaimed=True)
        assert nora.fill(_page(listed, "/claim"), note="I am its president").status == 303
        assert "You have asked already" in nora.post(_page(listed, "/claim"), {"note": "Again"}).text
        with app.app_context():
            number = db.session.scalar(select(func.max(Claim.id)))
        refused = manager.fill(f"/en/manage/claims/{number}", verdict="refuse", reason="Not in the register")
        assert refused.status == 303
    fourth = make.organisation("Quattro", unclaimed=True)
    assert "Three of your claims were declined" in nora.fill(_page(fourth, "/claim"), note="Me").text
    _change(app, Claim, decided_at=now() - timedelta(days=91))
    assert nora.fill(_page(fourth, "/claim"), note="Me").status == 303
    assert nora.post(_page(fourth, "/claim/withdraw")).status == 303
    assert _claims(app)[-1] == (cast.newcomer.id, "withdrawn")


def test_a_claim_of_one_that_is_merged_meanwhile_needs_the_winners_mail(
    app: Flask, cast: Cast, make: Make, listing: Organisation, door: Enter
) -> None:
    nora = door(cast.newcomer)
    nora.fill(_page(listing, "/claim"), email="orto@ortocomune.it")
    link = _link(app, "orto@ortocomune.it")
    winner = make.organisation("Orto Comune Asti", unclaimed=True, website="https://ortoasti.it")
    with app.app_context(), write_transaction():
        merging.merge(actor_of(cast.manager), winner.slug, listing.slug, {})
    assert nora.post(link).status == 303
    assert _editors(app, winner) == set()
    assert _claims(app) == [(cast.newcomer.id, "asked")]
    assert "Orto Comune Asti" in door(cast.manager).get("/en/manage/claims").text


def test_who_acts_for_it_or_is_not_verified_cannot_claim(
    cast: Cast, make: Make, listing: Organisation, door: Enter
) -> None:
    own = _page(cast.organisation, "/claim")
    assert "You already act for this organisation" in door(cast.member).fill(own, note="Mine").text
    unverified = door(make.person("Nobody", verified=False))
    assert (
        "Verify your address first" in unverified.fill(_page(listing, "/claim"), email="a@ortocomune.it").text
    )


def test_a_manager_gives_a_page_to_somebody_else_and_all_are_told(
    app: Flask, cast: Cast, door: Enter
) -> None:
    reassign = _page(cast.organisation, "/reassign")
    manager = door(cast.manager)
    assert door(cast.member).get(reassign).status == 403
    assert "Nobody with this address" in manager.fill(reassign, email="no@one.example", reason="x").text
    assert (
        manager.fill(reassign, email=cast.newcomer.email, others="leave", reason="Asked by phone").status
        == 303
    )
    assert _editors(app, cast.organisation) == {cast.newcomer.id}
    assert {cast.newcomer.id, cast.member.id} <= _notices(app, "claim.settled")


@both_databases
def test_a_page_is_hidden_at_once_by_mail_of_its_domain(
    app: Flask, cast: Cast, listing: Organisation, door: Enter
) -> None:
    report = _page(listing, "/not-right")
    visitor = door()
    told = visitor.fill(report, kind="take_down", email="x@elsewhere.example", follow=True).text
    own = door().fill(report, kind="take_down", email="orto@ortocomune.it", follow=True).text
    assert told.split("Thank you")[1][:80] == own.split("Thank you")[1][:80]
    link = _link(app, "orto@ortocomune.it")
    assert visitor.get(_page(listing)).status == 200
    assert visitor.get(link).status == 200
    assert visitor.fill(link).status == 303
    assert visitor.get(_page(listing)).status == 404
    assert visitor.get(link).status == 404
    manager = door(cast.manager)
    queue = manager.get("/en/manage/claims").text
    assert "x@elsewhere.example" in queue and "orto@ortocomune.it" not in queue
    assert manager.get(_page(listing)).status == 200


def test_reports_are_bounded_and_only_about_listings_without_members(
    app: Flask, cast: Cast, listing: Organisation, door: Enter
) -> None:
    visitor = door()
    assert visitor.post(_page(cast.organisation, "/not-right"), {"kind": "take_down"}).status == 404
    assert visitor.get("/en/organisations/no-such/not-right").status == 404
    report = _page(listing, "/not-right")
    assert visitor.fill(report, kind="wrong", note="").status == 422
    assert visitor.post(report, {"kind": "burn", "note": "x" * 9000, "email": "@" * 400}).status == 422
    statuses = [visitor.fill(report, kind="wrong", note=f"Closed {at}").status for at in range(7)]
    assert statuses[0] == 303 and statuses[-1] == 429
    manager = door(cast.manager)
    seen = manager.get("/en/manage/claims")
    assert "Closed 0" in seen.text
    with app.app_context():
        mails = db.session.scalar(select(func.count(Job.id)).where(Job.kind == "mail"))
    assert mails == 0
