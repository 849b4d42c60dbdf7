"""Organisations that meet: introductions, recommendations, and wishes that a facilitator hears of."""

from __future__ import annotations

from datetime import timedelta

from app.core.clock import now
from app.features.accessibility.models import BarrierReport
from app.features.accounts.models import Person
from app.features.introductions.models import FacilitatorTask, Introduction, IntroductionState, Recommendation
from app.features.notifications.models import Notification
from app.features.organisations.models import Organisation
from tests.support.factories.rooms import Rooms


class Introductions(Rooms):
    """Makes introductions, which have a room once they are accepted."""

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

    def notification(
        self, person: Person, kind: str, subject_id: int, organisation: Organisation | None = None
    ) -> Notification:
        """Something that concerns a person, unread."""
        return self._keep(
            Notification(
                person_id=person.id,
                kind=kind,
                subject_id=subject_id,
                organisation_id=organisation.id if organisation else None,
            )
        )

    def barrier_report(self, person: Person | None, reply_to: str = "") -> BarrierReport:
        """What stood in somebody's way."""
        return self._keep(
            BarrierReport(
                description="The letters are too small",
                location="/en/help",
                lang="en",
                reply_to=reply_to,
                person_id=person.id if person else None,
            )
        )

    def task(self, asking: Organisation, asked: Organisation, person: Person) -> FacilitatorTask:
        """A wish to meet an organisation that is not here yet."""
        return self._keep(
            FacilitatorTask(
                asked_by=asking.id, other_id=asked.id, person_id=person.id, message="Shall we meet?"
            )
        )
