"""Introductions through the door: asking, answering, asking back, and everything that stands in the way."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.core.clock import now
from app.core.database import db
from app.core.doors.transaction import writing
from app.core.errors import AppError
from app.core.jobs import Job, run_due_jobs
from app.features.organisations.models import Organisation, OrganisationState
from app.features.rooms.models import Message, Room
from app.features.suggestions import services
from app.features.suggestions.models import (
    MOST_OPEN,
    FacilitatorTask,
    Introduction,
    IntroductionState,
    SuggestionFeedback,
)
from app.features.suggestions.services import feedback
from tests.features.suggestions.test_states import actor_of
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Cast, Make

PLACE = "/en/introductions"
ASK = "main form.form"


@pytest.fixture
def giulia(door: Callable[..., Door], cast: Cast) -> Door:
    """Giulia, of Il Filo Verde."""
    return door(cast.member)


@pytest.fixture
def marek(door: Callable[..., Door], cast: Cast) -> Door:
    """Marek, of Zielona Spółdzielnia."""
    return door(cast.other)


def place_of(organisation: Organisation) -> str:
    """Where one asks an organisation."""
    return f"{PLACE}/ask/{organisation.slug}"


def all_of(app: Flask, model: Any) -> list[Any]:
    """All rows of a table."""
    with app.app_context():
        return list(db.session.scalars(select(model).order_by(model.id)))


def change(app: Flask, model: Any, row_id: int, **columns: Any) -> None:
    """Set columns of a row, as time or somebody else would."""
    with app.app_context(), writing():
        db.session.execute(update(model).where(model.id == row_id).values(**columns))


@both_databases
def test_asking_and_accepting_opens_a_room_for_the_two(
    app: Flask, cast: Cast, giulia: Door, marek: Door
) -> None:
    """One asks, the other reads the message in its language, accepts, and stands in the room."""
    seen = giulia.fill(place_of(cast.other_organisation), ASK, True, message="Buongiorno!", lang="it")
    assert "You have asked" in seen.text and "You wait for 1 answer" in seen.text
    seen = marek.get(PLACE)
    assert "1 organisation would like to meet you" in seen.text
    quote = seen.soup.select_one("blockquote")
    assert quote is not None and quote["lang"] == "it" and quote.get_text().strip() == "Buongiorno!"
    seen = marek.fill(PLACE, "form[action$='/accept']")
    assert seen.status == 303 and "/en/rooms/" in seen.location
    assert "Il Filo Verde and Zielona Spółdzielnia" in marek.get(seen.location).text
    assert giulia.get(seen.location).status == 200
    assert "Open your room" in giulia.get(PLACE).text


def test_nobody_else_sees_the_room(make: Make, door: Callable[..., Door], cast: Cast, marek: Door) -> None:
    """Neither the facilitator nor the manager nor a third organisation."""
    make.introduction(cast.organisation, cast.other_organisation, cast.member)
    room = marek.fill(PLACE, "form[action$='/accept']").location
    third = make.person("Terza Persona")
    make.organisation("Terza", editor=third)
    for person in (cast.facilitator, cast.manager, third):
        assert door(person).get(room).status == 404


def test_both_sides_get_mails_in_their_language(app: Flask, make: Make, door: Callable[..., Door]) -> None:
    """The editors of the other side, not the representatives, not those without a verified address."""
    one, other = make.person("Anna Uno"), make.person("Bea Due")
    unverified = make.person("Carla Tre", verified=False)
    asking, asked = make.organisation("Uno", editor=one), make.organisation("Due", country="FR", editor=other)
    make.member(unverified, asked)
    door(one).fill(place_of(asked), ASK, message="Parliamone.", lang="it")
    mails = [job.payload for job in all_of(app, Job) if job.kind == "mail"]
    assert [mail["address"] for mail in mails] == [other.email]
    assert mails[0]["subject"] == "Uno would like to meet you"
    assert "Parliamone." in mails[0]["body"] and "Italian" in mails[0]["body"]
    assert "/en/introductions" in mails[0]["body"]
    door(other).fill(PLACE, "form[action$='/decline']")
    last = [job.payload for job in all_of(app, Job) if job.kind == "mail"][-1]
    assert last["address"] == one.email and last["subject"] == "Due cannot meet you now"
    assert asking.name not in last["subject"]


@both_databases
def test_asking_back_accepts_and_the_message_opens_the_talk(
    app: Flask, make: Make, cast: Cast, giulia: Door
) -> None:
    """Whoever asks the one that asked her stands in the room, and nothing of what she wrote is lost."""
    make.introduction(cast.other_organisation, cast.organisation, cast.other)
    assert "answer them" in giulia.get(place_of(cast.other_organisation)).text
    seen = giulia.fill(place_of(cast.other_organisation), ASK, message="We were about to write to you.")
    assert "/en/rooms/" in seen.location
    assert [each.state for each in all_of(app, Introduction)] == [IntroductionState.ACCEPTED]
    assert [message.body for message in all_of(app, Message)] == ["We were about to write to you."]


@both_databases
def test_both_asking_at_once_is_one_acceptance(app: Flask, cast: Cast) -> None:
    """Two transactions at the same moment: one introduction, accepted once, one room."""
    barrier, outcomes = threading.Barrier(2), []

    def ask(person: Any, own: Organisation, other: Organisation) -> None:
        with app.test_request_context("/en/"):
            barrier.wait(10)
            try:
                with writing():
                    asked = services.ask(actor_of(person, own), other.slug, "Shall we meet?", "en")
                    outcomes.append(asked.introduction.state if asked.introduction else None)
            except AppError as error:
                outcomes.append(error)
            finally:
                db.session.remove()

    sides = (cast.member, cast.organisation), (cast.other, cast.other_organisation)
    threads = [threading.Thread(target=ask, args=(*mine, theirs[1])) for mine, theirs in (sides, sides[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(map(str, outcomes)) == ["accepted", "asked"]
    assert [each.state for each in all_of(app, Introduction)] == [IntroductionState.ACCEPTED]
    assert len(all_of(app, Room)) == 1


@both_databases
def test_accepting_twice_at_once_is_one_room(app: Flask, make: Make, cast: Cast) -> None:
    """Two members of the same side press the button at the same moment."""
    introduction = make.introduction(cast.other_organisation, cast.organisation, cast.other)
    barrier, outcomes = threading.Barrier(2), []

    def accept(person: Any) -> None:
        with app.test_request_context("/en/"):
            barrier.wait(10)
            try:
                with writing():
                    outcomes.append(services.accept(actor_of(person, cast.organisation), introduction.id).id)
            except AppError as error:
                outcomes.append(error.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=accept, args=(each,)) for each in (cast.member, cast.representative)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    rooms = all_of(app, Room)
    assert len(rooms) == 1
    assert sorted(map(str, outcomes)) == sorted([str(rooms[0].id), "conflict"])


def test_asking_twice_is_refused_and_keeps_what_was_typed(app: Flask, cast: Cast, giulia: Door) -> None:
    """One pending introduction for two organisations; the second message stays in the form."""
    path = place_of(cast.other_organisation)
    giulia.fill(path, ASK, message="First.")
    seen = giulia.post(path, {"message": "Second.", "lang": "en"})
    assert seen.status == 409 and "You have asked already" in seen.text and "Second." in seen.html
    assert len(all_of(app, Introduction)) == 1


@pytest.mark.parametrize(
    ("message", "lang", "sentence"),
    [
        ("   ", "en", "Write something here."),
        ("x" * 1001, "en", "At most 1000 characters."),
        ("Hello", "xx", "Not a valid choice"),
    ],
)
def test_a_message_with_a_mistake_is_told_at_its_field(
    app: Flask, cast: Cast, giulia: Door, message: str, lang: str, sentence: str
) -> None:
    """Empty, over-long, in no language of ours: nothing is sent."""
    seen = giulia.post(place_of(cast.other_organisation), {"message": message, "lang": lang})
    assert seen.status == 422 and sentence in seen.text
    assert all_of(app, Introduction) == []


def test_a_decline_is_followed_by_ninety_days_of_rest(
    app: Flask, make: Make, cast: Cast, giulia: Door, marek: Door
) -> None:
    """After the rest one can ask again."""
    introduction = make.introduction(cast.organisation, cast.other_organisation, cast.member)
    assert marek.fill(PLACE, "form[action$='/decline']").status == 303
    path = place_of(cast.other_organisation)
    assert "You can ask again from" in giulia.get(path).text
    seen = giulia.post(path, {"message": "Please.", "lang": "en"})
    assert seen.status == 409 and "You can ask again from" in seen.text
    change(app, Introduction, introduction.id, answered_at=now() - timedelta(days=91))
    assert giulia.fill(path, ASK, message="Again?").status == 303
    assert len(all_of(app, Introduction)) == 2


def test_what_was_withdrawn_or_expired_can_be_asked_again(
    app: Flask, make: Make, cast: Cast, giulia: Door
) -> None:
    """Neither leaves a rest behind; one that only waits too long is closed on the way."""
    stale = make.introduction(cast.organisation, cast.other_organisation, cast.member)
    change(app, Introduction, stale.id, expires_at=now() - timedelta(days=1))
    assert giulia.fill(place_of(cast.other_organisation), ASK, message="Again?").status == 303
    giulia.fill(PLACE, "form[action$='/withdraw']")
    assert giulia.fill(place_of(cast.other_organisation), ASK, message="And again?").status == 303
    assert [each.state.value for each in all_of(app, Introduction)] == ["expired", "withdrawn", "asked"]


def test_an_introduction_expires_by_its_job_and_when_it_is_read(
    app: Flask, cast: Cast, giulia: Door, marek: Door
) -> None:
    """Thirty days after asking; also where the job has not run yet, nobody can answer any more."""
    giulia.fill(place_of(cast.other_organisation), ASK, message="Hello.")
    row = all_of(app, Introduction)[0]
    job = next(each for each in all_of(app, Job) if each.kind == "introduction.expire")
    assert job.run_after == row.expires_at and 29 < (row.expires_at - now()).days + 1 <= 30
    change(app, Introduction, row.id, expires_at=now() - timedelta(minutes=1))
    assert "expired without an answer" in giulia.get(PLACE).text
    assert "Accept" not in marek.get(PLACE).text
    seen = marek.post(f"{PLACE}/{row.id}/accept", follow=True)
    assert "expired without an answer" in seen.text and all_of(app, Room) == []
    change(app, Job, job.id, run_after=now() - timedelta(minutes=1))
    with app.app_context():
        run_due_jobs()
    assert all_of(app, Introduction)[0].state is IntroductionState.EXPIRED


def test_at_most_ten_answers_are_waited_for(app: Flask, make: Make, cast: Cast, giulia: Door) -> None:
    """The eleventh is refused, with what to do about it."""
    for number in range(MOST_OPEN):
        make.introduction(cast.organisation, make.organisation(f"Nr {number}", country="FR"), cast.member)
    path = place_of(cast.other_organisation)
    assert "You wait for ten answers already" in giulia.get(path).text
    seen = giulia.post(path, {"message": "One more.", "lang": "en"})
    assert seen.status == 409 and "10 answers already" in seen.text
    assert len(all_of(app, Introduction)) == MOST_OPEN


def test_a_paused_organisation_says_so(app: Flask, cast: Cast, giulia: Door) -> None:
    """Until the day it named; its page and a forced request say the same."""
    change(app, Organisation, cast.other_organisation.id, paused_until=now() + timedelta(days=20))
    path = place_of(cast.other_organisation)
    assert "not taking partners until" in giulia.get(path).text
    seen = giulia.post(path, {"message": "Hello.", "lang": "en"})
    assert seen.status == 409 and "not taking partners until" in seen.text


def test_only_the_right_people_ask_and_answer(
    app: Flask, make: Make, door: Callable[..., Door], cast: Cast, giulia: Door, marek: Door
) -> None:
    """The asking side cannot answer itself, the other cannot withdraw, outsiders find nothing."""
    row = make.introduction(cast.organisation, cast.other_organisation, cast.member)
    assert giulia.post(f"{PLACE}/{row.id}/accept").status == 403
    assert marek.post(f"{PLACE}/{row.id}/withdraw").status == 403
    for person in (cast.newcomer, cast.facilitator, cast.manager):
        assert door(person).post(f"{PLACE}/{row.id}/accept").status in (403, 404)
        assert door(person).get(place_of(cast.other_organisation)).status == 403
    assert giulia.get(place_of(cast.organisation)).status == 403
    assert giulia.get(f"{PLACE}/ask/no-such-place").status == 404
    assert door().get(PLACE).status == 303
    change(app, Organisation, cast.other_organisation.id, state=OrganisationState.SUSPENDED)
    assert marek.post(f"{PLACE}/{row.id}/accept").status == 403
    assert giulia.get(place_of(cast.other_organisation)).status == 404
    assert all_of(app, Introduction)[0].state is IntroductionState.ASKED


def test_nothing_waits_for_or_from_a_suspended_organisation(
    app: Flask, make: Make, door: Callable[..., Door], cast: Cast, giulia: Door
) -> None:
    """It stands in no list, is counted nowhere, and a yes to it that was pressed too late is told why; then all is back."""
    asking, asked, met, advised = (
        make.organisation(name, country="BE") for name in ("Asking", "Asked", "Met", "Advised")
    )
    row = make.introduction(asking, cast.organisation, cast.other)
    make.introduction(cast.organisation, asked, cast.member)
    make.introduction(cast.organisation, met, cast.member, IntroductionState.ACCEPTED)
    make.recommendation(cast.organisation, advised)
    before = giulia.get(PLACE).text
    assert all(each.name in before for each in (asking, asked, met, advised))
    for each in (asking, asked, met, advised):
        change(app, Organisation, each.id, state=OrganisationState.SUSPENDED)
    for path in (PLACE, "/en/"):
        text = giulia.get(path).text
        assert not [each.name for each in (asking, asked, met, advised) if f"{each.name} Cooperative" in text]
        assert "would like to meet you" not in text and "you should meet" not in text
    seen = giulia.post(f"{PLACE}/{row.id}/accept", follow=True)
    assert "Asking is not in the cluster at the moment" in seen.text
    seen = giulia.post(place_of(advised), {"message": "We would like to cook with you.", "lang": "en"})
    assert seen.status == 404 and "We would like to cook with you." in seen.html
    for each in (asking, asked, met, advised):
        change(app, Organisation, each.id, state=OrganisationState.ADMITTED)
    assert giulia.post(f"{PLACE}/{row.id}/accept").location.startswith("/en/rooms/")


@both_databases
def test_a_double_press_of_not_now_is_one_wish(
    app: Flask, make: Make, cast: Cast, door: Callable[..., Door], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two requests, each before the other has written: both lead back to the list, none with a problem."""
    other, meeting = make.organisation("Forno", country="FR"), threading.Barrier(2)
    outcomes = []

    def before_writing() -> datetime:
        with suppress(threading.BrokenBarrierError):
            meeting.wait(0.4)
        return now()

    def press(one: Door) -> None:
        one.post(f"/en/suggestions/{other.slug}/not-now", {"reason": "not_now"})
        outcomes.append(one.get("/en/suggestions").text)

    monkeypatch.setattr(feedback, "now", before_writing)
    threads = [
        threading.Thread(target=press, args=(door(each),)) for each in (cast.member, cast.representative)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(outcomes) == 2 and not any("Somebody was faster" in text for text in outcomes)
    assert len(all_of(app, SuggestionFeedback)) == 1


def test_a_representative_asks_too(door: Callable[..., Door], cast: Cast) -> None:
    """She acts for the organisation as an editor does."""
    seen = door(cast.representative).fill(place_of(cast.other_organisation), ASK, message="Hello.")
    assert seen.status == 303


def test_asking_one_not_here_yet_is_a_task_for_the_facilitators(
    app: Flask, make: Make, door: Callable[..., Door], cast: Cast, giulia: Door
) -> None:
    """She is told so before and after; a facilitator reads it, marks it as done, and can take that back."""
    absent = make.organisation("Absent", country="FR", unclaimed=True)
    assert "goes to the facilitators" in giulia.get(place_of(absent)).text
    seen = giulia.fill(place_of(absent), ASK, follow=True, message="Ci siete?", lang="it")
    assert "The facilitators look for somebody at Absent" in seen.text
    assert all_of(app, Introduction) == [] and len(all_of(app, FacilitatorTask)) == 1
    again = giulia.post(place_of(absent), {"message": "And now?", "lang": "en"})
    assert again.status == 409 and "the facilitators are looking" in again.text
    ioana = door(cast.facilitator)
    assert "1 task for the facilitators" in ioana.get(PLACE).text
    seen = ioana.get(f"{PLACE}/tasks")
    assert "Il Filo Verde would like to meet Absent" in seen.text and "Ci siete?" in seen.text
    seen = ioana.fill(f"{PLACE}/tasks", "form[action$='/done']", follow=True)
    assert "Nothing waits for the facilitators" in seen.text
    seen = ioana.fill(f"{PLACE}/tasks", "form[action$='/reopen']", follow=True)
    assert "1 organisation waits for your help" in seen.text
    assert giulia.get(f"{PLACE}/tasks").status == 403


def test_the_organisations_page_shows_the_next_step(
    make: Make, door: Callable[..., Door], cast: Cast, giulia: Door, marek: Door
) -> None:
    """From asking to the room, each side finds the one thing to do; a visitor is invited."""
    theirs, ours = (f"/en/organisations/{each.slug}" for each in (cast.other_organisation, cast.organisation))
    assert giulia.get(theirs).soup.select_one(f"a[href='{place_of(cast.other_organisation)}']")
    make.introduction(cast.organisation, cast.other_organisation, cast.member, message="Shall we?")
    assert "Take it back" in giulia.get(theirs).text
    seen = marek.get(ours)
    assert "Shall we?" in seen.text and "Accept" in seen.text
    marek.fill(ours, "form[action$='/accept']")
    assert "Open your room" in giulia.get(theirs).text
    assert "Join, and ask them" in door().get(theirs).text
    assert "Organisations meet organisations" in door(cast.newcomer).get(theirs).text


@pytest.mark.parametrize("number", [1, 12])
def test_the_number_of_queries_does_not_grow(
    make: Make, cast: Cast, giulia: Door, count_queries: Callable[[], Any], number: int
) -> None:
    """Twelve introductions and twelve that are recommended, with reasons, ask the database nothing more than one each."""
    for at in range(number):
        make.introduction(make.organisation(f"Nr {at}", country="FR"), cast.organisation, cast.other)
        make.recommendation(cast.organisation, make.organisation(f"Nr {at + 100}", country="FR"))
    giulia.get(PLACE)
    with count_queries() as statements:
        assert giulia.get(PLACE).status == 200
    assert len(statements) <= 28, "\n".join(statements)
