"""Who may join, prepare and run design sessions; and that nobody may learn who wrote an anonymous card."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import ColumnElement

from app.core.actors import Actor
from app.core.permissions import ALWAYS, Condition, Policy, Rule
from app.features.design.queries import access
from app.features.organisations.policy import acts_for_admitted


def _where(
    condition: Callable[[Actor], ColumnElement[bool]], word: LazyString | str, *, without: bool = False
) -> Condition:
    """A condition that is asked of the database; `without` a design session it is answered as said here."""

    def met(actor: Actor, design_session: Any) -> bool:
        if design_session is None:
            return without
        return access.meets_condition(condition, actor, design_session)

    return Condition(met, word)


def _member(condition: Condition) -> Condition:
    """The condition, for those who act for an organisation of the cluster."""
    return Condition(
        lambda actor, subject: acts_for_admitted(actor) and condition.holds(actor, subject), condition.word
    )


INVITED = _where(access.invited, _l("invited"))
OF_INITIATIVE = _member(_where(access.of_own_initiatives, "●"))
NAMED = _member(_where(access.named_to_run, _l("if named")))
HOLDS_DESK = _where(access.named_to_run, _l("if the desk was taken"))
LEFT_ALONE = _where(access.unattended, _l("if nobody is at the desk"))

POLICY: Policy = {
    "design.join": Rule(
        _l("Join a design session"),
        representative=_member(INVITED),
        editor=_member(INVITED),
        partner=OF_INITIATIVE,
        facilitator=ALWAYS,
        manager=INVITED,
    ),
    "design.prepare": Rule(_l("Prepare a design session"), partner=NAMED, facilitator=ALWAYS),
    "design.run": Rule(_l("Run a design session"), partner=NAMED, facilitator=ALWAYS, manager=HOLDS_DESK),
    "design.take_desk": Rule(
        _l("Take over the desk of a design session"), partner=NAMED, facilitator=ALWAYS, manager=LEFT_ALONE
    ),
    "design.learn_author": Rule(_l("Learn who wrote an anonymous card")),
}
