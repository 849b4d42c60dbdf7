"""Rooms of themes: who opens, reads, writes in, finds and closes them."""

from __future__ import annotations

import pytest
from flask import Flask

from app.core.errors import Forbidden
from app.core.transactions import write_transaction
from app.features.organisations.models import OrganisationState
from app.features.rooms.services import notify_unread
from tests.features.rooms.conftest import Enter, Send, rooms_of
from tests.support.app import both_databases
from tests.support.factories import Cast, Make
from tests.support.notices import notified

TITLE = "Public contracts that include"
FORM = {
    "title_en": TITLE,
    "about_en": "How towns buy from us.",
    "title_it": "Appalti che includono",
    "sectors": "sector:green-gardening",
}


@both_databases
def test_a_facilitator_opens_a_theme_that_everybody_who_is_signed_in_reads_and_members_write_in(
    cast: Cast, make: Make, door: Enter, send: Send
) -> None:
    pending = make.person("Nino")
    make.member(pending, make.organisation("Not Yet", country="BE", state=OrganisationState.PENDING))
    opened = door(cast.facilitator).post("/en/rooms/new-theme", FORM)
    assert opened.status == 303, opened.text
    path, room_id = opened.location, int(opened.location.rsplit("/", 1)[1])
    for reader in (cast.member, cast.newcomer, pending, cast.manager):
        assert TITLE in rooms_of(door(reader))
        assert door(reader).get(path).status == 200
    assert door().get(path).status in (302, 303), "a visitor is asked to sign in"
    for writer in (cast.member, cast.other, cast.facilitator):
        send(writer, "room_post", room=room_id, body="Hello", lang="en")
    for reader in (cast.newcomer, pending):
        assert door(reader).get(path).soup.select_one("[data-composer]") is None
        with pytest.raises(Forbidden):
            send(reader, "room_post", room=room_id, body="Hello", lang="en")
    page = door(cast.member).get(path).soup
    assert (
        page.select_one(".room-title p")
        .get_text(" ", strip=True)
        .endswith("Read by everybody who is signed in")
    )
    assert cast.other_organisation.name in page.select_one("#room-side").text, "who wrote here"
    assert "Appalti che includono" in door(cast.member).get(f"/it/rooms/{room_id}").text
    assert "How towns buy from us." in door(cast.newcomer).get(f"{path}/about").text


@both_databases
def test_a_theme_is_found_changed_closed_and_opened_again(cast: Cast, door: Enter, send: Send) -> None:
    browser = door(cast.facilitator)
    path = browser.post("/en/rooms/new-theme", FORM).location
    room_id = int(path.rsplit("/", 1)[1])
    assert path in door(cast.newcomer).get("/en/search?q=includono").html
    assert path not in door().get("/en/search?q=includono").html
    edited = browser.post(f"{path}/theme", {**FORM, "title_it": "", "about_en": "How towns buy oats."})
    assert edited.status == 303, edited.text
    assert path not in door(cast.newcomer).get("/en/search?q=includono").html
    assert path in door(cast.newcomer).get("/en/search?q=oats").html
    assert browser.post(f"{path}/close").status == 303
    with pytest.raises(Forbidden):
        send(cast.facilitator, "room_post", room=room_id, body="Too late", lang="en")
    page = door(cast.member).get(path).soup
    assert page.select_one("[data-composer]") is None
    assert "This room was closed" in page.select_one("[data-mode-note]").text
    browser.post(f"{path}/close", {"off": "1"})
    send(cast.member, "room_post", room=room_id, body="In time", lang="en")


def test_a_theme_without_a_title_or_with_too_many_fields_comes_back_with_what_was_typed(
    cast: Cast, door: Enter
) -> None:
    browser = door(cast.manager)
    refused = browser.post("/en/rooms/new-theme", {"about_en": "Only this", "title_it": "x" * 81})
    assert refused.status == 422
    assert "Only this" in refused.text
    assert "Characters over: 1" in refused.text
    refused = browser.post("/en/rooms/new-theme", {"about_en": "Only this", "title_it": "x"})
    assert refused.status == 422
    assert "Give it a title in this language too." in refused.text
    assert "Choose one to 3 fields or skills that it is about." in refused.text


@both_databases
def test_a_theme_calls_those_it_mentions_and_answers_and_who_asked_for_everything(
    app: Flask, cast: Cast, make: Make, door: Enter, send: Send
) -> None:
    room = make.theme()
    path = f"/en/rooms/{room.id}"

    def called(number: int) -> list[tuple[int, str]]:
        """Who is called by the message of this number, which nobody but its author has read."""
        with app.app_context(), write_transaction():
            notify_unread(room.id)
        found = notified(app)
        for person in (cast.member, cast.other, cast.facilitator):
            send(person, "room_read", room=room.id, seq=number)
        return found

    send(cast.member, "room_post", room=room.id, body="Who buys bread?", lang="en")
    assert called(1) == []
    send(cast.other, "room_post", room=room.id, body="We do", lang="en", reply_to=1)
    assert called(2) == [(cast.member.id, "room.reply")]
    send(cast.member, "room_post", room=room.id, body=f"Thank you, @{cast.other.name}", lang="en")
    assert called(3) == [(cast.other.id, "room.mention")]
    assert "mentioned you in" in door(cast.other).get("/en/notifications").text
    send(cast.member, "room_post", room=room.id, body=f"And @{cast.other_organisation.name}", lang="en")
    assert called(4) == [(cast.other.id, "room.mention")]
    door(cast.facilitator).post(f"{path}/follow", {"follow": "all"})
    door(cast.other).post(f"{path}/follow", {"follow": "nothing"})
    send(cast.member, "room_post", room=room.id, body=f"One more, @{cast.other.name}", lang="en")
    badge = door(cast.other).get("/en/rooms").soup.select_one(".room-row-unread")
    assert badge is None, "a room of which she wants to be told nothing does not count"
    assert called(5) == [(cast.facilitator.id, "room.unread")]
