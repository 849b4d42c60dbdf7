"""Who may keep searches: everybody who is signed in, and each only her own."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.permissions import ALWAYS, Policy, Rule

POLICY: Policy = {
    "saved_search.keep": Rule(
        _l("Keep searches of the directory, and hear of newcomers"),
        person=ALWAYS,
        representative=ALWAYS,
        editor=ALWAYS,
        partner=ALWAYS,
        facilitator=ALWAYS,
        manager=ALWAYS,
    ),
}
