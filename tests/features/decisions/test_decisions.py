"""Deciding together: opening, answering, closing by the clock, and counting again without Trama."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.clock import now, standing_at
from app.core.database import db
from app.core.errors import AppError
from app.core.jobs import run_due_jobs
from app.core.transactions import write_transaction
from app.features.accounts.models import Person
from app.features.claims.services.merging import merge
from app.features.decisions import services
from app.features.decisions.models import Ballot, Elector, Method, Proposal, ProposalState
from app.features.organisations.models import Organisation
from app.features.organisations.queries import actor_of
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Cast, Make

THREE = "Bread\nΣπόροι\nŻurek & sól"


@pytest.fixture
def together(make: Make, cast: Cast) -> Any:
    """An initiative of Il Filo Verde in which Zielona Spółdzielnia takes part."""
    initiative = make.initiative(cast.organisation, "Seeds without borders")
    make.partner(initiative, cast.other_organisation, make.roles(initiative)[0])
    return initiative


def open_one(door: Door, initiative: Any, method: str = "yes_no", **more: Any) -> str:
    """Open a decision by its page; returns the address."""
    filled = {
        "title": "Shall we buy a van?",
        "text": "We buy one together.",
        "who": str(initiative.id),
        "quorum": "1/2",
        "days": "7",
        "review_months": "6",
        "lang": "en",
        **({"majority": "simple"} if method == "yes_no" else {}),
        **({"options": THREE} if method not in ("yes_no", "consent") else {}),
        **({"seats": "1"} if method == "stv" else {}),
        **more,
    }
    answer = door.post(f"/en/decisions/new?method={method}", filled)
    assert answer.status == 303, answer.text
    return answer.location


def close(app: Flask, days: int = 8) -> None:
    """Let the time be over, and do what is due then."""
    with app.app_context(), standing_at(now() + timedelta(days=days)):
        run_due_jobs()


def answer(door: Door, address: str, **sent: str) -> Any:
    return door.post(address, {"lang": "en", "reason": "", **sent}, follow=True)


def check(folder: Path, *words: str) -> tuple[int, str]:
    """Run the file that checks, alone in its folder."""
    command = [sys.executable, "-I", "verify.py", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@both_databases
def test_two_organisations_decide_and_anybody_counts_again(
    app: Flask, door: Callable[..., Door], cast: Cast, together: Any, tmp_path: Path
) -> None:
    giulia, marek = door(cast.member), door(cast.other)
    address = open_one(giulia, together)
    assert "1 decision waits for your answer" in marek.get("/en/decisions").text
    assert "Shall we buy a van?" in giulia.get(f"/en/initiatives/{together.slug}").text
    assert "Your answer is kept" in answer(marek, address, answer="no").text
    assert "What we decide together" in marek.get("/en/decisions").text
    answer(marek, address, answer="yes", reason="Dobrze!")
    answer(giulia, address, answer="yes")
    kept = giulia.get("/ledger/checkpoint").html
    assert marek.get(address.replace("/en", "") + "/bundle.json").status == 409
    close(app)
    seen = marek.get(address)
    assert "Adopted: 2 yes, 0 no." in seen.text and "Dobrze!" in seen.text
    late = answer(marek, address, answer="no")
    assert "Your answer was not taken" in late.text and "Adopted: 2 yes, 0 no." in late.text

    (tmp_path / "verify.py").write_text(door().get("/verify.py").html, encoding="utf-8")
    bundle = json.loads(marek.get(address.replace("/en", "") + "/bundle.json").html)
    (tmp_path / "bundle.json").write_text(json.dumps(bundle), encoding="utf-8")
    (tmp_path / "kept.txt").write_text(kept, encoding="utf-8")
    assert check(tmp_path, "bundle.json", "kept.txt") == (
        0,
        "OK: the head of the ledger is signed with the key in this bundle\n"
        "OK: the 2 entries of the ledger follow each other up to that head\n"
        "OK: words, options, rule and electors are those of the opening\n"
        "OK: each of the 2 papers is of another elector\n"
        "OK: counted again, the papers give the same result\n"
        "OK: the ledger contains the head that you kept, of 1 entries\n"
        "OK\n",
    )
    for planted, says in (
        (lambda each: each["papers"][0].update(choices=["no"]), "the papers are not those"),
        (lambda each: each["electors"][0].update(name="Else"), "the electors, their names"),
        (lambda each: each["words"].update(text="We buy two."), "the words or options"),
        (lambda each: each["rule"].update(quorum=[0, 1]), "the rule is not"),
        (lambda each: each["entries"].reverse(), "entry 0 says that it is number 1"),
        (lambda each: each.update(head=kept), "the entries are not those"),
        (lambda each: each.update(head=each["head"].replace("\n2\n", "\n3\n")), "the signature"),
        (lambda each: each.pop("papers"), "the bundle cannot be read"),
    ):
        broken = json.loads(json.dumps(bundle))
        planted(broken)
        (tmp_path / "broken.json").write_text(json.dumps(broken), encoding="utf-8")
        code, printed = check(tmp_path, "broken.json")
        assert code == 1 and f"NOT OK: {says}" in printed, (says, printed)
    assert "proposal.closed" in door().get("/en/ledger").text
    assert "Filo" not in door().get("/en/ledger").text


@pytest.mark.parametrize(
    ("method", "sent", "more", "result"),
    [
        ("consent", {"answer": "agree"}, {}, "Adopted: nobody objects."),
        ("choose", {"choice-o2": "1"}, {}, "Chosen: Σπόροι."),
        ("ranked", {"choice-o2": "1", "choice-o1": "2"}, {}, "Chosen: Σπόροι."),
        ("stv", {"choice-o3": "1"}, {"seats": "2", "options": THREE}, "Chosen: "),
        ("score", {"choice-o1": "10", "choice-o2": "3"}, {}, "Chosen: Bread."),
        ("dots", {"choice-o1": "4", "choice-o3": "6"}, {}, "Chosen: Żurek & sól."),
    ],
)
def test_each_method_ends_with_a_sentence(
    app: Flask,
    door: Callable[..., Door],
    cast: Cast,
    together: Any,
    method: str,
    sent: dict[str, str],
    more: dict[str, str],
    result: str,
) -> None:
    giulia, marek = door(cast.member), door(cast.other)
    address = open_one(giulia, together, method, **more)
    assert "Your answer is kept" in answer(giulia, address, **sent).text
    answer(marek, address, **sent)
    close(app)
    assert result in marek.get(address).text


@pytest.mark.parametrize(
    ("method", "sent", "says"),
    [
        ("yes_no", {"answer": "perhaps"}, "Choose one of the answers."),
        ("yes_no", {}, "Choose one of the answers."),
        ("consent", {"answer": "object"}, "Say why you object"),
        ("ranked", {"choice-o1": "1", "choice-o2": "3"}, "Give each place once"),
        ("stv", {"choice-o1": "1", "choice-o2": "1"}, "Give each place once"),
        ("choose", {"choice-o9": "1"}, "Choose only from what stands on this page."),
        ("score", {"choice-o1": "11"}, "Write a number from 0 to 10."),
        ("score", {"choice-o1": "9" * 400}, "Write whole numbers."),
        ("score", {"choice-o1": "ten"}, "Write whole numbers."),
        ("dots", {"choice-o1": "6", "choice-o2": "5"}, "You gave 11 dots, and you have 10."),
    ],
)
def test_what_cannot_be_counted_is_said_at_the_ballot(
    app: Flask,
    door: Callable[..., Door],
    cast: Cast,
    together: Any,
    method: str,
    sent: dict[str, str],
    says: str,
) -> None:
    giulia = door(cast.member)
    refused = answer(giulia, open_one(giulia, together, method), **sent)
    assert (refused.status, says in refused.text) == (422, True), refused.text
    with app.app_context():
        assert db.session.scalar(select(func.count(Ballot.id))) == 0


@pytest.mark.parametrize(
    ("method", "sent", "says"),
    [
        ("choose", {"options": "Only one"}, "Write from 2 to 30 possibilities"),
        ("choose", {"options": "Bread\nBread"}, "Two of these are the same"),
        ("stv", {"options": THREE, "seats": "3"}, "Write from 4 to 30 possibilities"),
        ("yes_no", {"title": " "}, "Write something here."),
    ],
)
def test_what_cannot_be_opened_is_said_at_its_field(
    door: Callable[..., Door], cast: Cast, together: Any, method: str, sent: dict[str, str], says: str
) -> None:
    filled = {"title": "T", "text": "W", "who": str(together.id), "lang": "en", "quorum": "1/2", "days": "7"}
    more = {"majority": "simple", "review_months": "6", "seats": "1"}
    refused = door(cast.member).post(f"/en/decisions/new?method={method}", {**filled, **more, **sent})
    assert (refused.status, says in refused.text) == (422, True), refused.text


def test_who_takes_no_part_neither_sees_nor_answers(
    make: Make, door: Callable[..., Door], cast: Cast, together: Any
) -> None:
    camille = make.person("Camille")
    make.organisation("Atelier du Lin", country="FR", editor=camille)
    address = open_one(door(cast.member), together)
    assert door(camille).get(address).status == 404
    assert answer(door(camille), address, answer="yes").status == 404
    facilitator = door(cast.facilitator)
    assert facilitator.get(address).status == 200
    assert answer(facilitator, address, answer="yes").status == 403
    assert door(cast.other).post(f"{address}/withdraw").status == 403
    assert door(cast.member).get("/en/decisions/prp_missing").status == 404
    door(cast.member).post(f"{address}/withdraw")
    assert "Withdrawn" in door(cast.other).get(address).text
    assert "This decision was withdrawn." in answer(door(cast.other), address, answer="yes").text


def test_the_whole_cluster_decides_and_nobody_else_opens_it(
    app: Flask, door: Callable[..., Door], cast: Cast, together: Any
) -> None:
    facilitator = door(cast.facilitator)
    filled = {"title": "Fees", "text": "5 euro", "who": "0", "lang": "en", "quorum": "1/1", "days": "3"}
    more = {"majority": "two_thirds", "by_countries": "y", "review_months": "3"}
    assert door(cast.member).post("/en/decisions/new?method=yes_no", {**filled, **more}).status == 422
    address = facilitator.post("/en/decisions/new?method=yes_no", {**filled, **more}).location
    answer(door(cast.member), address, answer="yes")
    close(app)
    assert "1 of 2 answered, and 2 were needed" in door(cast.newcomer).get(address).text


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What acts that begin at the same moment come to; a refusal by its code."""
    barrier, outcomes = threading.Barrier(len(acts)), []

    def run(act: Callable[[], Any]) -> None:
        barrier.wait(20)
        try:
            outcomes.append(act())
        except AppError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


