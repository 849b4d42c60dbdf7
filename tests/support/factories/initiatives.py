"""Initiatives, their seats, and who asks for one or is asked."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.core.clock import now
from app.core.database import db
from app.core.text import fold, slugify
from app.features.accounts.models import Person
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
from app.features.organisations.models import Organisation
from tests.support.factories.rooms import Rooms
from tests.support.factories.rows import concept_id


def words_of(initiative: Initiative, lang: str, title: str, summary: str, challenge: str) -> InitiativeText:
    """What an initiative says of itself in one language, to be kept."""
    return InitiativeText(
        initiative_id=initiative.id,
        lang=lang,
        title=title,
        folded_title=fold(title),
        summary=summary,
        challenge=challenge,
    )


class Initiatives(Rooms):
    """Makes initiatives, which have a room once they are open."""

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
        with self.at_once():
            db.session.add(words_of(initiative, lang, title, f"{title}, in short.", f"{title}, at length."))
            for code in sectors:
                db.session.add(InitiativeConcept(initiative_id=initiative.id, concept_id=concept_id(code)))
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
