"""How the application keeps its engine: from arrays in the instance folder, swapped in the background, in any language."""

from __future__ import annotations

import time
from datetime import date

import pytest
from flask import Flask

from app import create_app
from app.core.clock import now
from app.core.database import db
from app.core.transactions import write_transaction
from app.features.initiatives.models import Partner
from app.features.organisations.announcements import OrganisationChanged, OrganisationSuspended
from app.features.organisations.models import (
    Collaboration,
    CollaborationPartner,
    Organisation,
    OrganisationConcept,
    OrganisationState,
)
from app.features.suggestions import engine_cache
from app.features.suggestions.services.profile_changes import mark_profile_changed
from app.features.taxonomy.models import Concept, ConceptKind
from app.features.taxonomy.queries import concepts_named, label_of
from app.matching.engine import Engine
from app.matching.records import Profile, Suggestion
from config import Settings
from tests.support.app import both_databases
from tests.support.factories import Make


@pytest.fixture
def three(make: Make) -> list[Organisation]:
    """Three that do the same in three countries."""
    return [
        make.organisation(f"Garden {country}", country=country, sectors=["sector:agriculture"])
        for country in ("IT", "FR", "PL")
    ]


def limit(app: Flask, **limits: int) -> None:
    """Give the application a cache of its engine with other limits."""
    app.extensions[engine_cache.EXTENSION] = engine_cache.EngineCache(**limits)


def listed(app: Flask, organisation: Organisation) -> list[Suggestion]:
    """The suggestions of an organisation, as the application's engine stands."""
    with app.app_context():
        return engine_cache.query_engine(lambda asked: asked.suggest(organisation.id))


def work_together(app: Flask, *organisations: Organisation, named: str = "1", year: int = 2020) -> None:
    """A collaboration of the past."""
    with app.app_context(), write_transaction():
        work = Collaboration(source="here", external_id=named, started=date(year, 1, 1), title="Seeds")
        db.session.add(work)
        db.session.flush()
        partners = [
            CollaborationPartner(collaboration_id=work.id, organisation_id=one.id) for one in organisations
        ]
        db.session.add_all(partners)


@both_databases
def test_another_process_begins_with_what_was_kept_and_sees_what_was_written_since(
    app: Flask, settings: Settings, three: list[Organisation], monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(app, min_persisted_organisations=0)
    before = listed(app, three[0])
    with app.app_context(), write_transaction():
        concept = db.session.query(Concept).filter_by(code="sector:agriculture").one()
        db.session.query(OrganisationConcept).filter_by(organisation_id=three[1].id).delete()
        db.session.query(OrganisationConcept).filter_by(
            organisation_id=three[2].id, concept_id=concept.id
        ).one()
        mark_profile_changed(OrganisationChanged(three[1].id))
    monkeypatch.setattr(engine_cache, "read_records", None)
    elsewhere = create_app(settings)
    after = listed(elsewhere, three[0])
    with elsewhere.app_context():
        db.session.remove()
        db.engine.dispose()
    assert {one.organisation for one in before if one.reasons} >= {three[1].id, three[2].id}
    by_number = {one.organisation: [line.kind for line in one.reasons] for one in after}
    assert "shared_sector" not in by_number[three[1].id]
    assert "shared_sector" in by_number[three[2].id]


def test_in_a_large_cluster_the_old_engine_answers_until_the_new_one_is_built(
    app: Flask, three: list[Organisation]
) -> None:
    limit(app, max_inline_organisations=0)
    listed(app, three[0])
    work_together(app, three[0], three[1])
    assert three[1].id in {one.organisation for one in listed(app, three[0])}
    until = time.monotonic() + 60
    while three[1].id in {one.organisation for one in listed(app, three[0])}:
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.parametrize("state", [one for one in OrganisationState if one is not OrganisationState.ADMITTED])
def test_who_is_not_in_the_cluster_is_not_suggested(
    app: Flask, three: list[Organisation], state: OrganisationState
) -> None:
    assert three[1].id in {one.organisation for one in listed(app, three[0])}
    with app.app_context(), write_transaction():
        db.session.get_one(Organisation, three[1].id).state = state
        mark_profile_changed(OrganisationSuspended(three[1].id))
    assert {one.organisation for one in listed(app, three[0])} == {three[2].id}


def test_joint_work_counts_at_the_next_question(app: Flask, three: list[Organisation]) -> None:
    assert three[1].id in {one.organisation for one in listed(app, three[0])}
    work_together(app, three[0], three[1])
    assert three[1].id not in {one.organisation for one in listed(app, three[0])}


@both_databases
def test_joint_work_counts_at_the_next_question_in_a_large_cluster_without_building_anew(
    app: Flask, make: Make, settings: Settings, three: list[Organisation], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = three
    work_together(app, second, third, year=now().year + 1)
    limit(app, min_persisted_organisations=0, min_overlay_organisations=0)
    assert {one.organisation for one in listed(app, first)} == {second.id, third.id}
    monkeypatch.setattr(engine_cache, "read_records", None)
    initiative = make.initiative(first)
    make.partner(initiative, second)
    assert {one.organisation for one in listed(app, first)} == {third.id}
    work_together(app, first, third, named="2")
    elsewhere = create_app(settings)
    limit(elsewhere, min_overlay_organisations=0)
    assert (listed(app, first), listed(elsewhere, first)) == ([], [])
    with elsewhere.app_context():
        db.session.remove()
        db.engine.dispose()
    with app.app_context(), write_transaction():
        db.session.query(Partner).filter_by(organisation_id=second.id).one().left_at = now()
    assert {one.organisation for one in listed(app, first)} == {second.id}
    with app.app_context(), write_transaction():
        db.session.get_one(Organisation, third.id).state = OrganisationState.SUSPENDED
        mark_profile_changed(OrganisationSuspended(third.id))
    assert third.id not in {one.organisation for one in listed(app, second)}
    with app.app_context(), write_transaction():
        db.session.get_one(Organisation, third.id).state = OrganisationState.ADMITTED
        mark_profile_changed(OrganisationSuspended(third.id))
    assert {one.organisation for one in listed(app, second)} == {first.id}


CODES = {
    ConceptKind.SECTOR: ("sector:agriculture", "sector:food"),
    ConceptKind.SKILL: ("skill:gardening", "skill:e-commerce", "skill:catering"),
}


def test_the_same_organisations_told_in_another_language_get_the_same_lists_and_scores(app: Flask) -> None:
    """Each concept is named as people of a language do; what the engine reads, and answers, is the same."""

    def told_in(lang: str) -> list[list[Suggestion]]:
        found: dict[ConceptKind, list[str]] = {}
        for kind, codes in CODES.items():
            known = [code for code in codes if db.session.query(Concept).filter_by(code=code).count()]
            names = [label_of(code, lang) for code in known]
            found[kind] = [concepts_named(kind, [name])[name][0].code for name in names]
            assert found[kind] == known
        sectors, skills = found[ConceptKind.SECTOR], found[ConceptKind.SKILL]
        profiles = [
            Profile(1, "IT", "cooperative", frozenset(sectors), frozenset(skills[:1]), frozenset(skills[1:])),
            Profile(2, "FR", "association", frozenset(sectors[:1]), frozenset(skills[1:])),
            Profile(3, "PL", "cooperative", frozenset(), frozenset(skills[1:2]), frozenset(skills[:1])),
        ]
        asked = Engine(profiles, [])
        return [asked.suggest(profile.id) for profile in profiles]

    with app.app_context():
        english = told_in("en")
        assert english[0]
        assert told_in("it") == english
