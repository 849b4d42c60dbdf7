"""The manifest of the consortia feature."""

from __future__ import annotations

from app.core.actors import VISITOR
from app.core.announcements import announce
from app.core.feature import Feature
from app.core.jobs import enqueue
from app.core.notices import NoticesRead, notify
from app.core.transactions import write_transaction
from app.features.consortia import fragments, views
from app.features.consortia.cli import consortia
from app.features.consortia.notices import NOTICES
from app.features.consortia.queries import proposals_for_seats, role_ids, roles_to_fill
from app.features.initiatives.announcements import InitiativeClosed, InitiativeOpened
from app.features.organisations.queries import people_of

SEATS_JOB = "consortia.seats"


def look_for_seats(opened: InitiativeOpened) -> None:
    """Have the engine asked, after the transaction, whom the seats of an initiative fit."""
    enqueue(SEATS_JOB, initiative_id=opened.initiative_id)


def notify_of_seats(initiative_id: int) -> None:
    """The job that asks the engine outside any transaction, and then notifies those whom it found."""
    initiative = roles_to_fill(initiative_id)
    if initiative is None:
        return
    proposals = proposals_for_seats(VISITOR, initiative, initiative.roles)
    found = [(role_id, item.organisation.id) for role_id, some in proposals.items() for item in some.items]
    with write_transaction():
        for role_id, organisation_id in found:
            notify("seat.fits", people_of(organisation_id), role_id, organisation_id)


def forget_seats(closed: InitiativeClosed) -> None:
    """Let the notices of an initiative's seats rest once it is closed."""
    for role_id in role_ids(closed.initiative_id):
        announce(NoticesRead(("seat.fits",), role_id))


FEATURE = Feature(
    name="consortia",
    blueprints=(views.blueprint,),
    notices=NOTICES,
    listens=((InitiativeOpened, look_for_seats), (InitiativeClosed, forget_seats)),
    jobs={SEATS_JOB: notify_of_seats},
    fragments={
        "initiative.role": fragments.proposed_for_seat,
        "initiative.roles": fragments.composing,
    },
    cli=(consortia,),
)
