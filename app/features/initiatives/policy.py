"""Who may do what to initiatives."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.permissions import ALWAYS, Condition, Policy, Rule
from app.features.initiatives.models import InitiativeState
from app.features.organisations.policy import OWN_ADMITTED, acts_for, acts_for_admitted

PUBLIC_ONES = Condition(
    lambda actor, initiative: initiative is None or initiative.state is not InitiativeState.DRAFT, "●"
)
OWN = Condition(
    lambda actor, initiative: (
        initiative is None or initiative.lead_id in {mine.id for mine in actor.organisations}
    ),
    _l("own"),
)
IF_LEAD = Condition(
    lambda actor, initiative: (
        acts_for_admitted(actor) and (initiative is None or acts_for(actor, initiative.lead_id))
    ),
    _l("if lead"),
)
INVITED = Condition(
    lambda actor, offer: (
        acts_for_admitted(actor) and (offer is None or acts_for(actor, offer.organisation_id))
    ),
    _l("invited"),
)
ITSELF = Condition(
    lambda actor, subject: subject is None or acts_for(actor, subject.organisation_id), _l("own")
)

POLICY: Policy = {
    "initiative.read": Rule(
        _l("Read an initiative that is open, running or closed"),
        visitor=PUBLIC_ONES,
        person=PUBLIC_ONES,
        representative=PUBLIC_ONES,
        editor=PUBLIC_ONES,
        partner=PUBLIC_ONES,
        facilitator=PUBLIC_ONES,
        manager=PUBLIC_ONES,
    ),
    "initiative.read_draft": Rule(
        _l("Read the draft of an initiative"), representative=OWN, editor=OWN, partner=OWN, manager=ALWAYS
    ),
    "initiative.post": Rule(
        _l("Post initiatives"), representative=OWN_ADMITTED, editor=OWN_ADMITTED, partner=OWN_ADMITTED
    ),
    "initiative.apply": Rule(
        _l("Apply to a seat of an initiative"),
        representative=OWN_ADMITTED,
        editor=OWN_ADMITTED,
        partner=OWN_ADMITTED,
    ),
    "initiative.withdraw": Rule(
        _l("Take back an application"), representative=ITSELF, editor=ITSELF, partner=ITSELF
    ),
    "initiative.edit": Rule(
        _l("Edit an initiative and the roles it wants"), representative=IF_LEAD, editor=IF_LEAD
    ),
    "initiative.decide": Rule(
        _l("Accept and decline applications, remove a partner"), representative=IF_LEAD, editor=IF_LEAD
    ),
    "initiative.invite": Rule(
        _l("Compose a consortium, offer seats to organisations and take an offer back"),
        representative=IF_LEAD,
        editor=IF_LEAD,
    ),
    "initiative.answer_offer": Rule(
        _l("Take or decline a seat that is offered"), representative=INVITED, editor=INVITED
    ),
    "initiative.change_state": Rule(
        _l("Open an initiative, run it, reopen it, delete its draft"), representative=IF_LEAD, editor=IF_LEAD
    ),
    "initiative.close": Rule(
        _l("Close an initiative"), representative=IF_LEAD, editor=IF_LEAD, manager=ALWAYS
    ),
    "initiative.leave": Rule(_l("Leave an initiative"), partner=ITSELF),
}