def opened(app: Flask, person: Person, organisation: Organisation, initiative: Any) -> Proposal:
    with app.app_context(), write_transaction():
        actor = actor_of(db.session.get_one(Person, person.id), organisation.id)
        new = services.NewProposal(initiative.id, Method.YES_NO, "Race", "Race", "en")
        proposal = services.open_proposal(actor, new)
        db.session.flush()
        key, number = proposal.key, proposal.id
    return Proposal(id=number, key=key)


def votes(app: Flask, person: Person, organisation: Organisation, key: str, choice: str, at: Any) -> Any:
    def act() -> str:
        with app.test_request_context("/en/"), standing_at(at), write_transaction():
            actor = actor_of(db.session.get_one(Person, person.id), organisation.id)
            services.vote(actor, key, choice, "", "en")
        return "voted"

    return act


@both_databases
def test_two_representatives_at_once_are_one_answer_fifty_times(
    app: Flask, cast: Cast, together: Any
) -> None:
    for _round in range(50):
        proposal = opened(app, cast.member, cast.organisation, together)
        outcomes = at_once(
            *(
                votes(app, person, cast.organisation, proposal.key, choice, now())
                for person, choice in ((cast.member, "yes"), (cast.representative, "no"))
            )
        )
        assert outcomes == ["voted", "voted"]
        with app.app_context():
            own = select(func.count(Ballot.id)).join(Elector, Elector.id == Ballot.elector_id)
            assert db.session.scalar(own.where(Elector.proposal_id == proposal.id)) == 1
        with app.app_context(), standing_at(now() + timedelta(days=8)), write_transaction():
            assert services.close_if_due(proposal.id)


