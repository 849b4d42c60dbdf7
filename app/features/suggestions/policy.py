"""Who may see suggestions and set them aside, and who evens out how often each organisation is shown."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.permissions import ALWAYS, Policy, Rule
from app.features.organisations.policy import OWN

POLICY: Policy = {
    "suggestion.see": Rule(_l("See suggestions of partners"), representative=OWN, editor=OWN),
    "suggestion.set_aside": Rule(
        _l("Say of a suggestion “not now”, and take that back"), representative=OWN, editor=OWN
    ),
    "exposure.tune": Rule(
        _l("See how often the suggestions show each organisation, and even it out"), manager=ALWAYS
    ),
}
