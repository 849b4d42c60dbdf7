"""Merging two organisations: what they had is one's afterwards, nothing names the other any more, old addresses lead on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.database import db
from app.core.errors import Conflict, Invalid
from app.core.transactions import write_transaction
from app.features.claims.foreign_keys import referencing_tables
from app.features.claims.models import DistinctPair
from app.features.claims.queries.duplicates import count_rows
from app.features.claims.services import merging
from app.features.introductions.models import Introduction, IntroductionState
from app.features.organisations.models import (
    Membership,
    MembershipRole,
    Organisation,
    OrganisationState,
    OrganisationText,
)
from app.features.organisations.queries import actor_of
from app.features.rooms.models import Room
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Cast, Make

Enter = Callable[..., Door]


@pytest.fixture
def twin(cast: Cast, make: Make) -> Organisation:
    """The same organisation once more: with people, talk, texts and initiatives of its own."""
    twin = make.organisation(
        "Filo Verde coop. soc.",
        city="Torino",
        website="https://filoverde.it",
        story="We weave.",
        lang="it",
        sectors=["sector:crafts", "sector:food"],
    )
    make.member(cast.representative, twin, MembershipRole.EDITOR)
    make.member(cast.newcomer, twin, MembershipRole.REPRESENTATIVE)
    both = make.introduction(cast.organisation, twin, cast.member, IntroductionState.ACCEPTED)
    make.introduction(twin, cast.other_organisation, cast.newcomer, IntroductionState.ACCEPTED)
    make.introduction(twin, make.organisation("Atelier", country="FR"), cast.newcomer)
    initiative = make.initiative(twin, "Seeds", roles=(("Logistics", 2),))
    make.message(make.room(initiative), cast.newcomer, twin)
    make.recommendation(twin, cast.other_organisation)
    make.recommendation(cast.organisation, cast.other_organisation)
    assert both.id
    return twin


def _rows_naming(organisation_id: int) -> dict[str, int]:
    """How many rows of each table name an organisation."""
    return count_rows(organisation_id, 0)[0]


@both_databases
def test_nothing_names_the_loser_and_the_winner_has_it_all(
    app: Flask, cast: Cast, twin: Organisation, door: Enter
) -> None:
    winner_id, loser_id = cast.organisation.id, twin.id
    with app.app_context():
        rooms = set(
            db.session.scalars(
                select(Room.id)
                .join(Introduction)
                .where(
                    Introduction.state == IntroductionState.ACCEPTED,
                    Introduction.low_id.in_([loser_id, cast.other_organisation.id]),
                    Introduction.high_id.in_([loser_id, cast.other_organisation.id]),
                )
            )
        )
    manager = door(cast.manager)
    compare = f"/en/manage/duplicates/{cast.organisation.slug}/{twin.slug}"
    assert "Filo Verde coop. soc." in manager.get("/en/manage/duplicates").text
    seen = manager.get(compare)
    assert "This cannot be undone" in seen.text and "record between the two" in seen.text
    assert "initiatives that it leads" in seen.text
    assert manager.fill(compare, "main form.form").status == 422
    merged = manager.fill(compare, "main form.form", sure="y", website="loser", name="winner")
    assert merged.location == f"/en/organisations/{cast.organisation.slug}"
    with app.app_context():
        assert set(_rows_naming(loser_id)) <= {"search_text"}, "search shows nobody who may not be seen"
        roles = dict(
            db.session.execute(
                select(Membership.person_id, Membership.role).where(Membership.organisation_id == winner_id)
            ).all()
        )
        assert roles[cast.representative.id] is MembershipRole.EDITOR
        assert roles[cast.newcomer.id] is MembershipRole.REPRESENTATIVE
        assert roles[cast.member.id] is MembershipRole.EDITOR
        pairs = db.session.execute(select(Introduction.low_id, Introduction.high_id)).all()
        assert all(low < high for low, high in pairs) and len(pairs) == 2
        assert rooms <= set(db.session.scalars(select(Room.id)))
        winner = db.session.get_one(Organisation, winner_id)
        assert (winner.name, winner.website) == ("Il Filo Verde", "https://filoverde.it")
        texts = db.session.scalars(
            select(OrganisationText.lang).where(OrganisationText.organisation_id == winner_id)
        )
        assert "it" in set(texts)
    old = manager.get(f"/en/organisations/{twin.slug}")
    assert (old.status, old.location) == (301, f"/en/organisations/{cast.organisation.slug}")
    assert door().get(f"/en/organisations/{twin.slug}").status == 301
    assert "Filo Verde coop. soc." not in manager.get("/en/organisations?q=filo").text
    assert "Filo Verde coop. soc." not in manager.get("/en/manage/duplicates").text
    assert door(cast.newcomer).get(f"/en/organisations/{cast.organisation.slug}/members").status == 200
    assert manager.post(compare, {"sure": "y"}).status == 404


def test_every_reference_to_an_organisation_is_known(app: Flask) -> None:
    with app.app_context():
        tables = {each.table.name: each for each in referencing_tables()}
    assert {"membership", "introduction", "event", "message", "claim", "organisation"} <= set(tables)
    assert [column.name for column in tables["introduction"].pair] == ["low_id", "high_id"]
    assert tables["introduction"].is_ordered
    assert [column.name for column in tables["suggestion_feedback"].pair] == ["organisation_id", "other_id"]
    assert not tables["message"].is_unique


def test_old_addresses_lead_on_over_several_merges(app: Flask, cast: Cast, make: Make, door: Enter) -> None:
    first, second, third = (make.organisation(f"Alfa {at}") for at in range(3))
    for winner, loser in ((second, first), (third, second)):
        with app.app_context(), write_transaction():
            merging.merge(actor_of(cast.manager), winner.slug, loser.slug, {})
    for slug in (first.slug, second.slug):
        assert door().get(f"/en/organisations/{slug}").location == f"/en/organisations/{third.slug}"


def test_one_with_itself_or_a_public_one_into_a_hidden_one_is_refused(
    app: Flask, cast: Cast, make: Make
) -> None:
    hidden = make.organisation("Hidden", state=OrganisationState.SUSPENDED)
    slug = cast.organisation.slug
    with app.app_context():
        actor = actor_of(cast.manager)
        with pytest.raises(Invalid), write_transaction():
            merging.merge(actor, slug, slug, {})
        with pytest.raises(Conflict), write_transaction():
            merging.merge(actor, hidden.slug, slug, {})
        assert (
            db.session.scalar(
                select(func.count(Organisation.id)).where(Organisation.merged_into_id.is_not(None))
            )
            == 0
        )


def test_two_that_stay_two_are_not_shown_again(app: Flask, cast: Cast, make: Make, door: Enter) -> None:
    make.organisation("Filo Verde", city="Torino", slug="filo-2")
    manager = door(cast.manager)
    apart = f"/en/manage/duplicates/{cast.organisation.slug}/filo-2/apart"
    assert "1 pair may be one" in manager.get("/en/manage/duplicates").text
    assert manager.post(apart).status == 303
    assert manager.post(apart).status == 303
    assert "No two look alike" in manager.get("/en/manage/duplicates").text
    with app.app_context():
        assert db.session.scalar(select(func.count(DistinctPair.id))) == 1