@both_databases
def test_an_answer_while_it_closes_is_counted_or_refused_fifty_times(
    app: Flask, cast: Cast, together: Any
) -> None:
    for _round in range(50):
        proposal = opened(app, cast.member, cast.organisation, together)
        with app.app_context():
            closes_at = db.session.get_one(Proposal, proposal.id).closes_at

        def count_it(number: int = proposal.id, at: Any = closes_at) -> bool:
            with app.app_context(), standing_at(at), write_transaction():
                return services.close_if_due(number)

        just_before = votes(
            app, cast.member, cast.organisation, proposal.key, "yes", closes_at - timedelta(seconds=1)
        )
        outcomes = at_once(just_before, count_it, count_it)
        with app.app_context(), write_transaction():
            found = db.session.get_one(Proposal, proposal.id)
            assert found.state is ProposalState.CLOSED and found.result is not None
            was_taken = "voted" in outcomes
            assert found.result["answered"] == int(was_taken)
            assert [each for each in outcomes if isinstance(each, bool)].count(True) == 1
            assert was_taken or "conflict" in outcomes


def test_an_answer_leaves_the_notices_of_the_others_unread(
    door: Callable[..., Door], cast: Cast, together: Any
) -> None:
    giulia, marek = door(cast.member), door(cast.other)
    address = open_one(giulia, together)
    before = marek.get("/en/notifications/badges").text
    answer(giulia, address, answer="yes")
    assert marek.get("/en/notifications/badges").text == before != ""
    answer(marek, address, answer="yes")
    assert marek.get("/en/notifications/badges").text != before


@both_databases
def test_two_electors_that_are_merged_leave_the_decision_as_it_was(
    app: Flask, door: Callable[..., Door], cast: Cast, together: Any, tmp_path: Path
) -> None:
    giulia, marek = door(cast.member), door(cast.other)
    address = open_one(giulia, together)
    answer(giulia, address, answer="yes")
    answer(marek, address, answer="no")
    with app.app_context(), write_transaction():
        manager = actor_of(db.session.get_one(Person, cast.manager.id))
        merge(manager, cast.organisation.slug, cast.other_organisation.slug, {})
    close(app)
    with app.app_context():
        assert db.session.scalar(select(func.count(Ballot.id))) == 2
    assert "1 yes, 1 no" in giulia.get(address).text
    (tmp_path / "verify.py").write_text(door().get("/verify.py").html, encoding="utf-8")
    bundle = giulia.get(address.replace("/en", "") + "/bundle.json").html
    (tmp_path / "bundle.json").write_text(bundle, encoding="utf-8")
    assert check(tmp_path, "bundle.json")[0] == 0
