"""Who reads how visible an organisation is."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.permissions import ALWAYS, Policy, Rule
from app.features.organisations.policy import OWN

POLICY: Policy = {
    "visibility.read": Rule(
        _l("Read how often the profile of an organisation was shown and opened"), editor=OWN, manager=ALWAYS
    ),
}
