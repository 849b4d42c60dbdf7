"""People, their organisations, and what those did before."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from app.core.actors import Actor
from app.core.clock import now
from app.core.database import db
from app.core.text import fold, slugify
from app.core.transactions import write_transaction
from app.features.accounts.models import ClusterRole, Person
from app.features.imports.models import BatchState, ImportBatch, ImportRow, RowFate
from app.features.organisations.models import (
    Collaboration,
    CollaborationPartner,
    Invitation,
    Membership,
    MembershipRequest,
    MembershipRole,
    Organisation,
    OrganisationConcept,
    OrganisationState,
    OrganisationText,
    OrganisationType,
    Relation,
    StoryPage,
    TrackEntry,
    TrackPartner,
)
from app.features.taxonomy.models import ConceptKind
from app.features.taxonomy.services.merging import merge_concepts
from app.features.taxonomy.services.wishes import ask_for_word
from tests.support.factories.rows import Rows, concept_id


class Organisations(Rows):
    """Makes people and organisations."""

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
        cooperation: Sequence[str] = (),
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
            Relation.COOPERATION: cooperation,
        }
        with self.at_once():
            for relation, codes in wanted.items():
                for code in codes:
                    db.session.add(
                        OrganisationConcept(
                            organisation_id=organisation.id, concept_id=concept_id(code), relation=relation
                        )
                    )
            if story:
                db.session.add(OrganisationText(organisation_id=organisation.id, lang=lang, body=story))
        if editor is not None:
            self.member(editor, organisation)
        return organisation

    def merged_concepts(self) -> dict[str, object]:
        """The ids of two skills, of the change that merged a third into one of them, and of a word that is missing."""
        manager = self.person("Merges", role=ClusterRole.MANAGER)
        with self.app.app_context(), write_transaction():
            concept, another = concept_id("skill:gardening"), concept_id("skill:cooking")
            change = merge_concepts(Actor(person=manager), concept_id("skill:catering"), concept)
            wish = ask_for_word(Actor(person=manager), ConceptKind.SKILL, "Falconry", "en")
            return {
                "concept": concept,
                "another_concept": another,
                "concept_merge": change.id,
                "wish": wish.id,
            }

    def member(
        self, person: Person, organisation: Organisation, role: MembershipRole = MembershipRole.EDITOR
    ) -> Membership:
        """A person's membership of an organisation."""
        return self._keep(Membership(person_id=person.id, organisation_id=organisation.id, role=role))

    def import_batch(self, person: Person, state: BatchState = BatchState.CHECKED) -> ImportBatch:
        """An import of one row, which was checked."""
        batch = self._keep(
            ImportBatch(
                person_id=person.id,
                file_name="members.csv",
                file_digest=secrets.token_hex(32),
                lang="en",
                country="IT",
                header=["Name"],
                mapping={"0": "name"},
                state=state,
                row_count=1,
                counts={"create": 1},
            )
        )
        self._keep(ImportRow(batch_id=batch.id, line=2, cells=["Orto di Anna"], fate=RowFate.CREATE))
        return batch

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

    def membership_request(self, organisation: Organisation, person: Person) -> MembershipRequest:
        """A person's request to act for an organisation, which waits for an answer."""
        return self._keep(
            MembershipRequest(
                organisation_id=organisation.id, person_id=person.id, role=MembershipRole.REPRESENTATIVE
            )
        )

    def collaboration(self, title: str, *partners: Organisation, **columns: Any) -> Collaboration:
        """A joint project of the past."""
        collaboration: Collaboration = self._keep(
            Collaboration(title=title, source="test", external_id=f"c{self._next()}", **columns)
        )
        with self.at_once():
            for partner in partners:
                db.session.add(
                    CollaborationPartner(collaboration_id=collaboration.id, organisation_id=partner.id)
                )
        return collaboration

    def story_page(
        self, organisation: Organisation, title: str = "A garden for all", **columns: Any
    ) -> StoryPage:
        """A story of an organisation in three parts."""
        texts = {"lang": "en", "problem": "No work.", "tool": "A garden.", "effect": "Six jobs."}
        return self._keep(StoryPage(organisation_id=organisation.id, title=title, **{**texts, **columns}))

    def track_entry(
        self, organisation: Organisation, title: str, *partners: Organisation, **columns: Any
    ) -> TrackEntry:
        """A project of the past that an organisation tells of, with partners in the cluster."""
        entry: TrackEntry = self._keep(TrackEntry(organisation_id=organisation.id, title=title, **columns))
        with self.at_once():
            for partner in partners:
                db.session.add(TrackPartner(track_id=entry.id, organisation_id=partner.id))
        return entry
