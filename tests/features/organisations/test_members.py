"""Who acts for an organisation: invitations, roles, leaving, and choosing for which one to act."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.core.announcements import listen
from app.core.clock import now
from app.core.database import db
from app.core.jobs import Job
from app.core.streams.models import Revocation
from app.core.transactions import write_transaction
from app.features.organisations.announcements import MembershipBegun, MembershipEnded
from app.features.organisations.models import Invitation, Membership, MembershipRole
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Cast, Make

Enter = Callable[..., Door]


@pytest.fixture
def members(cast: Cast) -> str:
    """The address of the members' page of the cast's first organisation."""
    return f"/en/organisations/{cast.organisation.slug}/members"


def _link(app: Flask) -> str:
    """The path in the last mail."""
    with app.app_context():
        job = db.session.scalars(select(Job).where(Job.kind == "mail").order_by(Job.id.desc())).first()
        assert job is not None
        found = re.search(r"https?://[^/\s]+(/\S+invitations/\S+)", job.payload["body"])
        assert found
        return found.group(1)


def _roles(app: Flask, organisation_id: int) -> dict[int, str]:
    with app.app_context():
        rows = db.session.execute(
            select(Membership.person_id, Membership.role).where(Membership.organisation_id == organisation_id)
        )
        return {person_id: role.value for person_id, role in rows}


@both_databases
def test_somebody_is_invited_by_mail_accepts_and_acts_for_the_organisation(
    app: Flask, cast: Cast, door: Enter, members: str
) -> None:
    heard: list[object] = []
    listen(app, MembershipBegun, heard.append)
    editor = door(cast.member)
    assert (
        editor.fill(members, "main form.form", email=f"{cast.newcomer.email.upper()} ", role="editor").status
        == 303
    )
    assert cast.newcomer.email in editor.get(members).text
    link = _link(app)
    assert "Join and accept" in door().get(link).text
    nora = door(cast.newcomer)
    assert "Act for Il Filo Verde" in nora.get(link).text
    assert nora.fill(link).status == 303
    assert _roles(app, cast.organisation.id)[cast.newcomer.id] == "editor"
    assert "Il Filo Verde" in nora.get("/en/organisations").soup.select_one(".who").get_text()
    assert heard == [MembershipBegun(cast.newcomer.id, cast.organisation.id)]
    assert nora.get(link).status == 404, "an invitation is good for one person"
    assert "Nora Newcomer" in editor.get(members).text


def test_a_mail_is_written_in_the_readers_words_and_under_the_public_address(
    app: Flask, cast: Cast, door: Enter, members: str
) -> None:
    door(cast.member).fill(members, "main form.form", email="nora@example.org")
    with app.app_context():
        payload = db.session.scalars(select(Job.payload).where(Job.kind == "mail")).one()
    assert payload["subject"] == "Giulia Rossi invites you to Il Filo Verde"
    assert "http://127.0.0.1:5000/en/organisations/invitations/" in payload["body"]


@pytest.mark.parametrize(
    ("email", "told"),
    [
        ("", "Enter the email address of the person whom you invite."),
        ("nobody", "It has the form name@example.org"),
        ("{piero}", "already acts for the organisation"),
    ],
)
def test_an_address_that_cannot_be_invited_is_told(
    cast: Cast, door: Enter, members: str, email: str, told: str
) -> None:
    address = email.format(piero=cast.representative.email)
    seen = door(cast.member).fill(members, "main form.form", email=address)
    assert seen.status == 422
    assert told in seen.soup.select_one("#email-error").get_text()
    assert seen.soup.select_one("#email")["value"] == address
    assert "Piero Conti" in seen.text


def test_inviting_again_makes_the_earlier_secret_useless(
    app: Flask, cast: Cast, door: Enter, members: str
) -> None:
    editor = door(cast.member)
    editor.fill(members, "main form.form", email="nora@example.org")
    first = _link(app)
    editor.fill(members, "main form.form", email="nora@example.org")
    assert door().get(first).status == 404
    assert door().get(_link(app)).status == 200
    assert editor.get(members).text.count("nora@example.org") == 1


@pytest.mark.parametrize("how", ["withdrawn", "too old"])
def test_an_invitation_that_does_not_stand_opens_nothing(
    app: Flask, cast: Cast, door: Enter, members: str, how: str
) -> None:
    editor = door(cast.member)
    editor.fill(members, "main form.form", email="nora@example.org")
    link = _link(app)
    if how == "withdrawn":
        assert editor.fill(members, "form[action*=withdraw]").status == 303
    else:
        with app.app_context(), write_transaction():
            db.session.execute(update(Invitation).values(expires_at=now() - timedelta(seconds=1)))
    nora = door(cast.newcomer)
    assert nora.get(link).status == 404
    assert nora.post(link).status == 404
    assert cast.newcomer.id not in _roles(app, cast.organisation.id)


def test_a_member_cannot_accept_a_second_time(app: Flask, cast: Cast, door: Enter, members: str) -> None:
    door(cast.member).fill(members, "main form.form", email="second@example.org")
    seen = door(cast.representative).post(_link(app), follow=True)
    assert "You already act for this organisation." in seen.text
    assert _roles(app, cast.organisation.id)[cast.representative.id] == "representative"


@both_databases
def test_an_editor_changes_roles_and_lets_members_go_at_once(
    app: Flask, cast: Cast, door: Enter, members: str
) -> None:
    heard: list[object] = []
    listen(app, MembershipEnded, heard.append)
    piero, editor = cast.representative, door(cast.member)
    assert editor.fill(members, f"form[action$='/{piero.id}/role']").status == 303
    button = f"/en/organisations/{cast.organisation.slug}/members/{piero.id}"
    editor.post(f"{button}/role", {"role": "editor"})
    assert _roles(app, cast.organisation.id)[piero.id] == "editor"
    editor.post(f"{button}/remove")
    assert piero.id not in _roles(app, cast.organisation.id)
    assert heard == [MembershipEnded(piero.id, cast.organisation.id)]
    with app.app_context():
        assert set(db.session.scalars(select(Revocation.person_id))) == {piero.id}
    assert door(piero).get(members).status == 403


def test_the_last_editor_stays_whatever_is_sent(app: Flask, cast: Cast, door: Enter, members: str) -> None:
    base, editor = f"/en/organisations/{cast.organisation.slug}", door(cast.member)
    assert "The only editor" in editor.get(members).text
    button = f"{base}/members/{cast.member.id}"
    for path, data in (
        (f"{base}/leave", {}),
        (f"{button}/remove", {}),
        (f"{button}/role", {"role": "representative"}),
    ):
        seen = editor.post(path, data, follow=True)
        assert "Make another member an editor first." in seen.text
    assert _roles(app, cast.organisation.id)[cast.member.id] == "editor"


def test_an_editor_leaves_once_there_is_another(
    app: Flask, cast: Cast, door: Enter, make: Make, members: str
) -> None:
    make.member(cast.newcomer, cast.organisation, MembershipRole.EDITOR)
    giulia = door(cast.member)
    assert giulia.fill(members, "form[action$='/leave']").status == 303
    assert set(_roles(app, cast.organisation.id)) == {cast.newcomer.id, cast.representative.id}
    assert "without an organisation yet" in giulia.get("/en/organisations").text


@pytest.mark.parametrize("role", ["", "king", "manager"])
def test_a_role_that_does_not_exist_changes_nothing(app: Flask, cast: Cast, door: Enter, role: str) -> None:
    path = f"/en/organisations/{cast.organisation.slug}/members/{cast.representative.id}/role"
    assert door(cast.member).post(path, {"role": role}).status == 303
    assert _roles(app, cast.organisation.id)[cast.representative.id] == "representative"


@pytest.mark.parametrize("who", ["other", "representative", "facilitator", "newcomer"])
def test_nobody_else_touches_the_members(app: Flask, cast: Cast, door: Enter, who: str, members: str) -> None:
    browser, before = door(getattr(cast, who)), _roles(app, cast.organisation.id)
    base = f"/en/organisations/{cast.organisation.slug}"
    assert browser.post(members, {"email": "x@example.org", "role": "editor"}).status == 403
    assert browser.post(f"{base}/members/{cast.member.id}/role", {"role": "representative"}).status == 403
    assert browser.post(f"{base}/members/{cast.member.id}/remove").status == 403
    assert browser.post(f"{base}/invitations/1/withdraw").status == 403
    assert _roles(app, cast.organisation.id) == before


def test_a_foreign_invitation_cannot_be_taken_back(app: Flask, cast: Cast, door: Enter, members: str) -> None:
    door(cast.member).fill(members, "main form.form", email="nora@example.org")
    path = f"/en/organisations/{cast.other_organisation.slug}/invitations/1/withdraw"
    assert door(cast.other).post(path).status == 404
    assert door().get(_link(app)).status == 200


def test_a_person_of_two_organisations_chooses_for_which_she_acts(
    cast: Cast, door: Enter, make: Make
) -> None:
    second = make.organisation("Seconda", editor=cast.member)
    browser, edit = door(cast.member), f"/en/organisations/{second.slug}/edit"
    assert browser.get(edit).status == 403
    seen = browser.post("/en/organisations/acting", {"organisation": second.slug})
    assert seen.status == 303
    assert browser.get(edit).status == 200
    assert "Seconda" in browser.get("/en/organisations").soup.select_one(".who").get_text()
    assert door(cast.member).get(edit).status == 403, "another browser acts as before"


def test_one_cannot_act_for_an_organisation_of_others(cast: Cast, door: Enter) -> None:
    browser = door(cast.member)
    seen = browser.post("/en/organisations/acting", {"organisation": cast.other_organisation.slug})
    assert seen.status == 404
    assert browser.get(f"/en/organisations/{cast.other_organisation.slug}/edit").status == 403


def test_a_chosen_organisation_is_not_acted_for_after_the_membership_ended(
    app: Flask, cast: Cast, door: Enter, make: Make
) -> None:
    second = make.organisation("Seconda", editor=cast.newcomer)
    make.member(cast.member, second)
    browser = door(cast.member)
    browser.post("/en/organisations/acting", {"organisation": second.slug})
    door(cast.newcomer).post(f"/en/organisations/{second.slug}/members/{cast.member.id}/remove")
    assert "Il Filo Verde" in browser.get("/en/organisations").soup.select_one(".who").get_text()
    assert browser.get(f"/en/organisations/{second.slug}/edit").status == 403


def test_recognising_somebody_takes_at_most_three_queries(
    app: Flask, cast: Cast, door: Enter, make: Make, count_queries: Callable[[], Any]
) -> None:
    for number in range(5):
        make.organisation(f"Another {number}", editor=cast.member)
    browser = door(cast.member)
    list_of_skills = "/en/concepts?kind=skill&q=catering"
    browser.get(list_of_skills)
    with count_queries() as by_her:
        browser.get(list_of_skills)
    with count_queries() as by_a_visitor:
        door().get(list_of_skills)
    assert 0 < _selects(by_her) - _selects(by_a_visitor) <= 3


def _selects(statements: list[str]) -> int:
    return sum(statement.startswith("SELECT") for statement in statements)
