"""Decisions of organisations."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.core.clock import now, standing_at
from app.core.database import db
from app.core.transactions import write_transaction
from app.features.accounts.models import Person
from app.features.decisions import services
from app.features.decisions.models import Method
from app.features.organisations.models import Organisation
from app.features.organisations.queries import actor_of
from tests.support.factories.rows import Rows


class Decisions(Rows):
    """Makes decisions of initiatives."""

    def proposal(
        self, person: Person, organisation: Organisation, initiative: Any, *, decided: bool = False
    ) -> str:
        """A decision of yes or no that is open, or one whose time is over and that is counted; returns its key."""
        opened_at = now() - timedelta(days=8 if decided else 0)
        with self.app.app_context(), write_transaction(), standing_at(opened_at):
            actor = actor_of(db.session.get_one(Person, person.id), organisation.id)
            new = services.NewProposal(initiative.id, Method.YES_NO, "A van", "We buy a van.", "en")
            opened = services.open_proposal(actor, new)
            key, number = opened.key, opened.id
        if decided:
            with self.app.app_context(), write_transaction():
                services.close_if_due(number)
        return key
