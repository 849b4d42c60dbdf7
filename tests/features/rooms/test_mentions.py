"""Mentions: names that stand in a message as ids, and call those who are meant."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.database import db
from app.core.errors import Invalid
from app.core.transactions import write_transaction
from app.features.accounts.models import Person
from app.features.accounts.services.account_status import forget
from app.features.notifications.models import Notification
from app.features.organisations.models import Organisation
from app.features.rooms.models import MAX_MENTIONS, Mention, Message
from app.features.rooms.services import notify_unread
from tests.features.rooms.conftest import Enter, Events, Place, Send
from tests.support.app import both_databases
from tests.support.factories import Cast, Make

SAID = "**Hello** @Marek Wójcik, and you at @Zielona Spółdzielnia: who comes?"


def kept(app: Flask) -> list[str]:
    """The messages as they are kept."""
    with app.app_context():
        return list(db.session.scalars(select(Message.body).order_by(Message.id)))


@both_databases
def test_a_name_is_kept_as_an_id_and_read_as_it_is_now(
    app: Flask, place: Place, cast: Cast, door: Enter, send: Send, events: Events
) -> None:
    send(cast.member, "room_post", room=place.room.id, body=SAID, lang="en")
    person, organisation = cast.other.id, cast.other_organisation.id
    assert kept(app) == [f"**Hello** @[p:{person}], and you at @[o:{organisation}]: who comes?"]
    assert events()[0]["body"] == SAID
    with app.app_context(), write_transaction():
        db.session.get_one(Person, person).name = "Marek <Nowak>"
        db.session.get_one(Organisation, organisation).name = "Zielona"
    (message,) = events()
    assert message["body"] == "**Hello** @Marek <Nowak>, and you at @Zielona: who comes?"
    mention = f'<span class="mention" data-mention="p:{person}">@Marek &lt;Nowak&gt;</span>'
    assert mention in message["html"]
    browser = door(cast.other)
    shown = browser.get(place.path).soup.select(".messages .mention")
    assert [(each.get_text(), each.has_attr("data-mine")) for each in shown] == [
        ("@Marek <Nowak>", True),
        ("@Zielona", True),
    ]
    assert "Hello @Marek <Nowak>, and you at @Zielona" in browser.get("/en/rooms").text
    answer = send(cast.other, "room_post", room=place.room.id, body="I", lang="en", reply_to=1)
    assert events(answer["seq"] - 1)[0]["quote"]["text"].startswith("Hello @Marek <Nowak>")
    edit = door(cast.member).get(f"{place.path}/messages/1/edit").soup
    assert edit.select_one("main textarea").get_text().strip() == message["body"]
    send(cast.member, "room_edit", room=place.room.id, seq=1, body=message["body"] + " ", lang="it")
    assert kept(app)[0].startswith(f"**Hello** @[p:{person}]"), "a name that was mentioned stays one"
    with app.app_context(), write_transaction():
        forget(cast.other.email)
    assert "Marek" not in events()[0]["html"]
    with app.app_context():
        assert db.session.scalars(select(Mention.organisation_id)).all() == [organisation]


def test_nobody_outside_of_the_room_can_be_named(
    app: Flask, place: Place, cast: Cast, door: Enter, send: Send, events: Events
) -> None:
    outsider = cast.newcomer
    body = f"@[p:{outsider.id}] @{outsider.name} @[p:{cast.other.id}] a@Marek Wójcik @Marek Wójcikowski"
    send(cast.member, "room_post", room=place.room.id, body=body, lang="en")
    assert "data-mention" not in events()[0]["html"]
    assert outsider.name not in events()[0]["html"].replace(f"@{outsider.name}", "")
    listed = door(cast.member).get(f"{place.path}/mentions").soup.select("li")
    labels = [each["data-label"] for each in listed]
    assert "Marek Wójcik" in labels
    assert "Zielona Spółdzielnia" in labels
    assert outsider.name not in labels
    assert cast.facilitator.name not in labels, "she has not been here"
    send(cast.facilitator, "room_read", room=place.room.id, seq=1)
    assert cast.facilitator.name in door(cast.member).get(f"{place.path}/mentions").text or any(
        each["data-label"] == cast.facilitator.name
        for each in door(cast.member).get(f"{place.path}/mentions").soup.select("li")
    )


def test_two_of_one_name_are_told_apart(
    app: Flask, make: Make, place: Place, cast: Cast, send: Send, door: Enter
) -> None:
    with app.app_context(), write_transaction():
        db.session.get_one(Person, cast.member.id).name = "Marek Wójcik"
    send(cast.other, "room_post", room=place.room.id, body="@Marek Wójcik (Il Filo Verde)", lang="en")
    assert kept(app) == [f"@[p:{cast.member.id}]"]


def test_a_change_keeps_whom_it_named_of_two_who_are_called_alike(
    app: Flask, place: Place, cast: Cast, send: Send, events: Events
) -> None:
    with app.app_context(), write_transaction():
        db.session.get_one(Person, cast.member.id).name = "Marek Wójcik"
    body = "@Marek Wójcik (Il Filo Verde) and @Marek Wójcik (Zielona Spółdzielnia)"
    send(cast.other, "room_post", room=place.room.id, body=body, lang="en")
    shown = events()[0]["body"]
    assert shown == "@Marek Wójcik and @Marek Wójcik"
    send(cast.other, "room_edit", room=place.room.id, seq=1, body=f"{shown}: who?", lang="en")
    assert kept(app) == [f"@[p:{cast.member.id}] and @[p:{cast.other.id}]: who?"]


def test_who_is_mentioned_is_called_once(
    app: Flask, place: Place, cast: Cast, door: Enter, send: Send
) -> None:
    send(cast.facilitator, "room_read", room=place.room.id, seq=0)
    body = f"@Marek Wójcik and @{cast.facilitator.name}, look"
    send(cast.member, "room_post", room=place.room.id, body=body, lang="en")
    with app.app_context(), write_transaction():
        notify_unread(place.room.id)
    with app.app_context():
        rows = db.session.execute(select(Notification.person_id, Notification.kind)).all()
    found: dict[int, Any] = dict(rows)
    assert found[cast.other.id] == found[cast.facilitator.id] == "room.mention"
    assert len(rows) == len(found)
    notices = door(cast.other).get("/en/notifications").text
    assert "Giulia Rossi mentioned you in" in notices
    assert f"@Marek Wójcik and @{cast.facilitator.name}, look" in notices
    send(cast.other, "room_read", room=place.room.id, seq=1)
    with app.app_context():
        unread = select(func.count()).where(
            Notification.person_id == cast.other.id, Notification.read_at.is_(None)
        )
        assert db.session.scalar(unread) == 0


def test_a_facilitator_mentions_all_partners_at_once(place: Place, cast: Cast, door: Enter) -> None:
    listed = door(cast.facilitator).get(f"{place.path}/mentions").soup.select_one("[data-written]")
    assert (listed["data-label"], listed.get_text()) == ("All partners", "2 organisations")
    assert listed["data-written"] == "@Il Filo Verde @Zielona Spółdzielnia"
    assert not door(cast.member).get(f"{place.path}/mentions").soup.select("[data-written]")


def test_a_thousand_mentions_are_refused_or_one(
    app: Flask, make: Make, place: Place, cast: Cast, send: Send
) -> None:
    send(cast.member, "room_post", room=place.room.id, body="@Marek Wójcik " * 280, lang="en")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Mention)) == 1
    people = [make.person(name=f"Person Number{number:02}") for number in range(MAX_MENTIONS + 1)]
    for person in people:
        make.member(person, cast.organisation)
    everybody = " ".join(f"@{person.name}" for person in people)
    with pytest.raises(Invalid):
        send(cast.member, "room_post", room=place.room.id, body=everybody, lang="en")
