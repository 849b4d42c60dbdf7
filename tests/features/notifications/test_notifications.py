"""What concerns somebody finds her: by the bell, the list and her first page; read once, it is read everywhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.core.clock import now
from app.core.database import db
from app.core.jobs import Job, run_due_jobs
from app.core.notices import Notice, notify
from app.core.transactions import write_transaction
from app.features.accounts.services.account_status import forget
from app.features.introductions.models import IntroductionState
from app.features.notifications.models import Notification
from app.features.notifications.services.keeping import keep
from app.features.organisations.models import Membership
from tests.features.introductions.introducing import ASK, PLACE, place_of
from tests.support.app import both_databases
from tests.support.door import Door, Seen
from tests.support.factories import Cast, Make

LIST = "/en/notifications"


@pytest.fixture
def giulia(door: Callable[..., Door], cast: Cast) -> Door:
    """Giulia, of Il Filo Verde."""
    return door(cast.member)


@pytest.fixture
def marek(door: Callable[..., Door], cast: Cast) -> Door:
    """Marek, of Zielona Spółdzielnia."""
    return door(cast.other)


def bell_of(seen: Seen) -> int:
    """How much the bell of a page says is unread."""
    place = seen.soup.select_one("[data-badge=bell]")
    assert place is not None
    return int(str(place["data-count"]))


def rows(app: Flask) -> list[tuple[int, str, bool]]:
    """For whom there is what, and whether it is read."""
    with app.app_context():
        return [
            (each.person_id, each.kind, each.read_at is not None)
            for each in db.session.scalars(select(Notification).order_by(Notification.id))
        ]


def late(app: Flask) -> None:
    """Have the jobs done that wait for a moment yet."""
    with app.app_context():
        with write_transaction():
            db.session.execute(
                update(Job).where(Job.kind == "room.notify").values(run_after=now() - timedelta(seconds=1))
            )
        while run_due_jobs():
            pass


@both_databases
def test_a_yes_finds_the_one_who_asked_and_her_first_page_leads_to_the_room(
    app: Flask, cast: Cast, giulia: Door, marek: Door
) -> None:
    giulia.fill(place_of(cast.other_organisation), ASK, message="Buongiorno!", lang="it")
    assert (bell_of(marek.get("/en/")), bell_of(giulia.get("/en/"))) == (1, 0)
    assert "Il Filo Verde would like to meet you" in marek.get(LIST).text
    marek.fill(PLACE, "form[action$='/accept']", message="Gladly, Giulia.", lang="en")
    assert bell_of(marek.get("/en/")) == 0
    home = giulia.get("/en/")
    assert bell_of(home) == 1
    heading = home.soup.select_one("h1")
    assert heading is not None
    assert heading.get_text() == "Zielona Spółdzielnia would like to meet you too"
    assert "Gladly, Giulia." in home.text and "Marek Wójcik" in home.text
    seen = giulia.fill("/en/", "main form[action$='/open']")
    assert seen.status == 303 and "/en/rooms/" in seen.location
    room = giulia.get(seen.location)
    assert "Buongiorno!" in room.text and "Gladly, Giulia." in room.text
    assert bell_of(giulia.get("/en/")) == 0


@both_databases
def test_what_comes_again_is_unread_again_and_not_there_twice(app: Flask, cast: Cast) -> None:
    notice = Notice("introduction.asked", (cast.member.id, cast.other.id), 7, None)
    for _ in range(2):
        with app.app_context(), write_transaction():
            keep(notice)
    assert rows(app) == [
        (cast.member.id, "introduction.asked", False),
        (cast.other.id, "introduction.asked", False),
    ]
    with app.app_context(), write_transaction():
        db.session.execute(update(Notification).values(read_at=now()))
        keep(notice)
    assert [read for *_, read in rows(app)] == [False, False]


@both_databases
def test_many_people_are_told_by_few_statements(
    app: Flask, make: Make, cast: Cast, count_queries: Callable[[], Any]
) -> None:
    people = [make.person(f"Person {number}").id for number in range(30)]
    with app.app_context(), write_transaction():
        with count_queries() as counted:
            keep(Notice("introduction.asked", tuple(people), 7, None))
        assert len(counted) == 2, "what is told, and who has a device that is told at once"
    assert len(rows(app)) == 30


def test_a_no_is_said_and_an_answered_question_calls_nobody_any_more(
    app: Flask, cast: Cast, giulia: Door, marek: Door, make: Make
) -> None:
    colleague = make.person("Ewa Nowak")
    make.member(colleague, cast.other_organisation)
    giulia.fill(place_of(cast.other_organisation), ASK, message="Buongiorno!", lang="it")
    assert len(rows(app)) == 2
    marek.fill(PLACE, "form[action$='/decline']")
    said = [kind for person, kind, read in rows(app) if not read]
    assert said == ["introduction.declined", "introduction.declined"]
    assert "Zielona Spółdzielnia cannot meet you now" in giulia.get(LIST).text


def test_a_withdrawn_wish_is_in_nobodys_list(app: Flask, cast: Cast, giulia: Door, marek: Door) -> None:
    giulia.fill(place_of(cast.other_organisation), ASK, message="Buongiorno!", lang="it")
    giulia.fill(PLACE, "form[action$='/withdraw']")
    seen = marek.get(LIST)
    assert "would like to meet" not in seen.text and bell_of(seen) == 0


@both_databases
def test_a_message_that_nobody_reads_becomes_one_notice_and_reading_the_room_ends_it(
    app: Flask, make: Make, cast: Cast, giulia: Door, marek: Door
) -> None:
    introduction = make.introduction(
        cast.organisation, cast.other_organisation, cast.member, IntroductionState.ACCEPTED
    )
    room = make.room(introduction)
    path = f"/en/rooms/{room.id}"
    for words in ("First", "Second"):
        marek.fill(path, "form.composer", body=words)
    assert rows(app) == []
    late(app)
    assert [row for row in rows(app) if row[0] == cast.other.id] == []
    mine = [row for row in rows(app) if row[0] == cast.member.id]
    assert mine == [(cast.member.id, "room.unread", False)]
    home = giulia.get("/en/")
    assert "Marek Wójcik wrote to you" in home.text and "messages wait for you" not in home.text
    giulia.post(f"{path}/read", {"seq": "2"})
    assert bell_of(giulia.get("/en/")) == 0
    marek.fill(path, "form.composer", body="Third")
    late(app)
    assert [row for row in rows(app) if row[0] == cast.member.id] == mine
    assert giulia.fill(LIST, "main form[action$='/open']").location == f"{path}#message-3"


def test_who_reads_at_once_gets_no_notice(
    app: Flask, make: Make, cast: Cast, giulia: Door, marek: Door
) -> None:
    introduction = make.introduction(
        cast.organisation, cast.other_organisation, cast.member, IntroductionState.ACCEPTED
    )
    path = f"/en/rooms/{make.room(introduction).id}"
    marek.fill(path, "form.composer", body="Hello")
    giulia.post(f"{path}/read", {"seq": "1"})
    late(app)
    assert [row for row in rows(app) if row[0] == cast.member.id] == []


def test_an_answer_is_said_as_an_answer_and_a_removed_one_not_at_all(
    app: Flask, make: Make, cast: Cast, giulia: Door, marek: Door
) -> None:
    introduction = make.introduction(
        cast.organisation, cast.other_organisation, cast.member, IntroductionState.ACCEPTED
    )
    room = make.room(introduction)
    path = f"/en/rooms/{room.id}"
    giulia.fill(path, "form.composer", body="When?")
    marek.post(path, {"body": "On *Monday*", "lang": "en", "reply_to": "1", "cid": "c" * 20})
    late(app)
    seen = giulia.get(LIST)
    assert "Marek Wójcik answered you" in seen.text and "On Monday" in seen.text
    marek.post(f"{path}/messages/2/remove", {"cid": "r" * 20})
    assert "answered you" not in giulia.get(LIST).text


def test_applications_and_offers_find_both_sides(
    app: Flask, make: Make, cast: Cast, giulia: Door, marek: Door
) -> None:
    initiative = make.initiative(cast.organisation, "Seeds across borders")
    role = make.roles(initiative)[0]
    marek.post(
        f"/en/initiatives/{initiative.slug}/roles/{role.id}/apply", {"message": "We would.", "lang": "en"}
    )
    text = giulia.get(LIST).text
    assert "Zielona Spółdzielnia applies to Seeds across borders" in text and "We would." in text
    with app.app_context():
        [application] = [
            row for row in rows(app) if row[1] == "application.sent" and row[0] == cast.member.id
        ]
    assert application == (cast.member.id, "application.sent", False)


def test_a_notice_of_another_organisation_of_hers_opens_for_that_one(
    app: Flask, make: Make, cast: Cast, giulia: Door, marek: Door
) -> None:
    second = make.organisation("Semina", country="IT")
    make.member(cast.member, second)
    marek.fill(place_of(second), ASK, message="Hello Semina")
    seen = giulia.get(LIST)
    assert "Semina" in seen.text
    assert giulia.fill(LIST, "form[action$='/open']").location == PLACE
    assert "Hello Semina" in giulia.get(PLACE).text
    assert giulia.acting_as() == f"{cast.member.id}:{second.id}"


def test_who_left_the_organisation_is_not_called_for_it(
    app: Flask, cast: Cast, door: Callable[..., Door], marek: Door, make: Make
) -> None:
    marek.fill(place_of(cast.organisation), ASK, message="Hello")
    piero = door(cast.representative)
    assert bell_of(piero.get("/en/")) == 1
    with app.app_context(), write_transaction():
        db.session.delete(
            db.session.scalars(select(Membership).where(Membership.person_id == cast.representative.id)).one()
        )
    seen = piero.get(LIST)
    assert bell_of(seen) == 0 and "would like to meet" not in seen.text


def test_all_is_marked_read_at_once(cast: Cast, giulia: Door, marek: Door) -> None:
    giulia.fill(place_of(cast.other_organisation), ASK, message="Hello")
    seen = marek.fill(LIST, "form[action$='/read']", follow=True)
    assert bell_of(seen) == 0 and "You have seen everything" in seen.text
    assert "Il Filo Verde would like to meet you" in seen.text


def test_a_list_is_read_page_by_page(app: Flask, make: Make, cast: Cast, giulia: Door) -> None:
    for number in range(30):
        other = make.organisation(f"Nr {number}", country="FR")
        asked = make.introduction(other, cast.organisation, cast.other)
        make.notification(cast.member, "introduction.asked", asked.id, cast.organisation)
    first = giulia.get(LIST)
    assert len(first.soup.select(".notification")) == 24
    following = first.soup.select_one("a[rel=next]")
    assert following is not None
    assert len(giulia.get(str(following["href"])).soup.select(".notification")) == 6


def test_another_persons_notification_is_not_found(make: Make, cast: Cast, giulia: Door) -> None:
    other = make.notification(cast.other, "introduction.asked", 1, cast.other_organisation)
    assert giulia.post(f"{LIST}/{other.id}/open").status == 404


def test_what_is_gone_says_so(make: Make, cast: Cast, giulia: Door) -> None:
    gone = make.notification(cast.member, "introduction.asked", 987654, cast.organisation)
    seen = giulia.post(f"{LIST}/{gone.id}/open", follow=True)
    assert "It is not there any more." in seen.text and bell_of(seen) == 0


@both_databases
def test_a_forgotten_person_leaves_no_notification(app: Flask, make: Make, cast: Cast) -> None:
    make.notification(cast.newcomer, "introduction.asked", 1)
    with app.app_context(), write_transaction():
        forget(cast.newcomer.email)
    assert rows(app) == []


def test_a_kind_that_nobody_declares_is_refused(app: Flask) -> None:
    with app.app_context(), pytest.raises(LookupError, match="No manifest declares"):
        notify("no.such", [1], 1)


def test_the_list_is_in_the_readers_language(cast: Cast, giulia: Door, marek: Door) -> None:
    giulia.fill(place_of(cast.other_organisation), ASK, message="Hello")
    assert "Il Filo Verde vorrebbe conoscerti" in marek.get("/it/notifications").text
