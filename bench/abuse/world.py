"""The installation that is attacked: the demonstration, with a calm member and an attacker who is one of its members."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import select

from app import create_app
from app.core.database import db
from app.core.transactions import write_transaction
from app.features.accounts.models import Person
from app.features.accounts.services.sign_ins import open_login
from app.features.demo.services import seeding
from app.features.design.models.sessions import DesignSession, DesignState, Participant
from app.features.initiatives.models import Partner
from app.features.organisations.models import Membership
from app.features.rooms.models import Room
from app.features.taxonomy.services import load_taxonomy
from bench.live.world import cookie_of, settings_in
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
    """The cookies of the calm member and of the attacker, a room of both, and a design session of the attacker."""

    settings: Settings
    calm: str
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
        upgrade()
        with write_transaction():
            load_taxonomy()
        with write_transaction():
            seeding.seed()
        with write_transaction():
            attacker, design = db.session.execute(PARTICIPANTS).first() or (0, 0)
            calm, room = next(
                (person, room)
                for person, room in _places()
                if (attacker, room) in _places() and person != attacker
            )
            tokens = [open_login(db.session.get_one(Person, person)) for person in (calm, attacker)]
        cookies = [cookie_of(app, token) for token in tokens]
        stream = db.session.get_one(Room, room).stream_id
        db.session.remove()
        db.engine.dispose()
    return World(settings, *cookies, room, stream, design)


def _places() -> list[tuple[int, int]]:
    """The people in the rooms of initiatives, each with the room."""
    found = db.session.execute(
        select(Membership.person_id, Room.id)
        .join(Partner, Partner.organisation_id == Membership.organisation_id)
        .join(Room, Room.initiative_id == Partner.initiative_id)
        .where(Partner.left_at.is_(None))
        .order_by(Room.id, Membership.person_id)
    )
    return [(person, room) for person, room in found]
