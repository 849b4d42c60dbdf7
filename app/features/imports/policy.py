"""Who may import organisations."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.permissions import ALWAYS, Policy, Rule

POLICY: Policy = {
    "organisation.import": Rule(
        _l("Import organisations from a file, and take an import back"), manager=ALWAYS
    )
}
