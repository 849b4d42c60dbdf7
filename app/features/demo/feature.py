"""The manifest of the demo feature."""

from __future__ import annotations

from flask import current_app

from app.core.feature import Feature
from app.features.accounts.queries import has_people_outside_demo
from app.features.demo.cli import demo


def check_demo_sign_in() -> str | None:
    """A sentence where TRAMA_DEMO=1 is without effect, because there are people who are not part of the demonstration."""
    if current_app.extensions["trama.settings"].demo and has_people_outside_demo():
        return (
            "TRAMA_DEMO=1 has no effect: the database holds people who are not part of the demonstration, so nobody can "
            "sign in as one of its people."
        )
    return None


FEATURE = Feature(name="demo", cli=(demo,), start_checks=(check_demo_sign_in,))
