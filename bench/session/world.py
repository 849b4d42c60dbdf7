"""The meeting that is measured: eighty people of forty organisations from fourteen countries, with cards on the board."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask, g
from flask_migrate import upgrade
from sqlalchemy import select

from app import create_app
from app.core.database import db
from app.core.http.request_actor import actor_transaction
from app.core.transactions import write_transaction
from app.features.accounts.models import ClusterRole, Person
from app.features.design.models.board import BoardColumn, Card
from app.features.design.models.sessions import DesignSession
from app.features.design.services import drafts, lifecycle, participants
from app.features.design.services.board import add_card
from app.features.taxonomy.services import load_taxonomy
from bench.live.world import cookie_of, settings_in, settle

TOGETHER = 2
"""People of one organisation."""
COUNTRIES = ("IT", "FR", "BE", "CY", "PL", "DE", "NL", "ES", "PT", "GR", "HR", "SI", "AT", "IE")
COLUMNS = ("What we see", "What hinders us", "What we could do", "Who could help")
PHASE = {
    "kind": "how_might_we",
    "title": "Think, sort, vote",
    "minutes": 90,
    "policy": {"write": True, "move": True, "group": True, "vote": 20},
}
WORDS = "We can host the first seed exchange in May; who brings the tomatoes, and who translates? "


@dataclass
class Meeting:
    """The design session and its people's cookies; in which column each card stands, and which are whose."""

    design: int
    stream: str
    cookies: list[str]
    columns: list[int] = field(default_factory=list)
    cards: list[str] = field(default_factory=list)
    stands: dict[str, int] = field(default_factory=dict)
    own: list[list[str]] = field(default_factory=list)


def make_meeting(folder: Path, people: int, cards: int) -> Meeting:
    """A new database with a design session that goes on, everybody in it, so many cards on its board."""
    app = create_app(settings_in(folder))
    with app.app_context():
        upgrade()
        with write_transaction():
            load_taxonomy()
        with write_transaction():
            _, tokens = settle(people, TOGETHER, COUNTRIES)
            db.session.get_one(Person, 1).cluster_role = ClusterRole.FACILITATOR
        design = _begin(app, tokens)
        for number in range(cards):
            _write(app, tokens[number % people], design, number)
        meeting = _seen(app, tokens, design)
        db.session.remove()
        db.engine.dispose()  # so that all of it is in the one file that is copied
        return meeting


def _begin(app: Flask, tokens: list[str]) -> int:
    """The design session, begun, with everybody in it; the first of them runs it."""
    method = {"code": "bench", "version": 1, "columns": COLUMNS, "phases": [PHASE]}
    g.token = tokens[0]
    with actor_transaction() as actor:
        design = drafts.prepare(actor, title="Eighty people", lang="en", method=method).id
        for number in range(len(tokens)):
            participants.invite(actor, design, number + 1)
        lifecycle.start(actor, design)
    for token in tokens:
        g.token = token
        with actor_transaction() as actor:
            participants.join(actor, design)
    return design


def _write(app: Flask, token: str, design: int, number: int) -> None:
    g.token = token
    columns = select(BoardColumn.id).where(BoardColumn.design_id == design).order_by(BoardColumn.id)
    with actor_transaction() as actor:
        column = db.session.scalars(columns).all()[number % len(COLUMNS)]
        add_card(actor, design, secrets.token_hex(8), column=column, text=f"{number}: {WORDS}", lang="en")


def _seen(app: Flask, tokens: list[str], design: int) -> Meeting:
    stream = db.session.get_one(DesignSession, design).stream_id
    found = Meeting(design, stream, [cookie_of(app, token) for token in tokens])
    found.columns = list(db.session.scalars(select(BoardColumn.id).order_by(BoardColumn.id)))
    found.own = [[] for _ in tokens]
    for card in db.session.scalars(select(Card).order_by(Card.key)):
        found.cards.append(card.key)
        found.stands[card.key] = card.column_id
        assert card.person_id is not None
        found.own[card.person_id - 1].append(card.own_key)
    return found
