"""The small world in which every door is knocked at: two organisations, what each has, and people in every role."""

from __future__ import annotations

import json
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import update

from app import create_app
from app.core.clock import now
from app.core.database import db
from app.core.transactions import write_transaction
from app.features.accounts.models import ClusterRole, Person
from app.features.claims.models import ClaimState
from app.features.design.models.sessions import DesignSession
from app.features.initiatives.models import InitiativeState
from app.features.introductions.models import IntroductionState
from app.features.notifications.unsubscribe_tokens import make_token
from app.features.organisations.models import MembershipRole, OrganisationState
from config import Settings
from tests.support.app import sqlite_copy
from tests.support.commands import SECRET
from tests.support.compiled import share_compiled
from tests.support.factories import Make
from tests.support.shared import Shared

ROLES = ("visitor", "person", "representative", "editor", "outsider", "partner", "facilitator", "manager")
"""Who knocks. "Own" is what Il Filo Verde has; the outsider belongs to a third organisation, the partner to a fourth."""


@dataclass(frozen=True)
class World:
    """Who there is, and the values that stand in addresses: `own`, `other` and `missing` for each kind of object."""

    people: dict[str, Person | None]
    values: dict[str, dict[str, object]]


def world_copy(shared: Shared, folder: Path) -> str:
    """The address of a copy of the world's SQLite database in `folder`, beside a copy of its files.

    The world is made once for the run: for each of two hundred doors that would take two seconds.
    """
    template = shared.folder / "world"

    def make() -> dict[str, Any]:
        template.mkdir()
        settings = Settings(
            secret_key=SECRET, database_url=sqlite_copy(shared, template), instance=template, testing=True
        )
        app = create_app(settings)
        share_compiled(app, shared.folder)
        world = build(Make(app))
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        with sqlite3.connect(template / "trama.db") as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        people = {role: person and person.id for role, person in world.people.items()}
        return {"people": people, "values": world.values}

    shared.once("world", make)
    shutil.copytree(template, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*-wal", "*-shm"))
    return f"sqlite:///{folder / 'trama.db'}"


def copied_world(shared: Shared, app: Flask) -> World:
    """The world whose copy an application serves (`world_copy`)."""
    made = json.loads((shared.folder / "world.json").read_text())
    with app.app_context():
        with write_transaction():
            # Nobody was at the desk since the world was made, and a manager may take over a desk that is left.
            db.session.execute(update(DesignSession).values(desk_seen_at=now()))
        people = {role: id and db.session.get_one(Person, id) for role, id in made["people"].items()}
        db.session.expunge_all()
    return World(people, made["values"])


def build(make: Make) -> World:
    """Everything of which somebody could try what is not hers."""
    editor, other = make.person("Giulia Rossi"), make.person("Marek Wójcik")
    filo = make.organisation("Il Filo Verde", country="IT", editor=editor)
    zielona = make.organisation("Zielona Spółdzielnia", country="PL", editor=other)
    third = make.organisation("Atelier du Lin", country="FR")
    fourth = make.organisation("Prasini Geitonia", country="CY")
    people: dict[str, Person | None] = {"visitor": None, "person": make.person("Nora"), "editor": editor}
    people["representative"] = make.person("Piero Conti")
    make.member(people["representative"], filo, MembershipRole.REPRESENTATIVE)
    people["outsider"] = make.person("Camille Durand")
    make.member(people["outsider"], third)
    people["partner"] = make.person("Eleni Pavlou")
    make.member(people["partner"], fourth)
    people["facilitator"] = make.person("Ioana", role=ClusterRole.FACILITATOR)
    people["manager"] = make.person("Piet", role=ClusterRole.MANAGER)
    designer = make.person("Dana", role=ClusterRole.FACILITATOR)
    values = _things(make, filo, zielona, third, fourth, editor, other, designer)
    return World(people, values)


def _translated(make: Make, room: Any, person: Person, organisation: Any) -> int:
    """A message that has a translation; returns its number."""
    seq = make.message(room, person, organisation)
    make.translation(room, seq)
    return seq


def _things(
    make: Make, filo, zielona, third, fourth, editor, other, designer
) -> dict[str, dict[str, object]]:  # type: ignore[no-untyped-def]
    """Initiatives, applications, introductions and rooms of both organisations."""
    colleague = make.person("Luca Verdi")
    make.member(colleague, filo)
    stranger = make.person("Jan Nowak")
    make.member(stranger, zielona)
    pending = make.organisation("Not Yet", country="BE", state=OrganisationState.PENDING)
    applicants = [make.organisation(f"Applicant {number}", country="FR") for number in (1, 2)]
    sides: list[tuple[Any, ...]] = []
    parts: list[Any] = []
    for lead, person in ((filo, editor), (zielona, other)):
        initiative = make.initiative(lead, f"Seeds of {lead.name}", roles=(("Logistics", 2), ("Training", 1)))
        roles = make.roles(initiative)
        draft = make.initiative(lead, f"Draft of {lead.name}", state=InitiativeState.DRAFT)
        parts.append(make.partner(initiative, fourth, roles[0]))
        asked = make.introduction(applicants[0], lead, person)
        met = make.introduction(lead, applicants[1], person, IntroductionState.ACCEPTED)
        sides.append((initiative, draft, roles, asked, met))
    own, others = sides
    applications = [make.application(side[2][1], applicants[0], other) for side in sides]
    invitations = [make.invitation(lead, f"new@{lead.slug}.example") for lead in (filo, zielona)]
    requests = [make.membership_request(lead, make.person("Asks")) for lead in (filo, zielona)]
    offers = [make.offer(side[2][0], third, person) for side, person in ((own, editor), (others, other))]
    lonely = make.organisation("Fondo Ponte", country="IT")
    recommended = [make.recommendation(each, lonely) for each in (filo, zielona)]
    with make.app.app_context():
        tokens = [make_token(each.id, ["introduction.asked"]) for each in (editor, other)]
    notifications = [
        make.notification(person, "introduction.asked", side[3].id, lead)
        for person, side, lead in ((editor, own, filo), (other, others, zielona))
    ]
    task = make.task(applicants[0], third, other)
    said = [make.message(make.room(own[0]), editor, filo), make.message(make.room(others[0]), other, zielona)]
    reported = [make.message_report(make.room(side[0]), seq) for side, seq in zip(sides, said, strict=True)]
    themes = [make.theme(f"Theme of {lead.name}") for lead in (filo, zielona)]
    words = make.merged_concepts()
    claims = [make.claim(lead, make.person("Claims")) for lead in (filo, zielona)]
    listings = [make.organisation("Listed", country="NL", unclaimed=True) for _ in range(2)]
    claiming, taking_down = ("a-claim", "another-claim"), ("a-report", "another-report")
    for listed, token in zip(listings, claiming, strict=True):
        make.claim(listed, make.person("Claims"), ClaimState.ASKED, token=token)
    listing_reports = [make.listing_report(*each) for each in zip(listings, taking_down, strict=True)]
    barriers = [make.barrier_report(person) for person in (editor, other)]
    batches = [make.import_batch(person) for person in (editor, other)]
    return {
        "own": {
            "organisation": filo.slug,
            "organisation_id": filo.id,
            "colleague": colleague.id,
            "initiative": own[0].slug,
            "draft": own[1].slug,
            "role": own[2][0].id,
            "free_role": own[2][1].id,
            "application": applications[0].id,
            "offer": offers[0].id,
            "lonely": lonely.slug,
            "recommendation": recommended[0].id,
            "partner": parts[0].id,
            "introduction": own[3].id,
            "room": make.room(own[0]).id,
            "stream": make.room(own[0]).stream_id,
            "message": _translated(make, make.room(own[0]), editor, filo),
            "file": make.file(make.room(own[0]), editor, filo),
            **_designed(make, own[0], designer),
            "proposal": make.proposal(editor, filo, own[0]),
            "decided": make.proposal(editor, filo, own[0], decided=True),
            "meeting": make.room(own[4]).id,
            "theme": themes[0].id,
            "pending": pending.slug,
            "story": make.story_page(filo).id,
            "track": make.track_entry(filo, "Seeds").id,
            "invitation": invitations[0].id,
            "request": requests[0].id,
            "unsubscribing": tokens[0],
            "notification": notifications[0].id,
            "task": task.id,
            "barrier": barriers[0].id,
            "batch": batches[0].id,
            **words,
            "claim": claims[0].id,
            "claiming": claiming[0],
            "taking_down": taking_down[0],
            "listing": listings[0].slug,
            "listing_report": listing_reports[0].id,
            "report": reported[0].id,
        },
        "other": {
            "organisation": zielona.slug,
            "organisation_id": zielona.id,
            "colleague": stranger.id,
            "initiative": others[0].slug,
            "draft": others[1].slug,
            "role": others[2][0].id,
            "free_role": others[2][1].id,
            "application": applications[1].id,
            "offer": offers[1].id,
            "lonely": lonely.slug,
            "recommendation": recommended[1].id,
            "partner": parts[1].id,
            "introduction": others[3].id,
            "room": make.room(others[0]).id,
            "stream": make.room(others[0]).stream_id,
            "message": _translated(make, make.room(others[0]), other, zielona),
            "file": make.file(make.room(others[0]), other, zielona),
            **_designed(make, others[0], designer),
            "proposal": make.proposal(other, zielona, others[0]),
            "decided": make.proposal(other, zielona, others[0], decided=True),
            "meeting": make.room(others[4]).id,
            "theme": themes[1].id,
            "pending": pending.slug,
            "story": make.story_page(zielona).id,
            "track": make.track_entry(zielona, "Nasiona").id,
            "invitation": invitations[1].id,
            "request": requests[1].id,
            "unsubscribing": tokens[1],
            "notification": notifications[1].id,
            "task": task.id,
            "barrier": barriers[1].id,
            "batch": batches[1].id,
            **words,
            "claim": claims[1].id,
            "claiming": claiming[1],
            "taking_down": taking_down[1],
            "listing": listings[1].slug,
            "listing_report": listing_reports[1].id,
            "report": reported[1].id,
        },
        "missing": {
            "file": "no-such-file",
            "organisation": "no-such-organisation",
            "organisation_id": 987654,
            "colleague": 987654,
            "initiative": "no-such-initiative",
            "draft": "no-such-draft",
            "role": 987654,
            "free_role": 987654,
            "application": 987654,
            "offer": 987654,
            "lonely": "no-such-organisation",
            "recommendation": 987654,
            "partner": 987654,
            "introduction": 987654,
            "room": 987654,
            "stream": "no-such-stream",
            "message": 987654,
            "design": 987654,
            "phase": 987654,
            "cluster": 987654,
            "card": "abcdef",
            "proposal": "no-such-decision",
            "decided": "no-such-decision",
            "seated": 987654,
            "meeting": 987654,
            "theme": 987654,
            "pending": "no-such-pending",
            "story": 987654,
            "track": 987654,
            "invitation": 987654,
            "request": 987654,
            "unsubscribing": "no-such-token",
            "notification": 987654,
            "task": 987654,
            "barrier": 987654,
            "batch": 987654,
            **dict.fromkeys(words, 987654),
            "claim": 987654,
            "claiming": "no-such-token",
            "taking_down": "no-such-token",
            "listing": "no-such-organisation",
            "listing_report": 987654,
            "report": 987654,
        },
    }


def _designed(make: Make, initiative: Any, designer: Person) -> dict[str, object]:
    """A design session of an initiative that goes on, with a card, a cluster and somebody who takes part."""
    design = make.design_session(designer, initiative)
    return {
        "design": design.id,
        "phase": make.phase(design).id,
        "cluster": make.cluster(design).id,
        "card": make.card(design).key,
        "seated": designer.id,
    }
