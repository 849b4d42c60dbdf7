"""What initiatives show on the pages of earlier features."""

from __future__ import annotations

from typing import Any

from flask import render_template
from markupsafe import Markup

from app.core.actors import Actor
from app.features.initiatives.presenters import card
from app.features.initiatives.queries import initiatives_of


def on_organisation_page(actor: Actor, *, organisation: Any, **rest: Any) -> Markup | str:
    """The initiatives that an organisation leads or takes part in; nothing where there are none."""
    found = initiatives_of(organisation.id, actor)
    if not found:
        return ""
    return Markup(
        render_template("initiatives/_of_organisation.html", initiatives=[card(each) for each in found])
    )
