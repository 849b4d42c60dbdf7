"""The installation that is attacked: the demonstration, with two calm members and an attacker who is one of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from app import create_app
from app.core.database import db
from app.core.transactions import write_transaction
from app.features.accounts.models import Person
from app.features.accounts.services.sign_ins import open_login
from app.features.design.models.sessions import DesignSession, DesignState, Participant
from app.features.initiatives.models import Partner
from app.features.organisations.models import Membership
from app.features.rooms.models import Room
from bench.live.world import cookie_of, make_demonstration, people_by_room, settings_in
from config import Settings

PARTICIPANTS = (
    select(Participant.person_id, Participant.design_id)
    .join(DesignSession, DesignSession.id == Participant.design_id)
    .join(Membership, Membership.person_id == Participant.person_id)
    .join(Partner, Partner.organisation_id == Membership.organisation_id)
    .where(
        DesignSession.state == DesignState.CLOSED,
        Participant.joined_at.is_not(None),
        Partner.left_at.is_(None),
    )
    .order_by(Participant.id)
)


@dataclass(frozen=True)
class World:
    """The cookies of two calm members, who reads and who writes in a room, and of the attacker, who is in that room too;
    a design session of the attacker."""

    settings: Settings
    reader: str
    writer: str
    attacker: str
    room: int
    stream: str
    design: int

    @property
    def pages(self) -> tuple[tuple[str, str], ...]:
        """The pages that attacks ask for, with the cookie of who asks."""
        report = f"/en/design-sessions/{self.design}/report.pdf"
        return ("/en/", ""), ("/en/organisations", self.attacker), (report, self.attacker)


def make_world(folder: Path) -> World:
    """Fill a new database with the demonstration, and sign two of its people in."""
    settings = settings_in(folder)
    app = create_app(settings)
    with app.app_context():
        make_demonstration()
        with write_transaction():
            attacker, design = db.session.execute(PARTICIPANTS).first() or (0, 0)
            room, calm = next(
                (room, sorted(people - {attacker})[:2])
                for room, people in people_by_room().items()
                if attacker in people and len(people) > 2
            )
            tokens = [open_login(db.session.get_one(Person, person)) for person in (*calm, attacker)]
        reader, writer, attacker_cookie = (cookie_of(app, token) for token in tokens)
        stream = db.session.get_one(Room, room).stream_id
        db.session.remove()
        db.engine.dispose()
    return World(settings, reader, writer, attacker_cookie, room, stream, design)
