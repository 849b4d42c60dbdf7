"""Who may open decisions and answer them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.permissions import ALWAYS, Condition, Policy, Rule
from app.features.decisions.models import Proposal
from app.features.organisations.policy import OWN_ADMITTED, acts_for, acts_for_admitted


def is_elector(actor: Actor, proposal: Proposal | None) -> bool:
    """Whether the actor's organisation may answer; the list of electors stands since the opening."""
    if not acts_for_admitted(actor):
        return False
    return proposal is None or actor.organisation_id in {each.organisation_id for each in proposal.electors}


READS = Condition(
    lambda actor, proposal: (
        proposal is None
        or proposal.initiative_id is None
        or acts_for(actor, proposal.opened_by_id)
        or actor.organisation_id in {each.organisation_id for each in proposal.electors}
    ),
    _l("if elector"),
)
OF_CLUSTER = Condition(
    lambda actor, proposal: proposal is None or proposal.initiative_id is None, _l("cluster's")
)
ELECTOR = Condition(is_elector, _l("if elector"))
OPENED = Condition(
    lambda actor, proposal: proposal is None or acts_for(actor, proposal.opened_by_id), _l("own")
)
OPENED_BY_HER = Condition(
    lambda actor, proposal: proposal is None or proposal.person_id == actor.person_id, _l("own")
)

POLICY: Policy = {
    "decision.read": Rule(
        _l("Read a decision"),
        person=OF_CLUSTER,
        representative=READS,
        editor=READS,
        partner=READS,
        facilitator=ALWAYS,
        manager=ALWAYS,
    ),
    "decision.open": Rule(
        _l("Open a decision of an initiative"),
        representative=OWN_ADMITTED,
        editor=OWN_ADMITTED,
        partner=OWN_ADMITTED,
        facilitator=ALWAYS,
    ),
    "decision.open_for_cluster": Rule(
        _l("Open a decision of the whole cluster"), facilitator=ALWAYS, manager=ALWAYS
    ),
    "decision.vote": Rule(
        _l("Answer for an organisation"), representative=ELECTOR, editor=ELECTOR, partner=ELECTOR
    ),
    "decision.withdraw": Rule(
        _l("Withdraw a decision that is open"),
        representative=OPENED,
        editor=OPENED,
        facilitator=OPENED_BY_HER,
        manager=OF_CLUSTER,
    ),
}
