"""Reading: the list, the page and the help page's table say the same of who may read which organisation."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.actors import VISITOR, identify
from app.core.database import db
from app.core.permissions import can
from app.features.organisations.models import Organisation, OrganisationState
from app.features.organisations.policy import READ_AS
from app.features.organisations.queries import visible_to
from tests.support.app import sign_in
from tests.support.door import Door
from tests.support.factories import Cast, Make

WHO = ["visitor", "newcomer", "member", "other", "representative", "facilitator", "manager"]


@pytest.mark.parametrize("who", WHO)
def test_what_the_policy_says_is_what_the_lists_and_the_pages_show(
    app: Flask, cast: Cast, make: Make, door: Callable[..., Door], who: str
) -> None:
    person = None if who == "visitor" else getattr(cast, who)
    for state in OrganisationState:
        make.organisation(f"Own {state.value}", state=state, editor=cast.member)
        make.organisation(f"Foreign {state.value}", state=state)
    token = sign_in(app, person) if person else None
    with app.test_request_context("/"):
        actor = identify(token) if token else VISITOR
        seen = set(db.session.scalars(select(Organisation.slug).where(visible_to(actor))))
        everything = db.session.scalars(select(Organisation)).all()
        allowed = {each.slug for each in everything if can(actor, READ_AS[each.state], each)}
        slugs = {each.slug for each in everything}
    assert seen == allowed
    browser = door(person)
    opened = {slug for slug in slugs if browser.get(f"/en/organisations/{slug}").status == 200}
    assert opened == seen
    missing = browser.get("/en/organisations/no-such-organisation")
    hidden = [browser.get(f"/en/organisations/{slug}") for slug in slugs - seen]
    assert {page.status for page in hidden} <= {404} and missing.status == 404


def test_the_directory_shows_only_who_is_in_the_cluster(
    cast: Cast, make: Make, door: Callable[..., Door]
) -> None:
    for state in OrganisationState:
        make.organisation(f"Mine {state.value}", state=state, editor=cast.member)
    names = [
        title.get_text() for title in door(cast.member).get("/en/organisations").soup.select(".row-title")
    ]
    assert names == ["Il Filo Verde", "Mine admitted", "Zielona Spółdzielnia"]
