"""The words of an initiative in one more language, and where its list is read."""

from __future__ import annotations

from flask import Flask

from app.core.database import db
from app.core.transactions import write_transaction
from app.features.initiatives.models import Initiative
from tests.support.factories.initiatives import words_of

LIST = "/en/initiatives"


def tell(app: Flask, initiative: Initiative, lang: str, title: str) -> None:
    """Write the words of an initiative in one more language."""
    with app.app_context(), write_transaction():
        db.session.add(words_of(initiative, lang, title, f"{title}.", f"**{title}**"))
