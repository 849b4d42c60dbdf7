"""An invitation is for the address that it went to, and nobody loses her place without a word."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.core.actors import Actor
from app.core.clock import now
from app.core.database import db
from app.core.errors import AppError
from app.core.jobs import Job
from app.core.transactions import write_transaction
from app.features.accounts.models import Person
from app.features.organisations.models import (
    Invitation,
    InvitationState,
    Membership,
    MembershipRequest,
    MembershipRole,
    RequestState,
)
from app.features.organisations.services import requests
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Cast, Make

Enter = Callable[..., Door]


@pytest.fixture
def base(cast: Cast) -> str:
    """Where the cast's first organisation is."""
    return f"/en/organisations/{cast.organisation.slug}"


def _mails(app: Flask, address: str) -> list[dict[str, str]]:
    with app.app_context():
        payloads = db.session.scalars(select(Job.payload).where(Job.kind == "mail").order_by(Job.id))
        return [each for each in payloads if each["address"] == address]


def _invite(app: Flask, editor: Door, base: str, email: str, role: str = "editor") -> str:
    """Invite an address and return the link in its mail."""
    assert editor.fill(f"{base}/members", "main section.sheet form", email=email, role=role).status == 303
    found = re.search(r"https?://[^/\s]+(/\S+invitations/\S+)", _mails(app, email)[-1]["body"])
    assert found
    return found.group(1)


def _roles(app: Flask, cast: Cast) -> dict[int, str]:
    with app.app_context():
        rows = db.session.execute(
            select(Membership.person_id, Membership.role).where(
                Membership.organisation_id == cast.organisation.id
            )
        )
        return {row.person_id: row.role.value for row in rows}


def _age(app: Flask, person: Person, hours: int) -> None:
    """Let a person have had her role for so long."""
    with app.app_context(), write_transaction():
        since = now() - timedelta(hours=hours)
        db.session.execute(
            update(Membership).where(Membership.person_id == person.id).values(role_since=since)
        )


@both_databases
@pytest.mark.parametrize("verified", [True, False])
def test_another_account_cannot_accept_and_reads_for_whom_it_is(
    app: Flask, cast: Cast, make: Make, door: Enter, base: str, verified: bool
) -> None:
    link = _invite(app, door(cast.member), base, "invited@example.org")
    stranger = make.person("Strange R", verified=verified)
    browser = door(stranger)
    seen = browser.get(link)
    assert "This invitation is for invited@example.org." in seen.text and stranger.email in seen.text
    assert "Accept the invitation" not in seen.text
    assert "is for another address" in browser.post(link, follow=True).text
    assert stranger.id not in _roles(app, cast)
    with app.app_context():
        assert db.session.scalars(select(Invitation.state)).one() is InvitationState.SENT


def test_invited_address_must_be_verified_first(
    app: Flask, cast: Cast, make: Make, door: Enter, base: str
) -> None:
    nora = make.person("Nora", verified=False, email="invited@example.org")
    link = _invite(app, door(cast.member), base, nora.email)
    browser = door(nora)
    assert "Verify your address" in browser.get(link).text
    assert "Verify your address first" in browser.post(link, follow=True).text
    assert nora.id not in _roles(app, cast)
    with app.app_context(), write_transaction():
        db.session.get_one(Person, nora.id).verified_at = now()
    assert browser.fill(link).status == 303
    assert _roles(app, cast)[nora.id] == "editor"


def test_inviter_and_accepted_person_both_get_a_mail(app: Flask, cast: Cast, door: Enter, base: str) -> None:
    link = _invite(app, door(cast.member), base, cast.newcomer.email)
    door(cast.newcomer).fill(link)
    [told] = _mails(app, cast.member.email)
    assert "Nora Newcomer" in told["subject"] and cast.newcomer.email in told["body"]
    assert "Editor" in told["body"]
    assert "Welcome. You act for Il Filo Verde" in _mails(app, cast.newcomer.email)[-1]["body"]


@both_databases
def test_inviter_confirms_another_address(app: Flask, cast: Cast, door: Enter, base: str) -> None:
    giulia = door(cast.member)
    link = _invite(app, giulia, base, "invited@example.org")
    browser = door(cast.newcomer)
    assert browser.fill(link, "form[action$='/ask']").status == 303
    assert "You have asked already." in browser.get(link).text
    body = _mails(app, cast.member.email)[-1]["body"]
    assert cast.newcomer.email in body and "invited@example.org" in body
    seen = giulia.get(f"{base}/members")
    assert "Nora Newcomer" in seen.text and "Came with the invitation to invited@example.org" in seen.text
    assert giulia.fill(f"{base}/members", "form[action$='/let-in']").status == 303
    assert _roles(app, cast)[cast.newcomer.id] == "editor"
    assert browser.get(link).status == 404, "the invitation is used up"


def test_refused_request_is_told_and_rests(app: Flask, cast: Cast, door: Enter, base: str) -> None:
    giulia, browser = door(cast.member), door(cast.newcomer)
    link = _invite(app, giulia, base, "invited@example.org")
    browser.fill(link, "form[action$='/ask']")
    assert giulia.fill(f"{base}/members", "form[action$='/refuse']").status == 303
    assert "said no" in _mails(app, cast.newcomer.email)[-1]["body"]
    assert cast.newcomer.id not in _roles(app, cast)
    assert "You can ask again from" in browser.post(f"{link}/ask", follow=True).text


def test_unverified_account_cannot_ask_the_inviter(
    app: Flask, cast: Cast, make: Make, door: Enter, base: str
) -> None:
    link = _invite(app, door(cast.member), base, "invited@example.org")
    seen = door(make.person("Strange R", verified=False)).post(f"{link}/ask", follow=True)
    assert "Verify your address first" in seen.text
    assert _mails(app, cast.member.email) == []


