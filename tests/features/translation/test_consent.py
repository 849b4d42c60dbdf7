"""In the room of an introduction nothing is translated unless both organisations allow it."""

from __future__ import annotations

import pytest

from app.features.introductions.models import IntroductionState
from app.features.rooms.models import Room
from tests.features.translation.conftest import Enter, Kept, address, translate
from tests.support.app import both_databases
from tests.support.factories import Cast, Make
from tests.support.translator import Translator


@pytest.fixture
def meeting(make: Make, cast: Cast) -> Room:
    """The room of an accepted introduction."""
    return make.room(
        make.introduction(cast.organisation, cast.other_organisation, cast.member, IntroductionState.ACCEPTED)
    )


@both_databases
def test_words_of_an_introduction_wait_for_both_and_go_when_one_takes_it_back(
    meeting: Room, cast: Cast, make: Make, door: Enter, translator: Translator, kept: Kept
) -> None:
    seq = make.message(meeting, cast.member, cast.organisation)
    one, other, path = door(cast.member), door(cast.other), address(meeting, seq)
    page, consent = f"/it/rooms/{meeting.id}", f"/it/translations/rooms/{meeting.id}/consent"

    def is_offered() -> bool:
        at_message = "Traduci in italiano" in other.get(f"{page}/messages/{seq}").text
        assert at_message == ("data-translates" in other.get(page).html)
        return at_message

    assert translate(other, path).status == 403
    assert not is_offered()
    assert one.fill(page, f"form[action='{consent}']").location == page
    assert f"{cast.organisation.name} lo permette." in other.get(page).text
    assert translate(other, path).status == 403, "one of both is not enough"
    assert not is_offered()
    for facilitator in (cast.facilitator, cast.manager):
        assert door(facilitator).post(consent).status in (403, 404)
        assert translate(door(facilitator), path).status == 404
    assert translator.asked == []
    other.post(consent)
    other.post(consent)
    assert is_offered()
    assert "HELLO" in translate(other, path).text
    one.post(consent, {"off": "1"})
    assert kept() == []
    assert translate(other, path).status == 403
    assert other.get(f"{path}/correct").status == 404
    assert len(translator.asked) == 1


def test_the_room_of_an_initiative_needs_no_consent(room: Room, cast: Cast, door: Enter) -> None:
    assert "/consent" not in door(cast.member).get(f"/en/rooms/{room.id}").html
    assert door(cast.member).post(f"/en/translations/rooms/{room.id}/consent").status == 403
