"""The states of an organisation: which move leads from which to which; every other is a Conflict."""

from __future__ import annotations

import enum

from flask_babel import lazy_gettext as _l

from app.core.state_machine import StateMachine
from app.features.organisations.models import OrganisationState


class OrganisationMove(enum.StrEnum):
    """What can happen to an organisation's state."""

    VERIFY = "verify"
    ADMIT = "admit"
    SUSPEND = "suspend"
    RESTORE = "restore"


ORGANISATION_STATES = StateMachine(
    OrganisationMove,
    {
        (OrganisationState.DRAFT, OrganisationMove.VERIFY): OrganisationState.PENDING,
        (OrganisationState.PENDING, OrganisationMove.ADMIT): OrganisationState.ADMITTED,
        (OrganisationState.ADMITTED, OrganisationMove.SUSPEND): OrganisationState.SUSPENDED,
        (OrganisationState.SUSPENDED, OrganisationMove.RESTORE): OrganisationState.ADMITTED,
    },
    otherwise=_l("The organisation is in another state by now. Look at it as it is and try again."),
)
