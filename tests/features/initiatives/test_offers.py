"""Seats on offer: whom the lead invites, how each answers, and that a seat is taken once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from itertools import product

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict
from app.features.initiatives.models import (
    MOST_OFFERS,
    Application,
    InitiativeState,
    OfferState,
    Partner,
    SeatOffer,
)
from app.features.initiatives.states import OFFER_STATES, OfferMove
from tests.support.app import both_databases
from tests.support.door import Door, Seen
from tests.support.factories import Cast, Make
from tests.support.notices import notified

Enter = Callable[..., Door]


def press(door: Door, slug: str, offer: SeatOffer, button: str) -> Seen:
    """Press one of the buttons of an offer and see where it leads."""
    return door.post(f"/en/initiatives/{slug}/offers/{offer.id}/{button}", follow=True)


def invite(door: Door, slug: str, *seats: str, message: str = "") -> Seen:
    """Offer seats from the page of consortia."""
    data = {"seats": " ".join(seats), "message": message, "lang": "en"}
    return door.post(f"/en/initiatives/{slug}/consortia", data, follow=True)


def states(app: Flask) -> list[str]:
    """What became of the offers, in their order."""
    with app.app_context():
        return [one.value for one in db.session.scalars(select(SeatOffer.state).order_by(SeatOffer.id))]


@pytest.mark.parametrize(("state", "answer"), list(product(OfferState, OfferMove)))
def test_only_an_offer_that_waits_can_be_answered(state: OfferState, answer: OfferMove) -> None:
    """Every cell of the table: what is there leads on, everything else is refused with a sentence."""
    if state is OfferState.SENT:
        assert OFFER_STATES.next_state(state, answer) is not OfferState.SENT
    else:
        with pytest.raises(Conflict) as refused:
            OFFER_STATES.next_state(state, answer)
        assert refused.value.message == OFFER_STATES.refusal(state).message != Conflict.default


@both_databases
def test_an_invited_organisation_takes_the_seat(app: Flask, make: Make, cast: Cast, door: Enter) -> None:
    """The lead invites with a few words; the other side reads them at home and on the page, and takes the seat."""
    initiative = make.initiative(cast.organisation, roles=(("Kitchen", 1),))
    role = make.roles(initiative)[0]
    make.application(role, make.organisation("Forno", country="FR"), cast.member)
    lead, other = door(cast.member), door(cast.other)
    sent = invite(
        lead, initiative.slug, f"{role.id}:{cast.other_organisation.slug}", message="You *cook* best."
    )
    assert "They are invited" in sent.text
    assert "A seat is offered to you" in other.get("/en/").text
    page = other.get(f"/en/initiatives/{initiative.slug}")
    assert "You cook best." in page.soup.select_one("#invited").text
    with app.app_context():
        offer = db.session.scalars(select(SeatOffer)).one()
    assert notified(app, "offer.sent") == [(cast.other.id, "offer.sent")]
    taken = press(other, initiative.slug, offer, "accept")
    assert "The seat is yours" in taken.text and "1 of 1 seat filled" in taken.text
    with app.app_context():
        partner = db.session.scalars(
            select(Partner).where(Partner.organisation_id == cast.other_organisation.id)
        ).one()
    assert partner.role_id == role.id
    assert notified(app) == [(cast.member.id, "offer.accepted")]
    assert "accepted" in lead.get(f"/en/initiatives/{initiative.slug}").soup.select_one("#offers").text
    assert "was accepted already" in press(other, initiative.slug, offer, "decline").text


def test_a_no_is_told_and_what_waits_can_be_taken_back(
    app: Flask, make: Make, cast: Cast, door: Enter
) -> None:
    initiative = make.initiative(cast.organisation, roles=(("Kitchen", 2), ("Fair", 1)))
    kitchen, fair = make.roles(initiative)
    first = make.offer(kitchen, cast.other_organisation, cast.member)
    second = make.offer(fair, cast.other_organisation, cast.member)
    assert "You said no" in press(door(cast.other), initiative.slug, first, "decline").text
    assert "is taken back" in press(door(cast.member), initiative.slug, second, "withdraw").text
    assert states(app) == ["declined", "withdrawn"]
    assert "was taken back" in press(door(cast.other), initiative.slug, second, "accept").text


def test_whoever_takes_a_seat_has_nothing_else_waiting(
    app: Flask, make: Make, cast: Cast, door: Enter
) -> None:
    """Other offers and applications between the two are settled, whichever way the seat was taken."""
    initiative = make.initiative(cast.organisation, roles=(("Kitchen", 2), ("Fair", 2)))
    kitchen, fair = make.roles(initiative)
    offer = make.offer(kitchen, cast.other_organisation, cast.member)
    make.offer(fair, cast.other_organisation, cast.member)
    application = make.application(fair, cast.other_organisation, cast.other)
    press(door(cast.other), initiative.slug, offer, "accept")
    assert states(app) == ["accepted", "withdrawn"]
    with app.app_context():
        assert db.session.get_one(Application, application.id).state.value == "withdrawn"


def test_a_closed_initiative_lets_its_offers_lapse(app: Flask, make: Make, cast: Cast, door: Enter) -> None:
    initiative = make.initiative(cast.organisation)
    offer = make.offer(make.roles(initiative)[0], cast.other_organisation, cast.member)
    door(cast.member).post(f"/en/initiatives/{initiative.slug}/close", follow=True)
    assert states(app) == ["lapsed"]
    assert "closed" in press(door(cast.other), initiative.slug, offer, "accept").text
    assert states(app) == ["lapsed"]


@pytest.mark.parametrize(
    ("case", "told"),
    [
        ("twice", "You have invited them already"),
        ("partner", "takes part in the initiative already"),
        ("applied", "has applied: answer the application instead"),
        ("paused", "is not taking partners at the moment"),
        ("unclaimed", "is not here yet"),
        ("full", "The last seat of this role is taken"),
        ("running", "Seats can be offered while the initiative is open"),
    ],
)
def test_an_offer_that_makes_no_sense_is_refused_with_a_sentence(
    case: str, told: str, make: Make, cast: Cast, door: Enter
) -> None:
    state = InitiativeState.RUNNING if case == "running" else InitiativeState.OPEN
    initiative = make.initiative(cast.organisation, roles=(("Kitchen", 1),), state=state)
    role = make.roles(initiative)[0]
    more = {"paused": {"paused_until": now() + timedelta(days=9)}, "unclaimed": {"unclaimed": True}}.get(
        case, {}
    )
    other = make.organisation("Forno Solidale", country="FR", **more)
    if case == "twice":
        make.offer(role, other, cast.member)
    elif case == "partner":
        make.partner(initiative, other)
    elif case == "full":
        make.partner(initiative, cast.other_organisation, role)
    elif case == "applied":
        make.application(role, other, cast.other)
    seen = invite(door(cast.member), initiative.slug, f"{role.id}:{other.slug}", message="Come, please.")
    assert told in seen.text
    assert seen.status == 409


def test_a_forged_seat_is_no_traceback(make: Make, cast: Cast, door: Enter) -> None:
    """What no button sends is refused, and of all or none."""
    initiative = make.initiative(cast.organisation, roles=(("Kitchen", 1),))
    role = make.roles(initiative)[0]
    lead = door(cast.member)
    for forged in ("", "x:y", "12", "99999999999:z", "-1:z", f"{role.id}:"):
        assert invite(lead, initiative.slug, forged).status == 400
    for gone in (f"{role.id}:nobody", f"987:{cast.other_organisation.slug}"):
        seen = invite(lead, initiative.slug, gone, message="Come, please.")
        assert seen.status == 409 and "Nobody was invited" in seen.text and "Come, please." in seen.html
    flood = " ".join(f"{role.id}:nobody-{number}" for number in range(MOST_OFFERS + 1))
    assert "At most 24 invitations" in invite(lead, initiative.slug, flood).text
    long = invite(lead, initiative.slug, f"{role.id}:{cast.other_organisation.slug}", message="x" * 2001)
    assert long.status == 422 and "x" * 2001 in long.html


def test_a_seat_named_twice_is_offered_once(app: Flask, make: Make, cast: Cast, door: Enter) -> None:
    initiative = make.initiative(cast.organisation, roles=(("Kitchen", 1),))
    seat = f"{make.roles(initiative)[0].id}:{cast.other_organisation.slug}"
    assert "They are invited" in invite(door(cast.member), initiative.slug, f"{seat} {seat}").text
    assert states(app) == ["sent"]


@both_databases
def test_the_last_seat_is_taken_once(app: Flask, make: Make, cast: Cast, door: Enter) -> None:
    """Three organisations press at the same moment; one takes the seat, the others are told."""
    initiative = make.initiative(cast.organisation, roles=(("Kitchen", 1),))
    role = make.roles(initiative)[0]
    people = [make.person(f"Guest {number}") for number in range(3)]
    guests = [
        make.organisation(f"Guest {number}", country="FR", editor=one) for number, one in enumerate(people)
    ]
    pressing = [
        (door(one), make.offer(role, guest, cast.member)) for one, guest in zip(people, guests, strict=True)
    ]
    begin = threading.Barrier(len(pressing))
    said: list[str] = []

    def press_at_once(one: Door, offer: SeatOffer) -> None:
        begin.wait()
        one.post(f"/en/initiatives/{initiative.slug}/offers/{offer.id}/accept")
        said.append(one.get(f"/en/initiatives/{initiative.slug}").text)

    threads = [threading.Thread(target=press_at_once, args=each) for each in pressing]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(states(app)) == ["accepted", "sent", "sent"]
    assert sum("The seat is yours" in text for text in said) == 1
    assert sum("Somebody else took the last seat" in text for text in said) == 2
