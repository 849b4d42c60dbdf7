"""Introductions through the door: asking, answering, asking back, and who is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.features.introductions.models import (
    LONGEST_MESSAGE,
    FacilitatorTask,
    Introduction,
    IntroductionState,
)
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
    first, second = all_of(app, Message)
    assert (first.person_id, first.organisation_id) == (cast.other.id, cast.other_organisation.id)
    assert (second.person_id, second.body) == (cast.member.id, "We were about to write to you.")


@both_databases
def test_the_words_of_asking_and_of_accepting_are_the_first_in_the_room(
    app: Flask, cast: Cast, giulia: Door, marek: Door
) -> None:
    giulia.fill(place_of(cast.other_organisation), ASK, message="Buongiorno!", lang="it")
    seen = marek.fill(PLACE, "form[action$='/accept']", message="Dzień dobry, *chętnie*.", lang="pl")
    assert seen.status == 303
    said = [
        (each.person_id, each.organisation_id, each.lang, each.body, each.event_seq)
        for each in all_of(app, Message)
    ]
    assert said == [
        (cast.member.id, cast.organisation.id, "it", "Buongiorno!", 1),
        (cast.other.id, cast.other_organisation.id, "pl", "Dzień dobry, *chętnie*.", 2),
    ]
    room = giulia.get(seen.location)
    assert "Buongiorno!" in room.text and room.soup.select_one("trama-room em") is not None


def test_accepting_without_words_leaves_those_of_asking_alone(
    app: Flask, make: Make, cast: Cast, marek: Door
) -> None:
    make.introduction(cast.organisation, cast.other_organisation, cast.member)
    marek.fill(PLACE, "form[action$='/accept']")
    assert [each.person_id for each in all_of(app, Message)] == [cast.member.id]


def test_an_answer_that_is_too_long_comes_back_as_it_was_typed(
    app: Flask, make: Make, cast: Cast, marek: Door
) -> None:
    introduction = make.introduction(cast.organisation, cast.other_organisation, cast.member)
    typed = "x" * (LONGEST_MESSAGE + 1)
    seen = marek.post(f"{PLACE}/{introduction.id}/accept", {"message": typed, "lang": "pl"})
    assert seen.status == 422 and typed in seen.text
    assert [each.state for each in all_of(app, Introduction)] == [IntroductionState.ASKED]


@pytest.mark.parametrize(
    ("message", "lang", "sentence"),
    [
        ("   ", "en", "Write a few sentences to them."),
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
    assert len(statements) <= 31, "\n".join(statements)
