"""Who sees which room, what is unread there, and how far back one can read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from app.core.announcements import announce
from app.core.database import db
from app.core.doors.transaction import writing
from app.core.errors import NotFound
from app.core.streams.models import Event, Revocation
from app.core.streams.services import redact
from app.features.accounts.models import Person
from app.features.initiatives.announcements import InitiativeOpened, PartnerLeft
from app.features.initiatives.models import InitiativeState, Partner
from app.features.organisations.models import Organisation, OrganisationState
from app.features.rooms.models import Room, RoomKind
from app.features.rooms.services import open_room_for
from app.features.suggestions.models import IntroductionState
from tests.features.rooms.conftest import Place, Send
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Cast, Make

Enter = Callable[..., Door]


def badge(door: Door) -> str:
    """The number beside Rooms in the rail; empty without one."""
    found = door.get("/en/rooms").soup.select_one(".rail-nav a[aria-current] .badge [aria-hidden]")
    return found.get_text() if found else ""


def rooms_of(door: Door) -> list[str]:
    """The titles of the rooms that somebody's list shows, in its order."""
    return [title.get_text(strip=True) for title in door.get("/en/rooms").soup.select(".room-row .row-title")]


# --- Who --------------------------------------------------------------------------------------------------------


@both_databases
def test_only_partners_facilitators_and_managers_enter_the_room_of_an_initiative(
    place: Place, cast: Cast, make: Make, door: Enter
) -> None:
    outsider = make.person("Olga Outsider")
    make.organisation("Atelier du Lin", country="FR", editor=outsider)
    inside = (cast.member, cast.representative, cast.other, cast.facilitator, cast.manager)
    for person in inside:
        assert door(person).get(place.path).status == 200
        assert door(person).get(place.catch_up).status == 200
        assert rooms_of(door(person)) == ["Seeds across borders"]
    for person in (outsider, cast.newcomer):
        assert door(person).get(place.path).status == 404
        assert door(person).get(place.catch_up).status == 404
        assert rooms_of(door(person)) == []
    assert door().get(place.path).status == 303
    assert door().get(place.catch_up).status == 401


def test_a_room_that_does_not_exist_answers_like_one_that_is_not_ours(cast: Cast, door: Enter) -> None:
    for path in ("/en/rooms/77", "/en/rooms/99999999999999999999", "/api/v1/streams/nothing/events"):
        assert door(cast.member).get(path).status == 404


def test_nobody_but_the_two_organisations_enters_the_room_of_an_introduction(
    cast: Cast, make: Make, door: Enter, send: Send
) -> None:
    met = make.introduction(
        cast.organisation, cast.other_organisation, cast.member, state=IntroductionState.ACCEPTED
    )
    room = make.room(met)
    send(cast.member, "room_post", room=room.id, body="Between us", lang="en")
    assert send(cast.other, "room_post", room=room.id, body="Agreed", lang="en")["seq"] == 2
    for person in (cast.facilitator, cast.manager, cast.newcomer):
        assert door(person).get(f"/en/rooms/{room.id}").status == 404
        with pytest.raises(NotFound):
            send(person, "room_post", room=room.id, body="Me too", lang="en")
    assert (
        "Il Filo Verde"
        in door(cast.other).get(f"/en/rooms/{room.id}").soup.select_one(".room-head").get_text()
    )


def test_a_partner_who_left_and_one_that_was_suspended_see_the_room_no_more(
    app: Flask, place: Place, cast: Cast, door: Enter, send: Send
) -> None:
    with app.app_context():
        db.session.execute(
            update(Partner)
            .values(left_at=datetime.now(UTC))
            .where(Partner.organisation_id == cast.other_organisation.id)
        )
        db.session.execute(
            update(Organisation)
            .values(state=OrganisationState.SUSPENDED)
            .where(Organisation.id == cast.organisation.id)
        )
        db.session.commit()
    for person in (cast.other, cast.member):
        assert door(person).get(place.path).status == 404
        with pytest.raises(NotFound):
            send(person, "room_post", room=place.room.id, body="Still here", lang="en")


def test_open_sockets_are_looked_at_again_when_a_partner_leaves(app: Flask, place: Place, cast: Cast) -> None:
    with app.app_context():
        with writing():
            announce(PartnerLeft(place.initiative.id, cast.other_organisation.id))
        assert [mark.org_id for mark in db.session.query(Revocation)] == [cast.other_organisation.id]


