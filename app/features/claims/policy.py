"""Who may claim an organisation, decide about it and merge two."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.permissions import ALWAYS, Policy, Rule

POLICY: Policy = {
    "listing.report": Rule(
        _l("Say that a listing without members is not right, or ask to take it down"),
        visitor=ALWAYS,
        person=ALWAYS,
        representative=ALWAYS,
        editor=ALWAYS,
        partner=ALWAYS,
        facilitator=ALWAYS,
        manager=ALWAYS,
    ),
    "claim.ask": Rule(
        _l("Claim an organisation"),
        person=ALWAYS,
        representative=ALWAYS,
        editor=ALWAYS,
        partner=ALWAYS,
        facilitator=ALWAYS,
        manager=ALWAYS,
    ),
    "claim.decide": Rule(_l("Decide claims, reassign and merge organisations"), manager=ALWAYS),
}
