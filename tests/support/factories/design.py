"""Design sessions and what stands on their boards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app.core.actors import Actor
from app.core.database import db
from app.core.transactions import write_transaction
from app.features.accounts.models import Person
from app.features.design.models.board import BoardColumn, Card, CardGroup
from app.features.design.models.sessions import DesignSession, DesignState, Phase
from app.features.design.queries.sessions import phases_of
from app.features.design.services import drafts, lifecycle
from app.features.initiatives.models import Initiative
from tests.support.factories.rows import Rows

OPEN_PHASE = {"kind": "how_might_we", "title": "Ideas", "prompt": "What could we share?", "minutes": 10}


class Design(Rows):
    """Makes design sessions, their cards and clusters."""

    def design_session(
        self,
        facilitator: Person,
        initiative: Initiative | None = None,
        *,
        phases: Sequence[dict[str, Any]] = (OPEN_PHASE,),
        state: DesignState = DesignState.LIVE,
        title: str = "Seeds together",
        **more: Any,
    ) -> DesignSession:
        """A design session by a facilitator, going on unless said otherwise; cards are written and moved in its phase."""
        method = {"code": "tried", "version": 1, "columns": ["Ideas"], "phases": list(phases)}
        with self.app.app_context(), write_transaction():
            actor = Actor(db.session.get_one(Person, facilitator.id))
            slug = initiative.slug if initiative else None
            design = drafts.prepare(actor, title=title, lang="en", method=method, initiative=slug, **more)
            if state is DesignState.OPEN:
                drafts.open_for_cards(actor, design.id)
            elif state is not DesignState.DRAFT:
                lifecycle.start(actor, design.id)
            if state is DesignState.CLOSED:
                lifecycle.close(actor, design.id)
            db.session.flush()
            db.session.refresh(design)
            db.session.expunge(design)
        return design

    def phase(self, design: DesignSession) -> Phase:
        """The first phase of a design session."""
        with self.app.app_context():
            found = phases_of(design)[0]
            db.session.expunge(found)
        return found

    def card(self, design: DesignSession, text: str = "Share the lorry", **columns: Any) -> Card:
        """A card in the first column of a design session."""
        with self.app.app_context():
            column_id = db.session.scalars(
                select(BoardColumn.id).where(BoardColumn.design_id == design.id).order_by(BoardColumn.id)
            ).first()
        rank = f"V{self._next()}V"
        return self._keep(
            Card(design_id=design.id, column_id=column_id, rank=rank, text=text, lang="en", **columns)
        )

    def cluster(self, design: DesignSession, name: str = "Costs") -> CardGroup:
        """A cluster with a card in it."""
        card = self.card(design)
        cluster: CardGroup = self._keep(
            CardGroup(design_id=design.id, column_id=card.column_id, name=name, rank="V")
        )
        with self.at_once():
            db.session.get_one(Card, card.id).cluster_id = cluster.id
        return cluster
