"""What stands in the way of an introduction: who asks, how often, how long ago, and of whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from app.core.clock import now
from app.core.jobs import Job, run_due_jobs
from app.features.introductions.models import MOST_OPEN, Introduction, IntroductionState
from app.features.organisations.models import Organisation, OrganisationState
from app.features.rooms.models import Room
from tests.features.introductions.introducing import ASK, PLACE, all_of, change, place_of
from tests.support.door import Door
from tests.support.factories import Cast, Make


def test_asking_twice_is_refused_and_keeps_what_was_typed(app: Flask, cast: Cast, giulia: Door) -> None:
    """One pending introduction for two organisations; the second message stays in the form."""
    path = place_of(cast.other_organisation)
    giulia.fill(path, ASK, message="First.")
    seen = giulia.post(path, {"message": "Second.", "lang": "en"})
    assert seen.status == 409 and "You have asked already" in seen.text and "Second." in seen.html
    assert len(all_of(app, Introduction)) == 1


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
