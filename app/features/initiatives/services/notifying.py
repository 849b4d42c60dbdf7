"""Who is notified of applications and offers: those who lead, those who applied or were invited."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.notices import notify
from app.features.initiatives.models import Application, Initiative, SeatOffer
from app.features.organisations.queries import people_of


def notify_lead(initiative: Initiative, application: Application) -> None:
    """Notify everybody who acts for the lead that an organisation applied."""
    notify("application.sent", people_of(initiative.lead_id), application.id, initiative.lead_id)


def notify_applicant(application: Application, kind: str) -> None:
    """Notify the person who applied of the answer; where she acts for the organisation no more, those who do."""
    people = _author_or_all(application.person_id, application.organisation_id)
    notify(kind, people, application.id, application.organisation_id)


def notify_invited(offer: SeatOffer) -> None:
    """Notify everybody who acts for an organisation that a seat is offered to it."""
    notify("offer.sent", people_of(offer.organisation_id), offer.id, offer.organisation_id)


def notify_inviter(initiative: Initiative, offer: SeatOffer, kind: str) -> None:
    """Notify the person who offered a seat of the answer; where she acts for the lead no more, those who do."""
    people = _author_or_all(offer.person_id, initiative.lead_id)
    notify(kind, people, offer.id, initiative.lead_id)


def _author_or_all(person_id: int | None, organisation_id: int) -> Sequence[int]:
    people = people_of(organisation_id)
    return [person_id] if person_id is not None and person_id in people else people