def test_the_room_of_an_initiative_opens_once(app: Flask, cast: Cast, make: Make, door: Enter) -> None:
    draft = make.initiative(cast.organisation, "A kitchen for two towns", state=InitiativeState.DRAFT)
    assert rooms_of(door(cast.member)) == []
    with app.app_context():
        for _ in range(2):
            with writing():
                announce(InitiativeOpened(draft.id))
                assert open_room_for(RoomKind.INITIATIVE, draft.id).initiative_id == draft.id
        assert db.session.query(Room).count() == 1
    assert rooms_of(door(cast.member)) == ["A kitchen for two towns"]


def test_the_header_says_who_can_read_it(place: Place, cast: Cast, door: Enter) -> None:
    head = " ".join(door(cast.member).get(place.path).soup.select_one(".room-head").get_text(" ").split())
    assert "Seeds across borders" in head
    assert "2 organisations from 2 countries" in head
    assert "facilitators" in head


# --- What is unread ---------------------------------------------------------------------------------------------


@both_databases
def test_what_others_say_waits_until_it_is_read(place: Place, cast: Cast, door: Enter, send: Send) -> None:
    for number in range(3):
        send(cast.other, "room_post", room=place.room.id, body=f"Number {number}", lang="en")
    send(cast.member, "room_post", room=place.room.id, body="My own does not wait", lang="en")
    assert badge(door(cast.member)) == "3"
    assert badge(door(cast.other)) == "1"
    assert send(cast.member, "room_read", room=place.room.id, seq=2) == {
        "room": place.room.id,
        "seq": 2,
        "unread": 1,
    }
    page = door(cast.member).get(place.path).soup
    assert page.select_one(".messages-unread").find_next_sibling("li")["id"] == "message-3"
    assert send(cast.member, "room_read", room=place.room.id, seq=1)["seq"] == 2, "a mark never goes back"
    assert send(cast.member, "room_read", room=place.room.id, seq=10_000)["seq"] == 4, "nor beyond the last"
    assert badge(door(cast.member)) == ""


def test_without_a_script_one_says_that_one_has_read_it(
    place: Place, cast: Cast, door: Enter, send: Send
) -> None:
    send(cast.other, "room_post", room=place.room.id, body="Read me", lang="en")
    browser = door(cast.member)
    assert badge(browser) == "1"
    assert browser.fill(place.path, "form.room-read").location == place.path
    assert badge(browser) == ""


def test_opening_a_page_marks_nothing(place: Place, cast: Cast, door: Enter, send: Send) -> None:
    send(cast.other, "room_post", room=place.room.id, body="Read me", lang="en")
    door(cast.member).get(place.path)
    assert badge(door(cast.member)) == "1"


def test_a_facilitator_is_called_only_by_rooms_that_she_reads(
    place: Place, cast: Cast, door: Enter, send: Send
) -> None:
    send(cast.other, "room_post", room=place.room.id, body="One", lang="en")
    assert badge(door(cast.facilitator)) == ""
    send(cast.facilitator, "room_read", room=place.room.id, seq=1)
    send(cast.other, "room_post", room=place.room.id, body="Two", lang="en")
    assert badge(door(cast.facilitator)) == "1"


def test_nobody_marks_a_room_that_she_cannot_read(place: Place, cast: Cast, send: Send) -> None:
    with pytest.raises(NotFound):
        send(cast.newcomer, "room_read", room=place.room.id, seq=0)


# --- The list and the past --------------------------------------------------------------------------------------


@both_databases
def test_the_room_with_the_newest_talk_comes_first(
    place: Place, cast: Cast, make: Make, door: Enter, send: Send
) -> None:
    older = make.room(make.initiative(cast.organisation, "A kitchen for two towns"))
    make.room(make.initiative(cast.organisation, "Quiet so far"))
    send(cast.member, "room_post", room=place.room.id, body="Later", lang="en")
    assert rooms_of(door(cast.member)) == ["Seeds across borders", "Quiet so far", "A kitchen for two towns"]
    send(cast.member, "room_post", room=older.id, body="**Latest** of all", lang="it")
    page = door(cast.member).get("/en/rooms").soup
    last = page.select_one(".room-row-last")
    assert " ".join(last.get_text(" ").split()) == "You: Latest of all"
    assert last.select_one("[lang=it]") is not None


