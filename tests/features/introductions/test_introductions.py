"""Introductions through the door: asking, answering, asking back, and who is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.core.jobs import Job
from app.features.introductions.models import FacilitatorTask, Introduction, IntroductionState
from app.features.rooms.models import Message
from tests.features.introductions.introducing import ASK, PLACE, all_of, place_of
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Cast, Make


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


@pytest.mark.parametrize(
    ("message", "lang", "sentence"),
    [
        ("   ", "en", "Write something here."),
        ("x" * 1001, "en", "Too long: shorten it. Characters over: 1"),
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
    assert giulia.get(PLACE).text.count("Recommended by a facilitator") == number, (
        "nobody is named who is gone"
    )
    with count_queries() as statements:
        assert giulia.get(PLACE).status == 200
    assert len(statements) <= 28, "\n".join(statements)
