"""Merging concepts: all that held the one holds the other, old addresses lead on, and an undo gives everything back."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.core.actors import Actor
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict, Invalid
from app.core.transactions import write_transaction
from app.features.accounts.models import Person
from app.features.initiatives.models import InitiativeState
from app.features.organisations.models import (
    CollaborationConcept,
    Organisation,
    OrganisationConcept,
    Relation,
)
from app.features.organisations.services import profile
from app.features.rooms.models import RoomConcept
from app.features.suggestions.queries.engine_records import read_table_versions
from app.features.taxonomy.models import Concept, ConceptChange, ConceptLabel, ConceptMove
from app.features.taxonomy.queries.references import references
from app.features.taxonomy.services import load_taxonomy
from app.features.taxonomy.services.merging import forget_moves, merge_concepts, undo_merge
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Cast, Make
from tests.support.factories.rows import concept_id

SECTORS = (
    "sector:food-catering",
    "sector:waste-recycling",
    "sector:cleaning-buildings",
    "sector:agriculture-vegetables",
    "sector:care-disability",
)
CATERING, RECYCLING, CLEANING = SECTORS[:3]
SKILLS = ("skill:gardening", "skill:catering", "skill:cleaning")
MANAGE = "/en/manage/taxonomy"


@pytest.fixture
def manager(app: Flask, cast: Cast) -> Actor:
    """The manager, as services know her."""
    return Actor(person=cast.manager)


@pytest.fixture
def do(app: Flask, manager: Actor) -> Callable[..., Any]:
    """Merge by codes, or undo by the number of a change; returns the number of the change."""

    def act(first: str | int, second: str = "") -> int:
        with app.app_context(), write_transaction():
            if isinstance(first, int):
                undo_merge(manager, first)
                return first
            return merge_concepts(manager, concept_id(first), concept_id(second)).id

    return act


def everything(app: Flask) -> dict[str, list[Any]]:
    """All rows of all tables with concepts, and all concepts with what they are called."""
    with app.app_context():
        tables = {each.table for each in references()} | {Concept.__table__, ConceptLabel.__table__}
        return {
            table.name: db.session.execute(
                select(*(column for column in table.columns if column.name != "updated_at")).order_by(
                    table.c.id
                )
            ).all()
            for table in tables
        }


def furnish(make: Make, cast: Cast, chance: random.Random) -> None:
    """Organisations, initiatives, rooms and joint work with concepts by chance, several of one owner among them."""

    def some(codes: tuple[str, ...]) -> list[str]:
        return chance.sample(codes, chance.randint(0, len(codes)))

    rooms = [make.theme(f"Theme {number}") for number in range(8)]
    pasts = [make.collaboration(f"Past {number}") for number in range(8)]
    with make.at_once():
        for number, (room, past) in enumerate(zip(rooms, pasts, strict=True)):
            place = concept_id(chance.choice(("region:it-piemonte", "region:it-lombardia")))
            organisation = make.organisation(
                f"Organisation {number}",
                sectors=some(SECTORS),
                offers=some(SKILLS),
                seeks=some(SKILLS),
                region_id=place,
            )
            for code in some(SECTORS):
                db.session.add(CollaborationConcept(collaboration_id=past.id, concept_id=concept_id(code)))
            for code in some(SECTORS):
                db.session.add(RoomConcept(room_id=room.id, concept_id=concept_id(code)))
            draft = InitiativeState.DRAFT
            make.initiative(
                organisation, f"I{number}", state=draft, wants=some(SKILLS), sectors=some(SECTORS)
            )


def held(app: Flask, standing: Callable[[int], int] = int) -> set[tuple[int, int, str]]:
    """Which organisation holds which concept how, by the concepts that stand for them."""
    with app.app_context():
        columns = (
            OrganisationConcept.organisation_id,
            OrganisationConcept.concept_id,
            OrganisationConcept.relation,
        )
        return {(one, standing(two), three) for one, two, three in db.session.execute(select(*columns))}


@both_databases
def test_any_merges_hold_for_all_rows_and_undone_in_any_order_leave_no_trace(
    app: Flask, make: Make, cast: Cast, do: Callable[..., int]
) -> None:
    furnish(make, cast, random.Random(7))
    before, held_before = everything(app), held(app)
    pairs = [
        *((one, two) for one in SECTORS for two in SECTORS if one != two),
        *((one, two) for one in SKILLS for two in SKILLS if one != two),
        ("region:it-piemonte", "region:it-lombardia"),
    ]
    for seed in range(5):
        chance = random.Random(seed)
        with app.app_context():
            ids = {code: concept_id(code) for pair in pairs for code in pair}
        steps: dict[int, int] = {}
        done: dict[int, int] = {}

        def standing(number: int, steps: dict[int, int] = steps) -> int:
            while number in steps:
                number = steps[number]
            return number

        for first, second in chance.sample(pairs, len(pairs)):
            if ids[first] not in steps and ids[second] not in steps and len(steps) < 5:
                change = do(first, second)
                done[change], steps[ids[first]] = ids[first], ids[second]
                assert held(app) == {(one, standing(two), three) for one, two, three in held_before}
        assert everything(app) != before
        while done:
            change = chance.choice(list(done))
            if steps[done[change]] in steps:
                with pytest.raises(Conflict):
                    do(change)
                continue
            do(change)
            del steps[done.pop(change)]
            assert held(app) == {(one, standing(two), three) for one, two, three in held_before}
        assert everything(app) == before


@both_databases
def test_loading_the_vocabulary_leaves_a_merge_as_it_is_and_the_undo_brings_the_vocabulary_back(
    app: Flask, make: Make, do: Callable[..., int]
) -> None:
    before = everything(app)

    def load() -> int:
        with app.app_context(), write_transaction():
            return load_taxonomy().changes

    first = do(CATERING, RECYCLING)
    second = do(RECYCLING, CLEANING)
    merged = everything(app)
    assert load() == 0
    assert everything(app) == merged
    with app.app_context():
        words = set(
            db.session.scalars(
                select(ConceptLabel.text)
                .join(Concept)
                .where(Concept.code == CLEANING, ConceptLabel.lang == "it")
            )
        )
    assert {"Ristorazione"} <= {word.capitalize() for word in words}
    do(second)
    do(first)
    assert everything(app) == before
    assert load() == 0


def test_what_a_person_changed_since_stays_when_a_merge_is_undone(
    app: Flask, make: Make, do: Callable[..., int]
) -> None:
    both = make.organisation("Both", sectors=[CATERING, RECYCLING])
    left = make.organisation("Left", sectors=[CATERING])
    gone = make.organisation("Gone", sectors=[CATERING, RECYCLING])
    change = do(CATERING, RECYCLING)
    fresh = make.organisation("Fresh", sectors=[RECYCLING])
    with app.app_context(), write_transaction():
        db.session.delete(db.session.get(Organisation, gone.id))
        row = db.session.scalars(
            select(OrganisationConcept).where(OrganisationConcept.organisation_id == left.id)
        ).one()
        db.session.delete(row)
    do(change)
    with app.app_context():
        one, two = concept_id(CATERING), concept_id(RECYCLING)
    assert held(app) == {
        (both.id, one, Relation.SECTOR),
        (both.id, two, Relation.SECTOR),
        (fresh.id, two, Relation.SECTOR),
    }


def test_caches_and_the_engine_hear_of_a_merge_and_of_its_undo(
    app: Flask, make: Make, door: Callable[..., Door], do: Callable[..., int]
) -> None:
    held_it = make.organisation("Holds It", sectors=[CATERING])
    long_ago = now() - timedelta(days=9)

    def age() -> None:
        with app.app_context(), write_transaction():
            db.session.execute(update(Organisation).values(updated_at=long_ago))

    def versions() -> tuple[Any, Any]:
        with app.app_context():
            return read_table_versions().concepts, db.session.get(Organisation, held_it.id).updated_at

    age()
    concepts, written = versions()
    change = do(CATERING, RECYCLING)
    merged, touched = versions()
    assert merged > concepts and touched > written
    found = door().get(f"/en/organisations?sector={RECYCLING}")
    assert "Holds It" in found.text
    age()
    do(change)
    undone, touched = versions()
    assert undone > merged and touched > long_ago
    assert "Holds It" not in door().get(f"/en/organisations?sector={RECYCLING}").text


def test_old_addresses_lead_on_over_several_merges_and_no_further_after_the_undo(
    make: Make, door: Callable[..., Door], do: Callable[..., int]
) -> None:
    reader = door()
    address = f"/it/organisations?q=x&sector={CATERING}&country=IT"
    assert reader.get(address).status == 200
    do(CATERING, RECYCLING)
    change = do(RECYCLING, CLEANING)
    seen = reader.get(address)
    assert (seen.status, seen.location) == (
        301,
        "/it/organisations?q=x&sector=sector%3Acleaning-buildings&country=IT",
    )
    assert "no-cache" in seen.response.headers["Cache-Control"]
    assert reader.get(f"/en/initiatives?concept={CATERING}").status == 301
    both = reader.get(f"/en/organisations?sector={CATERING}&sector={CLEANING}")
    assert both.location.count("sector=") == 1
    found = reader.get("/it/concepts?kind=sector&q=ristorazione").json["items"]
    assert [each["code"] for each in found][:1] == [CLEANING]
    do(change)
    assert "waste-recycling" in reader.get(address).location


def test_a_form_that_was_open_since_before_a_merge_chooses_what_stands_for_it(
    make: Make, cast: Cast, door: Callable[..., Door], do: Callable[..., int], app: Flask
) -> None:
    do(CATERING, RECYCLING)
    seen = door(cast.newcomer).post(
        "/en/organisations/new",
        {"name": "Nuova", "type": "cooperative", "country": "IT", "sectors": [CATERING, RECYCLING]},
    )
    assert seen.status == 303
    with app.app_context():
        assert {concept for _, concept, _ in held(app)} == {concept_id(RECYCLING)}


@pytest.mark.parametrize(
    ("code", "into", "sentence"),
    [
        (CATERING, CATERING, "Choose another one"),
        (CATERING, "skill:catering", "same kind"),
        ("sector:food", CATERING, "stands under it"),
        ("sector:food", RECYCLING, "choose one at the top"),
        ("skill:catering", "skill:land", "same kind"),
    ],
)
def test_what_cannot_become_one_is_refused_with_the_reason(
    do: Callable[..., int], code: str, into: str, sentence: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        do(code, into)
    assert sentence in str(refusal.value.fields["into"][0])


def test_a_top_with_others_under_it_becomes_one_with_another_top_and_back(
    app: Flask, do: Callable[..., int]
) -> None:
    before = everything(app)
    change = do("sector:food", "sector:waste")
    with app.app_context():
        catering = db.session.scalars(select(Concept).where(Concept.code == CATERING)).one()
        assert catering.broader_id == concept_id("sector:waste")
        with write_transaction():
            assert load_taxonomy().changes == 0
    do(change)
    assert everything(app) == before


def test_what_is_too_old_to_be_undone_is_forgotten(app: Flask, make: Make, do: Callable[..., int]) -> None:
    make.organisation("Holds It", sectors=[CATERING])
    change = do(CATERING, RECYCLING)
    with app.app_context(), write_transaction():
        forget_moves()
        assert db.session.scalars(select(ConceptMove)).all()
        db.session.execute(update(ConceptChange).values(created_at=now() - timedelta(days=31)))
        forget_moves()
        assert not db.session.scalars(select(ConceptMove)).all()
    with pytest.raises(Conflict):
        do(change)


@both_databases
def test_profile_that_is_saved_while_its_concept_is_merged_holds_what_stands_for_it(
    app: Flask, make: Make, cast: Cast, manager: Actor
) -> None:
    organisation = make.organisation("Mensa", sectors=[CLEANING])
    merging, outcomes = threading.Event(), list[str]()

    def merge() -> None:
        with app.app_context():
            ids = concept_id(CATERING), concept_id(RECYCLING)
            with write_transaction():
                merge_concepts(manager, *ids)
                merging.set()
                time.sleep(0.3)
            outcomes.append("merged")

    def save() -> None:
        merging.wait()
        with app.app_context(), write_transaction():
            profile.edit(manager, organisation.slug, sectors=[CATERING, CLEANING])
        outcomes.append("saved")

    threads = [threading.Thread(target=work) for work in (merge, save)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == ["merged", "saved"]
    with app.app_context():
        expected = {concept_id(RECYCLING), concept_id(CLEANING)}
    assert {concept for _, concept, _ in held(app)} == expected


@both_databases
def test_two_managers_who_merge_the_same_at_once_merge_it_once(
    app: Flask, make: Make, cast: Cast, manager: Actor
) -> None:
    for number in range(5):
        make.organisation(f"Holds {number}", sectors=[CATERING])
    begin = threading.Barrier(2)
    outcomes: list[str] = []

    def merge_at_once(into: str) -> None:
        with app.app_context():
            ids = concept_id(CATERING), concept_id(into)
            db.session.rollback()
            begin.wait()
            try:
                with write_transaction():
                    merge_concepts(manager, *ids)
                outcomes.append("merged")
            except Conflict:
                outcomes.append("refused")

    threads = [threading.Thread(target=merge_at_once, args=(into,)) for into in (RECYCLING, CLEANING)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["merged", "refused"]
    with app.app_context():
        merges = db.session.scalars(select(ConceptChange)).all()
    assert len(merges) == 1
    assert {concept for _, concept, _ in held(app)} == {merges[0].into_id}


def test_a_manager_reads_what_will_move_merges_and_undoes_it_on_the_pages(
    app: Flask, make: Make, cast: Cast, door: Callable[..., Door]
) -> None:
    one = make.organisation("One", sectors=[CATERING])
    make.organisation("Two", sectors=[CATERING, RECYCLING])
    make.initiative(one, "Together", sectors=[CATERING])
    with app.app_context():
        number, into = concept_id(CATERING), concept_id(RECYCLING)
    pages = door(cast.manager)
    chosen = pages.post(f"{MANAGE}/{number}/merge", {"into": [RECYCLING]})
    assert chosen.status == 303
    told = pages.get(chosen.location)
    assert "This moves: 2 organisations and 1 initiative." in told.text
    assert pages.post(f"{MANAGE}/{number}/merge/{into}").status == 303
    assert pages.get(f"{MANAGE}/{number}").location.endswith(f"{MANAGE}/{into}")
    again = pages.post(f"{MANAGE}/{number}/merge/{into}", follow=True)
    assert "Somebody merged it into another one in the meantime." in again.text
    listed = pages.get(f"{MANAGE}/changes")
    assert "was merged into" in listed.text
    button = listed.soup.select_one("form[action$='/undo']")
    assert pages.post(str(button["action"])).status == 303
    after = pages.get(f"{MANAGE}/changes")
    assert "are two again" in after.text and "It was undone." in after.text
    assert after.soup.select_one("form[action$='/undo']") is None
    refused = pages.post(f"{MANAGE}/{number}/merge", {"into": ["skill:catering"]})
    assert refused.status == 422


def test_nobody_but_a_manager_opens_these_pages(cast: Cast, door: Callable[..., Door]) -> None:
    people: list[Person] = [cast.member, cast.facilitator, cast.newcomer]
    assert [door(person).get(MANAGE).status for person in people] == [403] * 3
    assert door(cast.manager).get(MANAGE).status == 200
