"""One person with several organisations asks no more than a person with one."""

from __future__ import annotations

import threading
from collections.abc import Callable

from flask import Flask

from app.core.database import db
from app.core.errors import AppError
from app.core.transactions import write_transaction
from app.features.introductions.models import MOST_OPEN, FacilitatorTask, Introduction, IntroductionState
from app.features.introductions.services import introductions
from app.features.organisations.models import Organisation
from tests.features.introductions.introducing import all_of, place_of
from tests.features.introductions.test_states import actor_of
from tests.support.app import both_databases
from tests.support.door import Door, Seen
from tests.support.factories import Cast, Make

Enter = Callable[..., Door]


def _act_for(browser: Door, organisation: Organisation) -> None:
    assert browser.post("/en/organisations/acting", {"organisation": organisation.slug}).status == 303


def _ask(browser: Door, other: Organisation) -> Seen:
    return browser.post(place_of(other), {"message": "Shall we meet?", "lang": "en"})


@both_databases
def test_twelve_organisations_of_one_person_ask_one_target_once(
    app: Flask, cast: Cast, make: Make, door: Enter
) -> None:
    mine = [make.organisation(f"Mine {number}", editor=cast.newcomer) for number in range(12)]
    browser, answers = door(cast.newcomer), []
    for each in mine:
        _act_for(browser, each)
        answers.append(_ask(browser, cast.organisation))
    assert [each.status for each in answers] == [303] + [409] * 11
    assert "for another organisation of yours" in answers[1].text
    assert "Shall we meet?" in answers[1].html, "what was typed is kept"
    assert len(all_of(app, Introduction)) == 1


def test_decline_rests_for_every_organisation_of_the_person(cast: Cast, make: Make, door: Enter) -> None:
    first, second = (make.organisation(name, editor=cast.newcomer) for name in ("Mine", "Mine too"))
    make.introduction(first, cast.organisation, cast.newcomer, state=IntroductionState.DECLINED)
    browser = door(cast.newcomer)
    _act_for(browser, second)
    seen = _ask(browser, cast.organisation)
    assert seen.status == 409 and "You can ask again from" in seen.text


def test_open_introductions_of_one_person_are_counted_over_her_organisations(
    app: Flask, cast: Cast, make: Make, door: Enter
) -> None:
    first, second = (make.organisation(name, editor=cast.newcomer) for name in ("Mine", "Mine too"))
    for number in range(MOST_OPEN):
        make.introduction(first, make.organisation(f"Other {number}"), cast.newcomer)
    browser = door(cast.newcomer)
    _act_for(browser, second)
    seen = _ask(browser, cast.organisation)
    assert seen.status == 409 and f"You are waiting for {MOST_OPEN} answers already" in seen.text
    assert len(all_of(app, Introduction)) == MOST_OPEN


def test_facilitators_are_asked_about_one_organisation_once_by_one_person(
    app: Flask, cast: Cast, make: Make, door: Enter
) -> None:
    absent = make.organisation("Not here yet", unclaimed=True)
    browser = door(cast.newcomer)
    for name, status in (("Mine", 303), ("Mine too", 409)):
        _act_for(browser, make.organisation(name, editor=cast.newcomer))
        assert _ask(browser, absent).status == status
    assert len(all_of(app, FacilitatorTask)) == 1


def test_asking_and_withdrawing_again_and_again_ends(app: Flask, cast: Cast, door: Enter) -> None:
    browser, statuses = door(cast.member), []
    for _ in range(42):
        statuses.append(_ask(browser, cast.other_organisation).status)
        browser.fill("/en/introductions", "form[action$='/withdraw']") if statuses[-1] == 303 else None
    assert statuses == [303] * 40 + [429] * 2


@both_databases
def test_two_organisations_of_one_person_asking_at_once_ask_once(app: Flask, cast: Cast, make: Make) -> None:
    mine = [make.organisation(name, editor=cast.newcomer) for name in ("Mine", "Mine too")]
    barrier, outcomes = threading.Barrier(2), []

    def ask(own: Organisation) -> None:
        with app.test_request_context("/en/"):
            barrier.wait(10)
            try:
                with write_transaction():
                    introductions.ask(
                        actor_of(cast.newcomer, own), cast.organisation.slug, "Shall we meet?", "en"
                    )
                outcomes.append("asked")
            except AppError as error:
                outcomes.append(error.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=ask, args=(each,)) for each in mine]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["asked", "conflict"]
    assert len(all_of(app, Introduction)) == 1
