"""People, organisations and what they do, put into the database for a test to begin with."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.actors import Actor
from app.core.clock import now
from app.core.database import db
from app.core.doors.transaction import writing
from app.core.streams.services import open_stream
from app.core.text import fold, slugify
from app.features.accounts.models import ClusterRole, Person
from app.features.design.models import BoardColumn, Card, Cluster, DesignSession, DesignState, Phase
from app.features.design.queries import phases_of
from app.features.design.services import close, open_for_cards, prepare, start
from app.features.initiatives.models import (
    Application,
    Initiative,
    InitiativeConcept,
    InitiativeState,
    InitiativeText,
    Partner,
    SeatOffer,
    WantedRole,
    WantedRoleWant,
    WantKind,
)
from app.features.organisations.models import (
    Collaboration,
    CollaborationPartner,
    Invitation,
    Membership,
    MembershipRole,
    Organisation,
    OrganisationConcept,
    OrganisationState,
    OrganisationText,
    OrganisationType,
    Relation,
)
from app.features.rooms.models import Room, RoomKind
from app.features.rooms.services import post_message
from app.features.suggestions.models import (
    FacilitatorTask,
    Introduction,
    IntroductionState,
    Recommendation,
)
from app.features.taxonomy.models import Concept

OPEN_PHASE = {"kind": "how_might_we", "title": "Ideas", "prompt": "What could we share?", "minutes": 10}


class Make:
    """Makes rows as if people had made them; returns them detached, with their columns to read."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.count = 0

    @contextmanager
    def _saving(self) -> Iterator[None]:
        with self.app.app_context():
            yield
            db.session.commit()

    def _keep(self, row: Any) -> Any:
        """Save one row and give it back with its columns loaded."""
        with self.app.app_context():
            db.session.add(row)
            db.session.commit()
            db.session.refresh(row)
            db.session.expunge(row)
        return row

    def _next(self) -> int:
        self.count += 1
        return self.count

    def person(
        self,
        name: str = "Anna Bianchi",
        *,
        role: ClusterRole = ClusterRole.MEMBER,
        locale: str = "en",
        verified: bool = True,
        **columns: Any,
    ) -> Person:
        """A person with an account."""
        columns.setdefault("email", f"{slugify(name, 'person')}-{self._next()}@example.org")
        verified_at = now() if verified else None
        return self._keep(
            Person(name=name, cluster_role=role, locale=locale, verified_at=verified_at, **columns)
        )

    def organisation(
        self,
        name: str = "Il Filo Verde",
        *,
        country: str = "IT",
        type: OrganisationType = OrganisationType.COOPERATIVE,
        state: OrganisationState = OrganisationState.ADMITTED,
        story: str = "",
        lang: str = "en",
        editor: Person | None = None,
        sectors: Sequence[str] = (),
        offers: Sequence[str] = (),
        seeks: Sequence[str] = (),
        languages: Sequence[str] = (),
        goals: Sequence[str] = (),
        **columns: Any,
    ) -> Organisation:
        """An organisation with the concepts of its profile, given by code, and perhaps its editor."""
        columns.setdefault("slug", f"{slugify(name, 'organisation')}-{self._next()}")
        organisation: Organisation = self._keep(
            Organisation(
                name=name, folded_name=fold(name), country=country, type=type, state=state, **columns
            )
        )
        wanted = {
            Relation.SECTOR: sectors,
            Relation.OFFERS: offers,
            Relation.SEEKS: seeks,
            Relation.LANGUAGE: languages,
            Relation.GOAL: goals,
        }
        with self._saving():
            for relation, codes in wanted.items():
                for code in codes:
                    db.session.add(
                        OrganisationConcept(
                            organisation_id=organisation.id, concept_id=_concept(code), relation=relation
                        )
                    )
            if story:
                db.session.add(OrganisationText(organisation_id=organisation.id, lang=lang, body=story))
        if editor is not None:
            self.member(editor, organisation)
        return organisation

    def member(
        self, person: Person, organisation: Organisation, role: MembershipRole = MembershipRole.EDITOR
    ) -> Membership:
        """A person's membership of an organisation."""
        return self._keep(Membership(person_id=person.id, organisation_id=organisation.id, role=role))

    def initiative(
        self,
        lead: Organisation,
        title: str = "Seeds across borders",
        *,
        state: InitiativeState = InitiativeState.OPEN,
        lang: str = "en",
        roles: Sequence[tuple[str, int]] = (("Logistics", 1),),
        wants: Sequence[str] = (),
        sectors: Sequence[str] = (),
    ) -> Initiative:
        """An initiative with its wanted roles (title, seats), each wanting the concepts `wants`; lead and room included."""
        slug = f"{slugify(title, 'initiative')}-{self._next()}"
        opened_at = None if state is InitiativeState.DRAFT else now()
        initiative: Initiative = self._keep(
            Initiative(slug=slug, lead_id=lead.id, state=state, lang=lang, opened_at=opened_at)
        )
        with self._saving():
            db.session.add(
                InitiativeText(
                    initiative_id=initiative.id,
                    lang=lang,
                    title=title,
                    folded_title=fold(title),
                    summary=f"{title}, in short.",
                    challenge=f"{title}, at length.",
                )
            )
            for code in sectors:
                db.session.add(InitiativeConcept(initiative_id=initiative.id, concept_id=_concept(code)))
            for role_title, seats in roles:
                role = WantedRole(initiative_id=initiative.id, title=role_title, seats=seats)
                db.session.add(role)
                db.session.flush()
                for code in wants:
                    db.session.add(WantedRoleWant(role_id=role.id, kind=WantKind.CONCEPT, value=code))
            db.session.add(Partner(initiative_id=initiative.id, organisation_id=lead.id))
        if state is not InitiativeState.DRAFT:
            self.room(initiative)
        return initiative

    def roles(self, initiative: Initiative) -> list[WantedRole]:
        """The wanted roles of an initiative, in order."""
        with self.app.app_context():
            found = db.session.scalars(
                select(WantedRole).where(WantedRole.initiative_id == initiative.id).order_by(WantedRole.id)
            ).all()
            db.session.expunge_all()
            return list(found)

    def partner(
        self, initiative: Initiative, organisation: Organisation, role: WantedRole | None = None
    ) -> Partner:
        """An organisation's part in an initiative."""
        role_id = role.id if role else None
        return self._keep(
            Partner(initiative_id=initiative.id, organisation_id=organisation.id, role_id=role_id)
        )

    def application(
        self,
        role: WantedRole,
        organisation: Organisation,
        person: Person,
        message: str = "We would like to join.",
    ) -> Application:
        """An application that waits for an answer."""
        return self._keep(
            Application(
                role_id=role.id,
                organisation_id=organisation.id,
                person_id=person.id,
                message=message,
                lang="en",
            )
        )

    def offer(
        self, role: WantedRole, organisation: Organisation, person: Person, message: str = "Join us."
    ) -> SeatOffer:
        """A seat on offer that waits for an answer."""
        return self._keep(
            SeatOffer(
                role_id=role.id,
                organisation_id=organisation.id,
                person_id=person.id,
                message=message,
                lang="en",
            )
        )

    def introduction(
        self,
        asking: Organisation,
        asked: Organisation,
        person: Person,
        state: IntroductionState = IntroductionState.ASKED,
        message: str = "Shall we meet?",
    ) -> Introduction:
        """An introduction; with its room when it is accepted."""
        low, high = sorted((asking.id, asked.id))
        introduction: Introduction = self._keep(
            Introduction(
                low_id=low,
                high_id=high,
                asked_by=asking.id,
                person_id=person.id,
                message=message,
                lang="en",
                state=state,
                expires_at=now() + timedelta(days=30),
                answered_at=None if state is IntroductionState.ASKED else now(),
            )
        )
        if state is IntroductionState.ACCEPTED:
            self.room(introduction)
        return introduction

    def recommendation(self, one: Organisation, other: Organisation) -> Recommendation:
        """An introduction that a facilitator recommends to both."""
        low, high = sorted((one.id, other.id))
        return self._keep(Recommendation(low_id=low, high_id=high))

    def invitation(self, organisation: Organisation, email: str) -> Invitation:
        """An address invited to act for an organisation."""
        secret = secrets.token_hex(32)
        expires_at = now() + timedelta(days=14)
        role = MembershipRole.REPRESENTATIVE
        return self._keep(
            Invitation(
                organisation_id=organisation.id,
                email=email,
                role=role,
                token_hash=secret,
                expires_at=expires_at,
            )
        )

    def task(self, asking: Organisation, asked: Organisation, person: Person) -> FacilitatorTask:
        """A wish to meet an organisation that is not here yet."""
        return self._keep(
            FacilitatorTask(
                asked_by=asking.id, other_id=asked.id, person_id=person.id, message="Shall we meet?"
            )
        )

    def room(self, owner: Initiative | Introduction) -> Room:
        """The room of an initiative or of an introduction; the one that is there, if it is."""
        kind = RoomKind.INITIATIVE if isinstance(owner, Initiative) else RoomKind.INTRODUCTION
        column = f"{kind.value}_id"
        with self.app.app_context():
            room = db.session.scalar(select(Room).filter_by(**{column: owner.id}))
            if room is None:
                room = Room(kind=kind, stream_id=open_stream("room").id, **{column: owner.id})
                db.session.add(room)
                db.session.commit()
            db.session.refresh(room)
            db.session.expunge(room)
        return room

    def message(self, room: Room, person: Person, organisation: Organisation, body: str = "Hello") -> int:
        """Something said in a room; returns its number."""
        with self.app.app_context(), writing():
            actor = Actor(person, organisation, "editor", (organisation,))
            return int(post_message(actor, room.id, secrets.token_urlsafe(12), body, "en")["seq"])

    def design_session(
        self,
        facilitator: Person,
        initiative: Initiative | None = None,
        *,
        phases: Sequence[dict[str, Any]] = (OPEN_PHASE,),
        state: DesignState = DesignState.LIVE,
        title: str = "Seeds together",
        **more: Any,
    ) -> DesignSession:
        """A design session by a facilitator, going on unless said otherwise; cards are written and moved in its phase."""
        method = {"code": "tried", "version": 1, "columns": ["Ideas"], "phases": list(phases)}
        with self.app.app_context():
            actor = Actor(db.session.get_one(Person, facilitator.id))
            slug = initiative.slug if initiative else None
            design = prepare(actor, title=title, lang="en", method=method, initiative=slug, **more)
            db.session.commit()
            if state is DesignState.OPEN:
                open_for_cards(actor, design.id)
            elif state is not DesignState.DRAFT:
                start(actor, design.id)
            if state is DesignState.CLOSED:
                close(actor, design.id)
            db.session.commit()
            db.session.refresh(design)
            db.session.expunge(design)
        return design

    def phase(self, design: DesignSession) -> Phase:
        """The first phase of a design session."""
        with self.app.app_context():
            found = phases_of(design)[0]
            db.session.expunge(found)
        return found

    def card(self, design: DesignSession, text: str = "Share the lorry", **columns: Any) -> Card:
        """A card in the first column of a design session."""
        with self.app.app_context():
            column_id = db.session.scalars(
                select(BoardColumn.id).where(BoardColumn.design_id == design.id).order_by(BoardColumn.id)
            ).first()
        rank = f"V{self._next()}V"
        return self._keep(
            Card(design_id=design.id, column_id=column_id, rank=rank, text=text, lang="en", **columns)
        )

    def cluster(self, design: DesignSession, name: str = "Costs") -> Cluster:
        """A cluster with a card in it."""
        card = self.card(design)
        cluster: Cluster = self._keep(
            Cluster(design_id=design.id, column_id=card.column_id, name=name, rank="V")
        )
        with self._saving():
            db.session.get_one(Card, card.id).cluster_id = cluster.id
        return cluster

    def collaboration(self, title: str, *partners: Organisation, **columns: Any) -> Collaboration:
        """A joint project of the past."""
        collaboration: Collaboration = self._keep(
            Collaboration(title=title, source="test", external_id=f"c{self._next()}", **columns)
        )
        with self._saving():
            for partner in partners:
                db.session.add(
                    CollaborationPartner(collaboration_id=collaboration.id, organisation_id=partner.id)
                )
        return collaboration


