"""The cluster that is measured: a thousand people signed in, two hundred small rooms and a few large ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask_migrate import upgrade
from sqlalchemy import select

from app import create_app
from app.core.clock import now
from app.core.database import db
from app.core.text import fold
from app.core.transactions import write_transaction
from app.features.accounts.models import Person
from app.features.accounts.services.sign_ins import open_login
from app.features.demo.services import seeding
from app.features.initiatives.models import Initiative, InitiativeState, InitiativeText, Partner
from app.features.organisations.models import (
    Membership,
    MembershipRole,
    Organisation,
    OrganisationConcept,
    OrganisationState,
    OrganisationType,
    Relation,
)
from app.features.rooms.models import Room, RoomKind
from app.features.rooms.services import open_room_for
from app.features.taxonomy.models import Concept, ConceptKind
from app.features.taxonomy.services import load_taxonomy
from config import Settings

TOGETHER = 5
"""People of one organisation; a small room is one organisation's."""
SECRET = "only-for-measuring-" + "x" * 32
COUNTRIES = ("IT", "FR", "BE", "CY", "PL")


@dataclass(frozen=True)
class Place:
    """A room and those who meet in it, by their place among the people."""

    room: int
    stream: str
    people: range


@dataclass(frozen=True)
class World:
    """The people's tokens and cookies, and the rooms by their sizes."""

    tokens: list[str]
    cookies: list[str]
    small: list[Place]
    large: dict[int, Place]


def settings_in(folder: Path) -> Settings:
    """The settings of the installation that is measured: as an operator leaves them."""
    return Settings(secret_key=SECRET, database_url=f"sqlite:///{folder / 'trama.db'}", instance=folder)


def make_world(folder: Path, people: int, sizes: list[int]) -> World:
    """Fill a new database with `people`, small rooms for all of them, and one room of each of the `sizes`."""
    app = create_app(settings_in(folder))
    with app.app_context():
        upgrade()
        with write_transaction():
            load_taxonomy()
        with write_transaction():
            organisations, tokens = settle(people, TOGETHER, COUNTRIES)
            small = [
                _place([organisation], range(number * TOGETHER, (number + 1) * TOGETHER))
                for number, organisation in enumerate(organisations)
            ]
            large = {size: _place(organisations[: size // TOGETHER], range(size)) for size in sizes}
        return World(tokens, [cookie_of(app, token) for token in tokens], small, large)


def settle(people: int, together: int, countries: Sequence[str]) -> tuple[list[Organisation], list[str]]:
    """Fill the cluster: so many people, of one organisation `together`, all signed in; their organisations and tokens."""
    organisations = [_organisation(number, countries) for number in range(people // together)]
    members = [_person(number) for number in range(people)]
    db.session.flush()
    _furnish(organisations)
    for number, person in enumerate(members):
        organisation = organisations[number // together]
        db.session.add(
            Membership(person_id=person.id, organisation_id=organisation.id, role=MembershipRole.EDITOR)
        )
    return organisations, [open_login(person) for person in members]


def _organisation(number: int, countries: Sequence[str]) -> Organisation:
    name = f"Cooperative {number}"
    organisation = Organisation(
        name=name,
        folded_name=fold(name),
        slug=f"cooperative-{number}",
        country=countries[number % len(countries)],
        type=OrganisationType.COOPERATIVE,
        state=OrganisationState.ADMITTED,
    )
    db.session.add(organisation)
    return organisation


def _person(number: int) -> Person:
    person = Person(name=f"Person {number}", email=f"person-{number}@example.org", verified_at=now())
    db.session.add(person)
    return person


def _furnish(organisations: list[Organisation]) -> None:
    """Give each organisation the six concepts that a profile has at least."""
    skills = db.session.scalars(select(Concept.id).where(Concept.kind == ConceptKind.SKILL).limit(60)).all()
    for number, organisation in enumerate(organisations):
        for place in range(6):
            relation = Relation.OFFERS if place < 4 else Relation.SEEKS
            concept_id = skills[(number * 7 + place) % len(skills)]
            db.session.add(
                OrganisationConcept(organisation_id=organisation.id, concept_id=concept_id, relation=relation)
            )


def _place(organisations: list[Organisation], people: range) -> Place:
    """An initiative of these organisations, with its room opened as the initiative's own service opens it."""
    title = f"Initiative of {len(people)} people from {people.start} on"
    slug = fold(title).replace(" ", "-")
    initiative = Initiative(
        slug=slug, lead_id=organisations[0].id, state=InitiativeState.OPEN, lang="en", opened_at=now()
    )
    db.session.add(initiative)
    db.session.flush()
    words = {"title": title, "folded_title": fold(title), "summary": title, "challenge": title}
    db.session.add(InitiativeText(initiative_id=initiative.id, lang="en", **words))
    for organisation in organisations:
        db.session.add(Partner(initiative_id=initiative.id, organisation_id=organisation.id))
    room: Room = open_room_for(RoomKind.INITIATIVE, initiative.id)
    return Place(room.id, room.stream_id, people)


def cookie_of(app: Flask, token: str) -> str:
    """What a browser that is signed in by this token sends."""
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None
    return str(serializer.dumps({"_user_id": token, "_fresh": True}))


def make_demonstration() -> None:
    """Bring an empty database to the newest schema, with the demonstration in it."""
    upgrade()
    with write_transaction():
        load_taxonomy()
    with write_transaction():
        seeding.seed()


def people_by_room() -> dict[int, set[int]]:
    """The ids of the rooms of initiatives, each with those of the people who may write in it."""
    found = db.session.execute(
        select(Room.id, Membership.person_id)
        .join(Partner, Partner.initiative_id == Room.initiative_id)
        .join(Membership, Membership.organisation_id == Partner.organisation_id)
        .where(Partner.left_at.is_(None))
        .order_by(Room.id)
    )
    people: dict[int, set[int]] = {}
    for room, person in found:
        people.setdefault(room, set()).add(person)
    return people
