"""Going to the first message of a day."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import update

from app.core.database import db
from app.core.transactions import write_transaction
from app.features.accounts.models import Person
from app.features.rooms.models import Message
from tests.features.rooms.conftest import Enter, Place
from tests.support.factories import Cast, Make


def test_a_day_leads_to_its_first_message_in_the_readers_time_zone(
    app: Flask, place: Place, cast: Cast, door: Enter, make: Make
) -> None:
    moments = {
        make.message(place.room, cast.other, cast.other_organisation): moment
        for moment in (
            datetime(2026, 3, 1, 22, 30, tzinfo=UTC),
            datetime(2026, 3, 1, 23, 30, tzinfo=UTC),
            datetime(2026, 3, 4, 9, 0, tzinfo=UTC),
        )
    }
    with app.app_context(), write_transaction():
        db.session.get_one(Person, cast.member.id).timezone = "Europe/Rome"
        for seq, moment in moments.items():
            db.session.execute(update(Message).where(Message.event_seq == seq).values(created_at=moment))
    browser = door(cast.member)
    first, second, third = moments
    assert browser.get(f"{place.path}?day=2026-02-01").location == f"{place.path}#message-{first}"
    assert browser.get(f"{place.path}?day=2026-03-02").location == f"{place.path}#message-{second}", "in Rome"
    assert browser.get(f"{place.path}?day=2026-03-03").location == f"{place.path}#message-{third}"
    assert browser.get(f"{place.path}?day=2026-03-05").location == place.path
    assert "Nothing was said since that day." in browser.get(place.path).text
    for text in ("yesterday", "0001-01-01", "2026-02-30", "9999-12-31"):
        assert browser.get(f"{place.path}?day={text}").status in (302, 400)
    assert door(cast.newcomer).get(f"{place.path}?day=2026-03-02").status == 404