@both_databases
def test_newcomer_cannot_remove_demote_or_undo_those_before_her_within_a_day(
    app: Flask, cast: Cast, door: Enter, base: str
) -> None:
    giulia = door(cast.member)
    _invite(app, giulia, base, "later@example.org")
    door(cast.newcomer).fill(_invite(app, giulia, base, cast.newcomer.email))
    _age(app, cast.member, 100)
    nora, before = door(cast.newcomer), _roles(app, cast)
    hers = f"{base}/members/{cast.member.id}"
    with app.app_context():
        number = db.session.scalars(
            select(Invitation.id).where(Invitation.email == "later@example.org")
        ).one()
    for path, data in (
        (f"{hers}/remove", {}),
        (f"{hers}/role", {"role": "representative"}),
        (f"{base}/members/{cast.representative.id}/remove", {}),
        (f"{base}/invitations/{number}/withdraw", {}),
    ):
        assert "You became an editor less than a day ago." in nora.post(path, data, follow=True).text
    assert _roles(app, cast) == before
    _age(app, cast.newcomer, 25)
    assert nora.post(f"{hers}/remove").status == 303
    assert cast.member.id not in _roles(app, cast)
    [*_, told] = _mails(app, cast.member.email)
    assert "Nora Newcomer" in told["body"] and "not act for Il Filo Verde any more" in told["body"]


def test_one_address_gets_at_most_five_invitations_of_one_person_a_day(
    app: Flask, cast: Cast, make: Make, door: Enter, base: str
) -> None:
    second = make.organisation("Mine too", editor=cast.member)
    giulia, data = door(cast.member), {"email": "target@example.org", "role": "editor"}
    statuses = [giulia.post(f"{base}/members", data).status for _ in range(4)]
    giulia.post("/en/organisations/acting", {"organisation": second.slug})
    statuses += [giulia.post(f"/en/organisations/{second.slug}/members", data).status for _ in range(2)]
    assert statuses == [303] * 5 + [429]
    assert len(_mails(app, "target@example.org")) == 5


def test_promotion_starts_the_day_again(app: Flask, cast: Cast, make: Make, door: Enter, base: str) -> None:
    for person in (cast.member, cast.representative):
        _age(app, person, 1000)
    door(cast.member).post(f"{base}/members/{cast.representative.id}/role", {"role": "editor"})
    seen = door(cast.representative).post(f"{base}/members/{cast.member.id}/remove", follow=True)
    assert "You became an editor less than a day ago." in seen.text
    assert cast.member.id in _roles(app, cast)


def test_founder_removes_editor_who_came_after_her_on_the_first_day(
    app: Flask, cast: Cast, make: Make, door: Enter, base: str
) -> None:
    make.member(cast.newcomer, cast.organisation, MembershipRole.EDITOR)
    assert door(cast.member).post(f"{base}/members/{cast.newcomer.id}/remove").status == 303
    assert cast.newcomer.id not in _roles(app, cast)


def test_role_change_and_taken_back_invitation_are_told(
    app: Flask, cast: Cast, make: Make, door: Enter, base: str
) -> None:
    other = make.person("Luca Verdi")
    make.member(other, cast.organisation, MembershipRole.EDITOR)
    _invite(app, door(other), base, "later@example.org")
    giulia = door(cast.member)
    assert giulia.fill(f"{base}/members", "form[action$='/withdraw']").status == 303
    assert "later@example.org" in _mails(app, other.email)[-1]["body"]
    giulia.post(f"{base}/members/{other.id}/role", {"role": "representative"})
    assert "Representative" in _mails(app, other.email)[-1]["body"]
    assert _mails(app, cast.member.email) == [], "what one does oneself is not told"


def test_acts_of_manager_are_told_to_members(
    app: Flask, cast: Cast, make: Make, door: Enter, base: str
) -> None:
    make.member(cast.newcomer, cast.organisation, MembershipRole.EDITOR)
    manager = door(cast.manager)
    manager.post(f"{base}/suspend")
    manager.post(f"{base}/restore")
    manager.post(f"{base}/members/{cast.newcomer.id}/remove")
    bodies = [each["body"] for each in _mails(app, cast.newcomer.email)]
    assert ["suspended" in bodies[0], "in the cluster again" in bodies[1]] == [True, True]
    assert "Piet Manager" in bodies[2]


@both_databases
def test_letting_in_and_refusing_at_once_is_one_answer(app: Flask, cast: Cast, make: Make) -> None:
    request = make.membership_request(cast.organisation, cast.newcomer)
    barrier, outcomes = threading.Barrier(2), []

    def answer(act: Callable[..., object]) -> None:
        with app.test_request_context("/en/"):
            barrier.wait(10)
            try:
                with write_transaction():
                    manager = Actor(db.session.get_one(Person, cast.manager.id))
                    act(manager, cast.organisation.slug, request.id)
                outcomes.append("answered")
            except AppError as error:
                outcomes.append(error.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=answer, args=(act,)) for act in (requests.let_in, requests.refuse)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["answered", "conflict"]


@both_databases
def test_request_of_person_who_accepts_an_invitation_is_answered_with_it(
    app: Flask, cast: Cast, door: Enter, base: str
) -> None:
    editor, browser = door(cast.member), door(cast.newcomer)
    assert browser.post(f"{base}/join").status == 303
    browser.post(_invite(app, editor, base, cast.newcomer.email), follow=True)
    assert cast.newcomer.id in _roles(app, cast)
    assert "let-in" not in editor.get(f"{base}/members").html
    with app.app_context():
        assert [request.state for request in db.session.scalars(select(MembershipRequest))] == [
            RequestState.ACCEPTED
        ]
