"""The words of an initiative in one more language, and where its list is read."""

from __future__ import annotations

from flask import Flask

from app.core.database import db
from app.core.text import fold
from app.features.initiatives.models import Initiative, InitiativeText

LIST = "/en/initiatives"


def tell(app: Flask, initiative: Initiative, lang: str, title: str) -> None:
    """Write the words of an initiative in one more language."""
    with app.app_context():
        db.session.add(
            InitiativeText(
                initiative_id=initiative.id,
                lang=lang,
                title=title,
                folded_title=fold(title),
                summary=f"{title}.",
                challenge=f"**{title}**",
            )
        )
        db.session.commit()