def _concept(code: str) -> int:
    """The id of a concept by its code."""
    return db.session.scalars(select(Concept.id).where(Concept.code == code)).one()


@dataclass(frozen=True)
class Cast:
    """The same people in every test: two organisations with an editor each, a facilitator, a manager, a newcomer."""

    member: Person
    organisation: Organisation
    other: Person
    other_organisation: Organisation
    representative: Person
    facilitator: Person
    manager: Person
    newcomer: Person


@pytest.fixture
def make(app: Flask) -> Make:
    """The factories."""
    return Make(app)


@pytest.fixture
def cast(make: Make) -> Cast:
    """The cast: Giulia of Il Filo Verde (Torino), Marek of Zielona Spółdzielnia (Kraków) and the others."""
    giulia = make.person("Giulia Rossi")
    marek = make.person("Marek Wójcik")
    filo = make.organisation("Il Filo Verde", country="IT", city="Torino", editor=giulia)
    zielona = make.organisation("Zielona Spółdzielnia", country="PL", city="Kraków", editor=marek)
    piero = make.person("Piero Conti")
    make.member(piero, filo, MembershipRole.REPRESENTATIVE)
    return Cast(
        member=giulia,
        organisation=filo,
        other=marek,
        other_organisation=zielona,
        representative=piero,
        facilitator=make.person("Ioana Facilitator", role=ClusterRole.FACILITATOR),
        manager=make.person("Piet Manager", role=ClusterRole.MANAGER),
        newcomer=make.person("Nora Newcomer"),
    )
