"""Everything that an initiative's page shows to one reader, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.core.actors import VISITOR, Actor
from app.core.http.public_pages import PublicPage, describe_page
from app.core.i18n import current_language
from app.core.permissions import can
from app.core.rendered import RenderedText
from app.features.initiatives.eligibility import SENTENCES, Obstacle, obstacle
from app.features.initiatives.models import ApplicationState, Initiative, OfferState, SeatOffer
from app.features.initiatives.presenters import (
    STATE_NAMES,
    Asking,
    InitiativeMember,
    RoleSeat,
    Text,
    asking,
    concepts,
    coverage,
    lead_of,
    members,
    other_than,
    seat,
    text_for,
)
from app.features.initiatives.queries import (
    get_initiative,
    offers_of,
    own_applications,
    own_offers,
    text_in,
    waiting_applications,
)
from app.features.initiatives.states import INITIATIVE_STATES, InitiativeMove
from app.features.initiatives.structured_data import initiative_data
from app.features.organisations.presenters import OrganisationCard, card
from app.features.taxonomy.models import Concept, ConceptKind

OFFER_STATES: Mapping[OfferState, LazyString] = {
    OfferState.SENT: _l("waits for their answer"),
    OfferState.ACCEPTED: _l("accepted"),
    OfferState.DECLINED: _l("declined"),
    OfferState.WITHDRAWN: _l("withdrawn"),
    OfferState.LAPSED: _l("lapsed"),
}


@dataclass(frozen=True)
class Offered:
    """A seat on offer, for those who lead and for the invited; `free` is whether the seat can still be taken."""

    id: int
    organisation: OrganisationCard
    role: str
    role_lang: str
    message: RenderedText
    lang: str
    sent: Any
    state: str
    waits: bool
    free: int


def offered(initiative: Initiative, offer: SeatOffer) -> Offered:
    """A seat that was offered."""
    reader = current_language()
    role = offer.role
    return Offered(
        id=offer.id,
        organisation=card(offer.organisation),
        role=role.title,
        role_lang=other_than(reader, initiative.lang),
        message=RenderedText(offer.message, offer.message_rendered),
        lang=other_than(reader, offer.lang),
        sent=offer.created_at,
        state=str(OFFER_STATES[offer.state]),
        waits=offer.state is OfferState.SENT,
        free=max(role.seats - role.filled, 0),
    )


APPLICATION_STATES: dict[ApplicationState, LazyString] = {
    ApplicationState.SENT: _l("waits for an answer"),
    ApplicationState.ACCEPTED: _l("accepted"),
    ApplicationState.DECLINED: _l("declined"),
    ApplicationState.WITHDRAWN: _l("withdrawn"),
}


OF_A_SEAT = (None, Obstacle.FULL, Obstacle.APPLIED)
"""What may be so for one seat and not for another."""


@dataclass(frozen=True)
class Applied:
    """An application of the reader's own organisation."""

    id: int
    role: str
    role_id: int
    message: RenderedText
    lang: str
    state: LazyString
    waits: bool
    sent: Any


@dataclass(frozen=True)
class InitiativeDetail:
    """An initiative's page; `asking`, `offers` and `moves` are empty for those who cannot answer, invite or move it.

    `invited` are the seats on offer to the reader's organisation.
    """

    initiative: Initiative
    text: Text
    state: LazyString
    described: PublicPage | None
    filled: int
    wanted: int
    lead: OrganisationCard | None
    members: tuple[InitiativeMember, ...]
    seats: tuple[RoleSeat, ...]
    sectors: tuple[Concept, ...]
    goals: tuple[Concept, ...]
    asking: tuple[Asking, ...]
    applied: tuple[Applied, ...]
    offers: tuple[Offered, ...]
    invited: tuple[Offered, ...]
    moves: tuple[InitiativeMove, ...]
    partner_id: int | None

    @property
    def free(self) -> int:
        """How many seats nobody holds yet."""
        return sum(one.left for one in self.seats)

    @property
    def obstacle(self) -> Obstacle | None:
        """What keeps the reader from every seat, so that it is said once; None where it depends on the seat."""
        return next((one.obstacle for one in self.seats if one.obstacle not in OF_A_SEAT), None)

    @property
    def why_not(self) -> LazyString | str:
        """The sentence about it."""
        return SENTENCES[self.obstacle] if self.obstacle else ""


def _described(initiative: Initiative) -> PublicPage | None:
    """The page of an initiative as search engines are told of it; None of one that visitors cannot read."""
    if not can(VISITOR, "initiative.read", initiative):
        return None
    return describe_page(
        "initiatives.show",
        slug=initiative.slug,
        written_in={text.lang for text in initiative.texts},
        text_lang=text_in(initiative).lang,
        structured=initiative_data(initiative),
    )


def initiative_detail(actor: Actor, slug: str) -> InitiativeDetail:
    """The page of an initiative for a reader; raises NotFound where there is none that she may know of."""
    initiative = get_initiative(actor, slug)
    mine = own_applications(actor, initiative)
    waiting = {each.role_id for each in mine if each.state is ApplicationState.SENT}
    filled, wanted = coverage(initiative)
    takes_part = members(initiative)
    return InitiativeDetail(
        initiative=initiative,
        text=text_for(initiative),
        state=STATE_NAMES[initiative.state],
        described=_described(initiative),
        filled=filled,
        wanted=wanted,
        lead=lead_of(initiative),
        members=takes_part,
        seats=tuple(
            seat(initiative, role, obstacle(actor, initiative, role, waiting)) for role in initiative.roles
        ),
        sectors=concepts(initiative, ConceptKind.SECTOR),
        goals=concepts(initiative, ConceptKind.GOAL),
        asking=tuple(asking(initiative, each) for each in waiting_applications(initiative))
        if can(actor, "initiative.decide", initiative)
        else (),
        applied=tuple(
            Applied(
                id=application.id,
                role=application.role.title,
                role_id=application.role_id,
                message=RenderedText(application.message, application.message_rendered),
                lang=application.lang,
                state=APPLICATION_STATES[application.state],
                waits=application.state is ApplicationState.SENT,
                sent=application.created_at,
            )
            for application in mine
        ),
        offers=tuple(offered(initiative, each) for each in offers_of(initiative))
        if can(actor, "initiative.invite", initiative)
        else (),
        invited=tuple(offered(initiative, each) for each in own_offers(actor, initiative)),
        moves=tuple(
            move
            for move in INITIATIVE_STATES.allowed_moves(initiative.state)
            if can(
                actor,
                "initiative.close" if move is InitiativeMove.CLOSE else "initiative.change_state",
                initiative,
            )
        ),
        partner_id=next(
            (
                partner.id
                for partner in initiative.partners
                if partner.left_at is None
                and partner.organisation_id == actor.organisation_id != initiative.lead_id
            ),
            None,
        ),
    )
