"""An international address is one account at every door, and one that no mail reaches is refused at its field."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.database import db
from app.features.accounts.models import Person
from app.features.organisations.models import Invitation, Organisation
from tests.features.accounts.conftest import PASSWORD, Post
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Cast

Doors = Callable[..., Door]
TYPED, KEPT, WIRE = "Info@Müller-Söhne.de", "info@müller-söhne.de", "info@xn--mller-shne-kcb9d.de"
JOIN = {"name": "Anna Bianchi", "password": PASSWORD}


@both_databases
def test_either_spelling_of_an_address_is_the_same_account(app: Flask, door: Doors, post: Post) -> None:
    seen = door().fill("/en/join", follow=True, email=TYPED, **JOIN)
    assert KEPT in seen.text
    door().fill("/en/join", follow=True, email=WIRE, **JOIN)
    with app.app_context():
        assert db.session.scalars(select(Person.email)).all() == [KEPT]
    seen = door().fill("/en/sign-in", follow=True, email=WIRE, password=PASSWORD)
    assert "Anna Bianchi" in seen.text
    done = app.test_cli_runner().invoke(args=["accounts", "make-manager", WIRE])
    assert done.output == "Anna Bianchi is a manager now.\n"


@pytest.mark.parametrize("path", ["/en/join", "/en/sign-in", "/en/forgot"])
@pytest.mark.parametrize(
    ("address", "sentence"), [("jörg@example.org", "Before the @"), ("a@xn--zz.de", "The part after the @")]
)
def test_an_address_that_no_mail_reaches_is_refused_at_the_field(
    door: Doors, path: str, address: str, sentence: str
) -> None:
    fields = {"email": address} if path == "/en/forgot" else {"email": address, "password": PASSWORD}
    seen = door().fill(path, **fields, **({"name": "Anna"} if path == "/en/join" else {}))
    assert seen.status == 422
    assert sentence in seen.soup.select_one("#email-error").get_text()


@both_databases
def test_contact_and_invitation_keep_the_same_form_and_refuse_the_same(
    app: Flask, door: Doors, cast: Cast
) -> None:
    browser, at = door(cast.member), f"/en/organisations/{cast.organisation.slug}"
    page, form = f"{at}/edit/contact", "main form.form"
    assert browser.fill(page, form, contact=WIRE, contact_public="y").status == 303
    seen = door().get(at)
    assert seen.soup.select_one(f'a[href="mailto:{WIRE}"]').get_text() == KEPT
    refused = browser.fill(page, form, contact="jörg@example.org")
    assert refused.status == 422 and "Before the @" in refused.soup.select_one("#contact-error").get_text()
    refused = browser.post(f"{at}/members", {"email": "a@xn--zz.de", "role": "editor"})
    assert "The part after the @" in refused.text
    browser.post(f"{at}/members", {"email": TYPED, "role": "editor"})
    with app.app_context():
        assert db.session.scalars(select(Invitation.email)).all() == [KEPT]
        organisation = db.session.get_one(Organisation, cast.organisation.id)
        assert organisation.contact == KEPT
