"""Who may do what to accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.permissions import ALWAYS, Condition, Policy, Rule

OWN = Condition(lambda actor, person: actor.person_id == person.id, _l("one's own"))
OTHERS = Condition(lambda actor, person: actor.person_id != person.id, _l("not oneself"))

WHO_SEES_ADDRESS = _l(
    "Your email address is seen by the managers of the cluster and by those who act for your organisations."
)
"""Said wherever the address is asked for or shown; the rule itself is `organisation.read_members`."""

POLICY: Policy = {
    "account.join": Rule(_l("Create an account"), visitor=ALWAYS),
    "account.edit": Rule(
        _l("Change the name, language and password of an account"),
        person=OWN,
        representative=OWN,
        editor=OWN,
        partner=OWN,
        facilitator=OWN,
        manager=OWN,
    ),
    "person.suspend": Rule(_l("Suspend a person"), manager=OTHERS),
    "person.give_role": Rule(_l("Make somebody a facilitator or a manager"), manager=OTHERS),
}
