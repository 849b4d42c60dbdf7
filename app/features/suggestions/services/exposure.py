"""The dial of the engine: how much being known by many costs."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.core.actors import Actor
from app.core.audit import record
from app.core.database import db
from app.core.errors import Invalid
from app.core.permissions import authorize
from app.features.suggestions.models import FAME_TOLL, TOLLS, EngineDial


def set_fame_toll(actor: Actor, value: float) -> EngineDial:
    """Set what being known by many costs; raises Forbidden, and Invalid for what is none of the steps."""
    authorize(actor, "exposure.tune")
    if value not in TOLLS:
        raise Invalid(fields={"toll": [_l("Choose one of these steps.")]})
    dial = db.session.scalar(select(EngineDial).where(EngineDial.name == FAME_TOLL).with_for_update())
    if dial is None:
        dial = EngineDial(name=FAME_TOLL, value=0.0)
        db.session.add(dial)
    before, dial.value = dial.value, value
    db.session.flush()
    record(actor, "exposure.tune", f"dial:{FAME_TOLL}", before={"value": before}, after={"value": value})
    return dial
