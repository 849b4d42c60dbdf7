"""One's own account, what managers and operators decide, and what happens then."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.audit import Audit
from app.core.database import db
from app.core.errors import Forbidden, SignInNeeded
from app.core.http.request_actor import actor_transaction, load_actor
from app.features.accounts.models import ClusterRole, Login, Person
from app.features.accounts.services import account_status
from tests.features.accounts.conftest import Post, secret_of
from tests.support.door import Door
from tests.support.factories import Cast

Doors = Callable[..., Door]


def test_a_person_says_what_she_is_called_and_where_her_clock_stands(
    app: Flask, door: Doors, giulia: Person
) -> None:
    seen = door(giulia).fill("/en/account", name="Giulia R.", timezone="Europe/Rome", follow=True)
    assert "Saved." in seen.text and "Giulia R." in seen.text
    assert seen.soup.select_one("option[value='Europe/Rome'][selected]") is not None
    with app.app_context():
        line = db.session.scalars(select(Audit).where(Audit.action == "account.edit")).one()
        assert line.before["name"] == "Giulia Rossi" and line.after["name"] == "Giulia R."


def test_who_chooses_another_language_is_told_so_in_it(door: Doors, giulia: Person) -> None:
    seen = door(giulia).fill("/en/account", name="Giulia R.", locale="it", follow=True)
    assert seen.soup.select_one("html[lang=it]") is not None
    assert "Salvato." in seen.text and "Saved." not in seen.text


@pytest.mark.parametrize(("field", "value"), [("timezone", "Mars/Olympus"), ("locale", "xx"), ("name", "  ")])
def test_what_is_no_choice_is_refused_at_its_field(
    door: Doors, giulia: Person, field: str, value: str
) -> None:
    seen = door(giulia).fill("/en/account", **{"name": "Giulia R.", field: value})
    assert seen.status == 422 and seen.soup.select_one(f"#{field}-error") is not None


def test_signing_out_everywhere_else_leaves_only_this_browser(door: Doors, giulia: Person) -> None:
    here, elsewhere = door(giulia), door(giulia)
    assert "On another device" in here.get("/en/account").text
    seen = here.post("/en/account/sign-ins", follow=True)
    assert "You are signed out everywhere else." in seen.text and "On another device" not in seen.text
    assert elsewhere.get("/en/account").status == 303


def test_a_visitor_is_asked_to_sign_in(door: Doors) -> None:
    for path in ("/en/account", "/en/account/password"):
        assert door().get(path).location == f"/en/sign-in?next={path}"


def act_as(app: Flask, door: Doors, person: Person | None, act: Callable[..., object]) -> None:
    """Do something as a person, in a transaction, as the doors do."""
    with app.test_request_context("/en/"):
        load_actor(secret_of(door(person)) if person else None)
        with actor_transaction() as actor:
            act(actor)


def test_a_manager_suspends_a_person_who_is_out_at_once(app: Flask, door: Doors, cast: Cast) -> None:
    browser = door(cast.member)
    act_as(app, door, cast.manager, lambda actor: account_status.suspend_person(actor, cast.member.id))
    assert browser.get("/en/account").status == 303
    with app.app_context():
        assert (
            db.session.scalars(select(Audit.actor_id).where(Audit.action == "person.suspend")).one()
            == cast.manager.id
        )


def test_nobody_but_a_manager_suspends_and_gives_roles_and_none_to_herself(
    app: Flask, door: Doors, cast: Cast
) -> None:
    for person, error in (
        (None, SignInNeeded),
        (cast.member, Forbidden),
        (cast.facilitator, Forbidden),
        (cast.newcomer, Forbidden),
    ):
        with pytest.raises(error):
            act_as(app, door, person, lambda actor: account_status.suspend_person(actor, cast.other.id))
        with pytest.raises(error):
            act_as(
                app,
                door,
                person,
                lambda actor: account_status.give_role(actor, cast.other.id, ClusterRole.MANAGER),
            )
    with pytest.raises(Forbidden):
        act_as(app, door, cast.manager, lambda actor: account_status.suspend_person(actor, cast.manager.id))


def test_a_manager_makes_somebody_a_facilitator(app: Flask, door: Doors, cast: Cast) -> None:
    act_as(
        app,
        door,
        cast.manager,
        lambda actor: account_status.give_role(actor, cast.member.id, ClusterRole.FACILITATOR),
    )
    with app.app_context():
        assert db.session.get_one(Person, cast.member.id).cluster_role is ClusterRole.FACILITATOR


@pytest.mark.parametrize("role", ["manager", "facilitator"])
def test_an_operator_gives_a_role_at_the_command_line(app: Flask, giulia: Person, role: str) -> None:
    runner = app.test_cli_runner()
    done = runner.invoke(args=["accounts", f"make-{role}", "GIULIA@example.org"])
    assert done.exit_code == 0 and f"Giulia Rossi is a {role} now." in done.output
    with app.app_context():
        assert db.session.get_one(Person, giulia.id).cluster_role == role
    unknown = runner.invoke(args=["accounts", f"make-{role}", "nobody@example.org"])
    assert unknown.exit_code == 1 and "Nobody has an account" in unknown.output


def test_an_operator_forgets_a_person_with_all_that_is_kept_of_her(
    app: Flask, door: Doors, post: Post, giulia: Person
) -> None:
    browser = door(giulia)
    browser.fill("/en/account", name="Giulia R.")
    door().fill("/en/forgot", email=giulia.email)
    runner = app.test_cli_runner()
    assert runner.invoke(args=["accounts", "forget", giulia.email], input="n\n").exit_code == 1
    assert browser.get("/en/account").status == 200
    done = runner.invoke(args=["accounts", "forget", "--yes", "GIULIA@example.org"])
    assert done.exit_code == 0, done.output
    assert browser.get("/en/account").status == 303 and post.all() == []
    with app.app_context():
        assert db.session.scalars(select(Person)).all() == db.session.scalars(select(Login)).all() == []
        kept = [(line.actor_id, line.before, line.after) for line in db.session.scalars(select(Audit))]
        assert kept == [(None, {}, {})]
    assert runner.invoke(args=["accounts", "forget", "--yes", giulia.email]).exit_code == 1
