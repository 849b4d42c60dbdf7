"""Who may allow that words of a room are translated. Who may read a text may have it translated."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.permissions import Policy, Rule
from app.features.rooms.policy import OWN_INTRODUCTION

POLICY: Policy = {
    "translation.allow": Rule(
        _l("Allow that messages of an introduction's room are translated"),
        representative=OWN_INTRODUCTION,
        editor=OWN_INTRODUCTION,
    )
}
