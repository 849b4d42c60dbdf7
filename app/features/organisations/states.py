"""The states of an organisation: which move leads from which to which; every other is a Conflict."""

from __future__ import annotations

import enum
from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from app.core.errors import Conflict
from app.features.organisations.models import OrganisationState


class Move(enum.StrEnum):
    """What can happen to an organisation's state."""

    VERIFY = "verify"
    ADMIT = "admit"
    SUSPEND = "suspend"
    RESTORE = "restore"


TRANSITIONS: Mapping[tuple[OrganisationState, Move], OrganisationState] = {
    (OrganisationState.DRAFT, Move.VERIFY): OrganisationState.PENDING,
    (OrganisationState.PENDING, Move.ADMIT): OrganisationState.ADMITTED,
    (OrganisationState.ADMITTED, Move.SUSPEND): OrganisationState.SUSPENDED,
    (OrganisationState.SUSPENDED, Move.RESTORE): OrganisationState.ADMITTED,
}


def after(state: OrganisationState, move: Move) -> OrganisationState:
    """The state that a move leads to; raises Conflict where the table has none."""
    try:
        return TRANSITIONS[state, move]
    except KeyError as error:
        raise Conflict(
            _l("The organisation is in another state by now. Look at it as it is and try again.")
        ) from error
