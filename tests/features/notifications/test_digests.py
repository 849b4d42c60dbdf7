"""What is not urgent is gathered in one mail, at an hour of the reader's own day; and at night nobody is mailed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import update

from app.core.database import db
from app.core.transactions import write_transaction
from app.features.accounts.models import Person
from app.features.notifications.mail_hours import end_of_quiet, next_digest
from app.features.notifications.models import Notification
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Cast, Make
from tests.support.notices import Outbox, text_of

CHOICES = "/en/account/notifications"
ZONES = ("Europe/Rome", "America/New_York", "Australia/Lord_Howe")
"""Their clocks change on different days; Lord Howe's by half an hour."""


@pytest.fixture
def outbox(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Outbox:
    """What is handed to the mail server."""
    return Outbox(app, monkeypatch.setattr)


def choose(door: Callable[..., Door], person: Person, channel: str) -> None:
    """Have a person choose how she hears of questions for an introduction."""
    assert door(person).fill(CHOICES, "main form.form", introduction_asked=channel, follow=True).status == 200


def came_at(app: Flask, moment: datetime) -> None:
    """Have every notification come at a moment."""
    with app.app_context(), write_transaction():
        db.session.execute(update(Notification).where(Notification.mailed_at.is_(None)).values(at=moment))


def local_days(mailed: list[datetime], zone: str) -> list[tuple[str, int]]:
    """The days and hours of moments by the clock of a time zone."""
    return [
        (f"{each.astimezone(ZoneInfo(zone)):%m-%d}", each.astimezone(ZoneInfo(zone)).hour) for each in mailed
    ]


@both_databases
def test_a_digest_comes_at_eight_by_the_readers_clock_also_when_clocks_change(
    app: Flask, make: Make, cast: Cast, door: Callable[..., Door], outbox: Outbox
) -> None:
    """A week and a half around the last Sunday of October, with something new each day: one digest a day."""
    people = {zone: make.person(zone.partition("/")[2], timezone=zone) for zone in ZONES}
    others = [make.organisation(f"Nr {number}", country="FR") for number in range(11)]
    homes = {zone: make.organisation(f"Home {zone}", editor=people[zone]) for zone in ZONES}
    for person in people.values():
        choose(door, person, "daily")
    start = datetime(2026, 10, 20, 12, tzinfo=UTC)
    mailed: dict[str, list[datetime]] = {zone: [] for zone in ZONES}
    addresses = {person.email: zone for zone, person in people.items()}
    for hour in range(11 * 24):
        moment = start + timedelta(hours=hour)
        if hour % 24 == 0:
            for zone in ZONES:
                question = make.introduction(others[hour // 24], homes[zone], cast.member)
                make.notification(people[zone], "introduction.asked", question.id, homes[zone])
            came_at(app, moment)
        for part in (moment, moment + timedelta(minutes=30)):
            for mail in outbox.at(part):
                mailed[addresses[str(mail["To"])]].append(part)
    for zone in ZONES:
        days = local_days(mailed[zone], zone)
        assert len(days) >= 10 and len(set(days)) == len(days), zone
        assert {hour for _day, hour in days} == {8}, (zone, days)


def test_an_empty_digest_is_not_sent_and_what_was_read_meanwhile_is_not_in_one(
    app: Flask, make: Make, cast: Cast, door: Callable[..., Door], outbox: Outbox
) -> None:
    choose(door, cast.other, "daily")
    question = make.introduction(cast.organisation, cast.other_organisation, cast.member)
    make.notification(cast.other, "introduction.asked", question.id, cast.other_organisation)
    came_at(app, datetime(2026, 5, 4, 12, tzinfo=UTC))
    assert outbox.at(datetime(2026, 5, 4, 13, tzinfo=UTC)) == []
    door(cast.other).post("/en/notifications/read")
    assert outbox.at(datetime(2026, 5, 5, 8, 30, tzinfo=UTC)) == []


def test_what_comes_at_night_after_a_quiet_day_waits_for_the_morning(
    app: Flask, make: Make, cast: Cast, door: Callable[..., Door], outbox: Outbox
) -> None:
    choose(door, cast.other, "daily")
    first = make.introduction(cast.organisation, cast.other_organisation, cast.member)
    make.notification(cast.other, "introduction.asked", first.id, cast.other_organisation)
    came_at(app, datetime(2026, 5, 4, 12, tzinfo=UTC))
    assert outbox.at(datetime(2026, 5, 4, 12, 1, tzinfo=UTC)) == []
    assert len(outbox.at(datetime(2026, 5, 5, 8, 1, tzinfo=UTC))) == 1
    assert outbox.at(datetime(2026, 5, 7, 8, 1, tzinfo=UTC)) == []
    second = make.introduction(make.organisation("Nuova", country="FR"), cast.other_organisation, cast.member)
    make.notification(cast.other, "introduction.asked", second.id, cast.other_organisation)
    night = datetime(2026, 5, 8, 3, tzinfo=UTC)
    came_at(app, night)
    assert outbox.at(night + timedelta(minutes=1)) == []
    assert len(outbox.at(night + timedelta(hours=5, minutes=1))) == 1


def test_a_monday_on_which_nothing_ran_loses_no_news(
    app: Flask, make: Make, cast: Cast, door: Callable[..., Door], outbox: Outbox
) -> None:
    choose(door, cast.other, "weekly")
    question = make.introduction(cast.organisation, cast.other_organisation, cast.member)
    make.notification(cast.other, "introduction.asked", question.id, cast.other_organisation)
    came_at(app, datetime(2026, 5, 8, 12, tzinfo=UTC))
    for moment in (datetime(2026, 5, 8, 13, tzinfo=UTC), datetime(2026, 5, 10, 9, tzinfo=UTC)):
        assert outbox.at(moment) == []
    assert len(outbox.at(datetime(2026, 5, 12, 3, tzinfo=UTC))) == 1


def test_a_time_zone_that_is_no_more_is_utc(app: Flask) -> None:
    assert next_digest(datetime(2026, 5, 4, 7, tzinfo=UTC), "US/Gone", None) == datetime(
        2026, 5, 4, 8, tzinfo=UTC
    )


def test_what_comes_weekly_waits_for_monday(
    app: Flask, make: Make, cast: Cast, door: Callable[..., Door], outbox: Outbox
) -> None:
    choose(door, cast.other, "weekly")
    question = make.introduction(cast.organisation, cast.other_organisation, cast.member)
    make.notification(cast.other, "introduction.asked", question.id, cast.other_organisation)
    came_at(app, datetime(2026, 5, 5, 12, tzinfo=UTC))
    mailed = [
        moment
        for day in range(1, 14)
        if outbox.at(moment := datetime(2026, 5, 5, 8, 5, tzinfo=UTC) + timedelta(days=day))
    ]
    assert mailed == [datetime(2026, 5, 11, 8, 5, tzinfo=UTC)]


def test_at_night_nobody_is_mailed_and_in_the_morning_it_comes(
    app: Flask, make: Make, cast: Cast, door: Callable[..., Door], outbox: Outbox
) -> None:
    door(cast.other).fill(CHOICES, "main form.form", quiet_from="21", quiet_to="6")
    question = make.introduction(cast.organisation, cast.other_organisation, cast.member)
    make.notification(cast.other, "introduction.asked", question.id, cast.other_organisation)
    night = datetime(2026, 5, 4, 21, 30, tzinfo=UTC)
    came_at(app, night)
    assert outbox.at(night + timedelta(minutes=15)) == []
    assert outbox.at(night + timedelta(hours=8)) == []
    assert len(outbox.at(night + timedelta(hours=9))) == 1


def test_a_mail_without_words_says_only_who_and_where(
    app: Flask, make: Make, cast: Cast, door: Callable[..., Door], outbox: Outbox
) -> None:
    door(cast.other).fill(CHOICES, "main form.form", with_words=None)
    question = make.introduction(
        cast.organisation, cast.other_organisation, cast.member, message="Secret seeds"
    )
    make.notification(cast.other, "introduction.asked", question.id, cast.other_organisation)
    [mail] = outbox.after(minutes=11)
    assert "Il Filo Verde" in text_of(mail) and "Secret seeds" not in mail.as_string()


@pytest.mark.parametrize(
    ("hour", "quiet_from", "quiet_to", "expected"),
    [
        (23, 22, 7, datetime(2026, 5, 5, 7, tzinfo=UTC)),
        (6, 22, 7, datetime(2026, 5, 4, 7, tzinfo=UTC)),
        (7, 22, 7, None),
        (21, 22, 7, None),
        (13, 12, 14, datetime(2026, 5, 4, 14, tzinfo=UTC)),
        (3, 5, 5, None),
    ],
)
def test_quiet_hours_may_pass_midnight(
    hour: int, quiet_from: int, quiet_to: int, expected: datetime | None
) -> None:
    assert end_of_quiet(datetime(2026, 5, 4, hour, 10, tzinfo=UTC), "UTC", quiet_from, quiet_to) == expected


def test_whoever_moves_west_gets_no_second_digest_for_the_same_day() -> None:
    """Eight o'clock of Tuesday in Auckland is Monday in Honolulu; Tuesday's is still to come there, but was sent."""
    sent = datetime(2026, 5, 4, 20, tzinfo=UTC)
    tuesday = sent.astimezone(ZoneInfo("Pacific/Auckland")).date()
    due = next_digest(sent, "Pacific/Honolulu", tuesday).astimezone(ZoneInfo("Pacific/Honolulu"))
    assert (due.date() - tuesday).days == 1 and due.hour == 8