def test_the_list_goes_on_a_page_at_a_time(cast: Cast, make: Make, door: Enter) -> None:
    for number in range(26):
        make.initiative(cast.organisation, f"Initiative {number:02}")
    browser = door(cast.member)
    first = browser.get("/en/rooms").soup
    rest = browser.get(first.select_one("a[rel=next]")["href"]).soup
    titles = [
        title.get_text(strip=True) for page in (first, rest) for title in page.select(".room-row .row-title")
    ]
    assert sorted(titles) == [f"Initiative {number:02}" for number in range(26)]
    assert browser.get("/en/rooms?after=nonsense").status == 400


def test_a_list_without_rooms_says_what_to_do_next(cast: Cast, door: Enter) -> None:
    assert "See who fits you" in door(cast.member).get("/en/rooms").text
    assert "Create your organisation" in door(cast.newcomer).get("/en/rooms").text


def test_one_can_read_back_to_the_first_message(place: Place, cast: Cast, door: Enter, send: Send) -> None:
    for number in range(1, 121):
        send(cast.member, "room_post", room=place.room.id, body=f"Number {number}", lang="en")
    browser, path, numbers = door(cast.other), place.path, []
    while path:
        page = browser.get(path).soup
        numbers = [int(each["data-seq"]) for each in page.select(".messages .message")] + numbers
        older = page.select_one("p:not([hidden]) > [data-older]")
        path = place.path + older["href"] if older else ""
    assert numbers == list(range(1, 121))
    assert browser.get(f"{place.path}?before=nonsense").status == 200
    back = browser.get(f"{place.catch_up}?before=71&limit=50").json
    assert [event["seq"] for event in back["events"]] == list(range(21, 71))


def test_messages_stand_under_their_days_and_those_close_together_share_a_head(
    app: Flask, place: Place, cast: Cast, door: Enter, send: Send
) -> None:
    for person in (cast.member, cast.member, cast.other):
        send(person, "room_post", room=place.room.id, body="Hello", lang="en")
    with app.app_context():
        yesterday = datetime.now(UTC) - timedelta(days=1)
        db.session.execute(update(Event).values(created_at=yesterday).where(Event.seq <= 2))
        db.session.commit()
    page = door(cast.member).get(place.path).soup
    shown = [
        each.get_text(strip=True)
        if "messages-day" in each["class"]
        else each["id"] + "+" * ("message-follows" in each["class"])
        for each in page.select(".messages > li")
    ]
    assert shown == ["Yesterday", "message-1", "message-2+", "Today", "message-3"]


def test_of_a_removed_message_no_word_is_left_anywhere(
    app: Flask, place: Place, cast: Cast, door: Enter, send: Send
) -> None:
    send(cast.other, "room_post", room=place.room.id, body="My secret", lang="en")
    send(cast.member, "room_post", room=place.room.id, body="Ah", lang="en", reply_to=1)
    with app.app_context(), writing():
        redact(db.session.get_one(Event, (place.room.stream_id, 1)))
    answer = door(cast.member).get(place.catch_up)
    assert answer.json["events"][0]["redacted"] is True
    assert "My secret" not in answer.html
    page = door(cast.member).get(place.path)
    assert "My secret" not in page.html
    assert "This message was removed." in page.text


# --- Cost -------------------------------------------------------------------------------------------------------


def statements_for(count_queries: Callable[[], Any], browser: Door, path: str) -> int:
    """How many statements a page takes once it is warm."""
    browser.get(path)
    with count_queries() as statements:
        assert browser.get(path).status == 200
    return len(statements)


def test_no_page_asks_more_of_the_database_when_there_is_more_to_show(
    place: Place, cast: Cast, make: Make, door: Enter, send: Send, count_queries: Callable[[], Any]
) -> None:
    def say(person: Person, room: Room, **more: Any) -> None:
        send(person, "room_post", room=room.id, body="Hello", lang="en", **more)

    say(cast.member, place.room)
    say(cast.other, place.room, reply_to=1)
    browser = door(cast.member)
    paths = ("/en/rooms", place.path, place.catch_up)
    before = {path: statements_for(count_queries, browser, path) for path in paths}
    for number in range(6):
        person = make.person(f"Person {number}")
        make.partner(
            place.initiative, make.organisation(f"Organisation {number}", country="FR", editor=person)
        )
        say(person, place.room, reply_to=number + 1)
        other = make.room(make.initiative(cast.organisation, f"Initiative {number}"))
        say(cast.member, other)
    assert {path: statements_for(count_queries, browser, path) for path in paths} == before
    assert before["/en/rooms"] <= 16
    assert before[place.path] <= 22
