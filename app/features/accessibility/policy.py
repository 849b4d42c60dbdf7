"""Who may report a barrier, and who reads and answers the reports."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.permissions import ALWAYS, Policy, Rule

POLICY: Policy = {
    "barrier.report": Rule(
        _l("Report a barrier"),
        visitor=ALWAYS,
        person=ALWAYS,
        representative=ALWAYS,
        editor=ALWAYS,
        facilitator=ALWAYS,
        manager=ALWAYS,
    ),
    "barrier.answer": Rule(_l("Read and answer reports of barriers"), manager=ALWAYS),
}
