"""Who looks after the words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.permissions import ALWAYS, Policy, Rule

POLICY: Policy = {
    "taxonomy.ask": Rule(
        _l("Ask for a word that is missing"),
        person=ALWAYS,
        representative=ALWAYS,
        editor=ALWAYS,
        facilitator=ALWAYS,
        manager=ALWAYS,
    ),
    "taxonomy.manage": Rule(_l("Add, rename, merge and hide sectors and skills"), manager=ALWAYS),
}
