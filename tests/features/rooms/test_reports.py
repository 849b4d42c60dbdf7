"""Reports of messages: who hears of them, what she sees, and what the one who made it is told."""

from __future__ import annotations

from flask import Flask

from app.core.transactions import write_transaction
from app.features.introductions.models import IntroductionState
from app.features.rooms.services import delete_report
from tests.features.rooms.conftest import Enter, Place, Send
from tests.support.app import both_databases
from tests.support.factories import Cast, Make

WHY = "It insults my colleague."


@both_databases
def test_a_report_finds_the_moderators_and_its_end_whoever_made_it(
    app: Flask, place: Place, cast: Cast, door: Enter, make: Make
) -> None:
    seq = make.message(place.room, cast.member, cast.organisation, "Something rude")
    path = f"{place.path}/messages/{seq}"
    reporter, facilitator = door(cast.other), door(cast.facilitator)
    form = reporter.get(path).soup.select_one(f"a[href$='{seq}/report']")["href"]
    assert door(cast.member).get(path).soup.select_one(f"a[href$='{seq}/report']") is None, "of one's own"
    assert reporter.fill(form, "main form.form", why="").status == 422
    assert reporter.fill(form, "main form.form", why=WHY).status == 303
    again = reporter.fill(form, "main form.form", why=WHY)
    assert again.status == 409
    assert "You reported this message already." in again.text
    assert "Somebody reports a message" in facilitator.get("/en/notifications").text
    listed = facilitator.get("/en/reports").soup.select_one(".row")
    assert WHY in listed.get_text()
    page = facilitator.get(listed.select_one("a")["href"])
    assert "Something rude" in page.text
    assert "Marek Wójcik reports a message" in page.text
    settled = facilitator.fill(listed.select_one("a")["href"], "form[action$=settle]")
    assert settled.location == "/en/reports"
    assert WHY not in facilitator.get("/en/reports").text
    assert WHY in facilitator.get("/en/reports?settled=1").text
    assert "the message that you reported" in reporter.get("/en/notifications").text
    assert "Somebody reports a message" not in facilitator.get("/en/notifications").text
    number = int(listed.select_one("a")["href"].rsplit("/", 1)[1])
    facilitator.post(f"/en/reports/{number}/reopen")
    assert WHY in facilitator.get("/en/reports").text
    with app.app_context(), write_transaction():
        delete_report(number)
    assert WHY not in facilitator.get("/en/reports").text


def test_of_an_introduction_moderators_see_five_messages_around_and_no_more(
    cast: Cast, door: Enter, make: Make, send: Send
) -> None:
    introduction = make.introduction(
        cast.organisation, cast.other_organisation, cast.member, IntroductionState.ACCEPTED
    )
    room = make.room(introduction)
    for number in range(1, 15):
        make.message(room, cast.member, cast.organisation, f"Number {number:02}")
    report = make.message_report(room, 7, cast.other)
    facilitator = door(cast.facilitator)
    page = facilitator.get(f"/en/reports/{report.id}")
    shown = [number for number in range(1, 15) if f"Number {number:02}" in page.text]
    assert shown == list(range(2, 13))
    assert page.soup.select_one(f"main a[href*='/rooms/{room.id}']") is None
    assert facilitator.get(f"/en/rooms/{room.id}").status == 404
    assert door(cast.other).get(f"/en/reports/{report.id}").status in (403, 404)
