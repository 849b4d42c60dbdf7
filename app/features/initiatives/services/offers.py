"""Seats on offer: those who lead invite organisations, each answers for itself. The initiative's row is held meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.audit import record
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict, NotFound
from app.core.limits import count_attempt
from app.core.permissions import authorize
from app.core.validation import limit_text_field, require_language_field
from app.features.accounts.queries import lock_person
from app.features.initiatives.eligibility import SENTENCES, Obstacle
from app.features.initiatives.models import (
    LONGEST_MESSAGE,
    MAX_OPEN_OFFERS_PER_PERSON,
    MAX_OPEN_OFFERS_TO_ONE,
    MOST_OFFERS,
    Initiative,
    InitiativeState,
    Partner,
    SeatOffer,
    WantedRole,
)
from app.features.initiatives.queries import (
    get_initiative,
    get_offer,
    offers_by,
    role_of,
    waiting_applications,
    waiting_offers,
)
from app.features.initiatives.services.notifying import notify_invited, notify_inviter
from app.features.initiatives.services.seat_assignment import active, check_seat, settle_offer, take_seat
from app.features.initiatives.states import OFFER_STATES, OfferMove, require_unclosed
from app.features.organisations.models import Organisation
from app.features.organisations.queries import get_organisation
from app.features.taxonomy.queries import known_languages

Seats = Sequence[tuple[int, str]]
"""Roles by id, each with the address of an organisation."""
OFFERS = "100 per hour"


def offer(actor: Actor, slug: str, seats: Seats, message: str, lang: str) -> list[SeatOffer]:
    """Offer seats to organisations, all or none; one that has this offer already keeps it.

    `message` may be empty; it is in the language `lang`. Raises NotFound, Forbidden, Invalid for the message, and
    Conflict with the sentence that says for whom it makes no sense now.
    """
    lock_person(actor.person_id)
    initiative = get_initiative(actor, slug, lock=True)
    authorize(actor, "initiative.invite", initiative)
    if initiative.state is not InitiativeState.OPEN:
        raise Conflict(_DRAFT if initiative.state is InitiativeState.DRAFT else _NOT_OPEN)
    words = limit_text_field(message, LONGEST_MESSAGE, "message")
    require_language_field(lang, known_languages([lang]))
    new = _new(actor, initiative, list(dict.fromkeys(seats)))
    _check_person(actor, new)
    applied = {each.organisation_id for each in waiting_applications(initiative)}
    return [_begin(actor, initiative, role, other, applied, words, lang) for role, other in new]


def _check_person(actor: Actor, new: list[tuple[WantedRole, Organisation]]) -> None:
    """Refuse where too many offers of one person would wait, in all of her initiatives or at one organisation."""
    assert actor.person_id is not None
    waiting = Counter(offers_by(actor.person_id))
    waiting.update(other.id for _, other in new)
    if waiting.total() > MAX_OPEN_OFFERS_PER_PERSON:
        raise Conflict(
            _l(
                "At most %(most)s of your invitations can wait at a time. Take some back first.",
                most=MAX_OPEN_OFFERS_PER_PERSON,
            )
        )
    for _, other in new:
        if waiting[other.id] > MAX_OPEN_OFFERS_TO_ONE:
            raise Conflict(
                _l(
                    "%(name)s has %(most)s invitations of yours to answer. Wait for an answer first.",
                    name=other.name,
                    most=MAX_OPEN_OFFERS_TO_ONE,
                )
            )
        count_attempt("offer", OFFERS, str(actor.person_id))


def accept_offer(actor: Actor, slug: str, offer_id: int) -> Partner:
    """Take the seat that is offered to the actor's organisation.

    Raises Conflict where the last seat is taken, the offer was answered or the initiative is closed.
    """
    initiative, found, role = _held(actor, slug, offer_id)
    authorize(actor, "initiative.answer_offer", found)
    state = OFFER_STATES.next_state(found.state, OfferMove.ACCEPT)
    if any(partner.organisation_id == found.organisation_id for partner in active(initiative)):
        raise Conflict(SENTENCES[Obstacle.TAKES_PART])
    if role.filled >= role.seats:
        raise Conflict(_l("Somebody else took the last seat of this role meanwhile."))
    check_seat(initiative, role, found.organisation)
    settle_offer(actor, found, state)
    partner = take_seat(actor, initiative, role, found.organisation_id)
    notify_inviter(initiative, found, "offer.accepted")
    return partner


def decline_offer(actor: Actor, slug: str, offer_id: int) -> SeatOffer:
    """Say no to a seat; raises as `accept_offer` does."""
    initiative, found, _role = _held(actor, slug, offer_id)
    authorize(actor, "initiative.answer_offer", found)
    settle_offer(actor, found, OFFER_STATES.next_state(found.state, OfferMove.DECLINE))
    notify_inviter(initiative, found, "offer.declined")
    return found


def withdraw_offer(actor: Actor, slug: str, offer_id: int) -> SeatOffer:
    """Take an offer back before it is answered; raises Forbidden for those who do not lead, and Conflict."""
    initiative, found, _role = _held(actor, slug, offer_id)
    authorize(actor, "initiative.invite", initiative)
    settle_offer(actor, found, OFFER_STATES.next_state(found.state, OfferMove.WITHDRAW))
    return found


_DRAFT = _l("This is a draft. Open it, and you can invite organisations.")
_NOT_OPEN = _l("Seats can be offered while the initiative is open. Take applications again first.")


def _new(actor: Actor, initiative: Initiative, seats: Seats) -> list[tuple[WantedRole, Organisation]]:
    """The seats that are offered again, without those whose offer waits already.

    Raises Conflict where that leaves none, where too many would wait, and where a role or an organisation is gone.
    """
    asked = {(each.role_id, each.organisation_id) for each in waiting_offers(initiative)}
    too_many = Conflict(
        _l("At most %(most)s invitations can wait at a time. Take some back first.", most=MOST_OFFERS)
    )
    if len(seats) > MOST_OFFERS:
        raise too_many
    try:
        chosen = [(role_of(initiative, role_id), get_organisation(actor, whom)) for role_id, whom in seats]
    except NotFound as error:
        raise Conflict(
            _l("Whom you chose is not in the cluster any more, or the role is gone. Nobody was invited.")
        ) from error
    new = [(role, other) for role, other in chosen if (role.id, other.id) not in asked]
    if not new:
        raise Conflict(_l("You have invited them already. The answer comes by email and is shown here."))
    if len(asked) + len(new) > MOST_OFFERS:
        raise too_many
    return new


def _held(actor: Actor, slug: str, offer_id: int) -> tuple[Initiative, SeatOffer, WantedRole]:
    """An offer with its initiative, whose row is held, and its role."""
    initiative = get_initiative(actor, slug, lock=True)
    found = get_offer(actor, initiative, offer_id)
    require_unclosed(initiative.state)
    return initiative, found, role_of(initiative, found.role_id)


def _begin(
    actor: Actor,
    initiative: Initiative,
    role: WantedRole,
    other: Organisation,
    applied: set[int],
    message: str,
    lang: str,
) -> SeatOffer:
    """Write one offer and tell those who act for the organisation."""
    check_seat(initiative, role, other)
    if other.id in applied:
        raise Conflict(_l("%(name)s has applied: answer the application instead.", name=other.name))
    if other.unclaimed:
        raise Conflict(
            _l("%(name)s is not here yet. Ask for an introduction: the facilitators help.", name=other.name)
        )
    if other.paused_until is not None and other.paused_until > now():
        raise Conflict(_l("%(name)s is not taking partners at the moment.", name=other.name))
    made = SeatOffer(
        role_id=role.id, organisation_id=other.id, person_id=actor.person_id, message=message, lang=lang
    )
    db.session.add(made)
    db.session.flush()
    record(
        actor, "initiative.offer", f"initiative:{initiative.id}", after={"role": role.id, "offer": made.id}
    )
    notify_invited(made)
    return made
