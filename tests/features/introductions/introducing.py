"""Asking and answering in tests: the addresses, the rows behind them, and what time or somebody else would change."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import select, update

from app.core.database import db
from app.core.transactions import write_transaction
from app.features.organisations.models import Organisation

PLACE = "/en/introductions"
ASK = "main form.form"


def place_of(organisation: Organisation) -> str:
    """Where one asks an organisation."""
    return f"{PLACE}/ask/{organisation.slug}"


def all_of(app: Flask, model: Any) -> list[Any]:
    """All rows of a table."""
    with app.app_context():
        return list(db.session.scalars(select(model).order_by(model.id)))


def change(app: Flask, model: Any, row_id: int, **columns: Any) -> None:
    """Set columns of a row, as time or somebody else would."""
    with app.app_context(), write_transaction():
        db.session.execute(update(model).where(model.id == row_id).values(**columns))
