"""Who may ask for introductions and answer them, and who looks after what waits for the facilitators."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.permissions import ALWAYS, Condition, Policy, Rule
from app.features.introductions.models import Introduction, Recommendation
from app.features.organisations.policy import acts_for, acts_for_admitted


def _takes_part(actor: Actor, introduction: Introduction | Recommendation | None) -> bool:
    return (
        introduction is None or acts_for(actor, introduction.low_id) or acts_for(actor, introduction.high_id)
    )


def _side(actor: Actor, introduction: Introduction, *, asking: bool) -> bool:
    return _takes_part(actor, introduction) and acts_for(actor, introduction.asked_by) is asking


ASKING = Condition(
    lambda actor, organisation: (
        acts_for_admitted(actor) and (organisation is None or not acts_for(actor, organisation.id))
    ),
    _l("own"),
)
PARTY = Condition(_takes_part, _l("own"))
ASKED = Condition(
    lambda actor, introduction: (
        acts_for_admitted(actor) and (introduction is None or _side(actor, introduction, asking=False))
    ),
    _l("own"),
)
ASKER = Condition(
    lambda actor, introduction: introduction is None or _side(actor, introduction, asking=True), _l("own")
)

POLICY: Policy = {
    "introduction.read": Rule(_l("Read introductions"), representative=PARTY, editor=PARTY),
    "introduction.ask": Rule(
        _l("Ask another organisation for an introduction"), representative=ASKING, editor=ASKING
    ),
    "introduction.answer": Rule(_l("Answer an introduction"), representative=ASKED, editor=ASKED),
    "introduction.withdraw": Rule(
        _l("Take back a wish to be introduced"), representative=ASKER, editor=ASKER
    ),
    "introduction.recommend": Rule(
        _l("Recommend to two organisations that they meet"), facilitator=ALWAYS, manager=ALWAYS
    ),
    "introduction.dismiss": Rule(
        _l("Say no to a recommended introduction"), representative=PARTY, editor=PARTY
    ),
    "task.read": Rule(_l("See what waits for the facilitators"), facilitator=ALWAYS, manager=ALWAYS),
    "task.finish": Rule(
        _l("Mark as done what waited for the facilitators"), facilitator=ALWAYS, manager=ALWAYS
    ),
}
