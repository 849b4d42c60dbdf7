"""Reading initiatives, their roles, applications and partners."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import TypeVar

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, false, func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.core.actors import Actor
from app.core.audit import Audit
from app.core.compiled_sql import CompiledStatement
from app.core.database import LoadOption, db
from app.core.errors import NotFound
from app.core.i18n import current_language
from app.core.permissions import can
from app.features.initiatives.models import (
    Application,
    ApplicationState,
    Initiative,
    InitiativeConcept,
    InitiativeState,
    InitiativeText,
    OfferState,
    Partner,
    SeatOffer,
    WantedRole,
)
from app.features.organisations.models import (
    IS_ADMITTED,
    Collaboration,
    Organisation,
)
from app.features.organisations.queries import CARD

MOST_WAITING = 50
LISTED: tuple[LoadOption, ...] = (
    selectinload(Initiative.texts),
    selectinload(Initiative.roles),
    selectinload(Initiative.lead).options(*CARD),
    selectinload(Initiative.partners).joinedload(Partner.organisation).options(*CARD),
)
"""What must be loaded of an initiative to show it in a list (`presenters.card`)."""

Request = TypeVar("Request", Application, SeatOffer)
_NOTICED: tuple[LoadOption, ...] = (
    selectinload(Initiative.texts),
    selectinload(Initiative.lead).options(*CARD),
)
SHOWN: tuple[LoadOption, ...] = (
    *LISTED,
    selectinload(Initiative.roles).selectinload(WantedRole.wants),
    selectinload(Initiative.concepts).joinedload(InitiativeConcept.concept),
)
"""What must be loaded to show or change it."""


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The initiatives that an actor may know of: all but drafts, the drafts of her organisations, for a manager all."""
    if actor.cluster_role == "manager":
        return true()
    own = [organisation.id for organisation in actor.organisations]
    return or_(Initiative.state != InitiativeState.DRAFT, Initiative.lead_id.in_(own))


def get_initiative(actor: Actor, slug: str, *, lock: bool = False) -> Initiative:
    """The initiative at an address with all that its page shows.

    With `lock` its row is held until the end of this transaction and the rest is read after that, so that its state,
    its roles and their seats are looked at and changed by one at a time. Raises NotFound where there is none that the
    actor may know of.
    """
    query = select(Initiative).where(Initiative.slug == slug, visible_to(actor)).options(*SHOWN)
    if lock:
        query = query.with_for_update(of=Initiative).execution_options(populate_existing=True)
    initiative = db.session.scalars(query).one_or_none() if slug.isprintable() else None
    if initiative is None:
        raise NotFound
    return initiative


def role_of(initiative: Initiative, role_id: int) -> WantedRole:
    """One of an initiative's wanted roles; raises NotFound."""
    found = next((role for role in initiative.roles if role.id == role_id), None)
    if found is None:
        raise NotFound
    return found


def active_partners(initiative: Initiative) -> list[Partner]:
    """Those who take part now, the lead first, then in the order in which they joined."""
    active = [partner for partner in initiative.partners if partner.left_at is None]
    return sorted(active, key=lambda partner: (partner.organisation_id != initiative.lead_id, partner.id))


def get_application(actor: Actor, initiative: Initiative, application_id: int) -> Application:
    """An application to an initiative, for the lead's members and the applicant's; raises NotFound for others."""
    application = db.session.scalars(
        select(Application)
        .where(
            Application.id == application_id,
            Application.role_id.in_([role.id for role in initiative.roles]),
        )
        .options(joinedload(Application.organisation).options(*CARD), joinedload(Application.role))
    ).one_or_none()
    mine = actor.organisation_id is not None and actor.organisation_id in (
        initiative.lead_id,
        application.organisation_id if application else None,
    )
    if application is None or not mine:
        raise NotFound
    return application


def waiting_applications(initiative: Initiative) -> Sequence[Application]:
    """The applications to an initiative that wait for an answer, the longest waiting first."""
    return db.session.scalars(
        select(Application)
        .join(WantedRole, WantedRole.id == Application.role_id)
        .where(
            WantedRole.initiative_id == initiative.id,
            Application.state == ApplicationState.SENT,
        )
        .options(joinedload(Application.organisation).options(*CARD), joinedload(Application.role))
        .order_by(Application.id)
    ).all()


def requests_shown_to(model: type[Request], actor: Actor, ids: Collection[int]) -> Sequence[Request]:
    """Those of some applications or seat offers that concern the actor's organisation, with all that a notice shows.

    They concern the one that takes the seat and the lead of the initiative.
    """
    own = actor.organisation_id or 0
    return db.session.scalars(
        select(model)
        .join(model.role)
        .join(WantedRole.initiative)
        .where(model.id.in_(ids), or_(model.organisation_id == own, Initiative.lead_id == own))
        .options(
            joinedload(model.organisation).options(*CARD),
            contains_eager(model.role).contains_eager(WantedRole.initiative).options(*_NOTICED),
        )
    ).all()


def own_applications(actor: Actor, initiative: Initiative) -> Sequence[Application]:
    """The applications of the actor's organisation to an initiative, the latest first."""
    if actor.organisation_id is None:
        return ()
    return db.session.scalars(
        select(Application)
        .join(WantedRole, WantedRole.id == Application.role_id)
        .where(
            WantedRole.initiative_id == initiative.id,
            Application.organisation_id == actor.organisation_id,
        )
        .options(joinedload(Application.role))
        .order_by(Application.id.desc())
    ).all()


def roles_applied_to(person_id: int) -> set[int]:
    """The roles to which applications of a person wait for an answer, for whichever organisation."""
    query = select(Application.role_id).where(
        Application.person_id == person_id, Application.state == ApplicationState.SENT
    )
    return set(db.session.scalars(query))


def offers_by(person_id: int) -> Sequence[int]:
    """The organisations whose answer a person's offers wait for, once for each offer."""
    query = select(SeatOffer.organisation_id).where(
        SeatOffer.person_id == person_id, SeatOffer.state == OfferState.SENT
    )
    return db.session.scalars(query).all()


def get_offer(actor: Actor, initiative: Initiative, offer_id: int) -> SeatOffer:
    """A seat on offer, for the lead's members and those of the invited; raises NotFound for others."""
    found = next((each for each in _offers(initiative, SeatOffer.id == offer_id)), None)
    if found is None or actor.organisation_id not in (initiative.lead_id, found.organisation_id):
        raise NotFound
    return found


def offers_of(initiative: Initiative) -> Sequence[SeatOffer]:
    """All seats that were ever offered in an initiative, in their order."""
    return _offers(initiative)


def waiting_offers(initiative: Initiative) -> Sequence[SeatOffer]:
    """The seats on offer that wait for an answer, the longest waiting first."""
    return _offers(initiative, SeatOffer.state == OfferState.SENT)


def own_offers(actor: Actor, initiative: Initiative) -> Sequence[SeatOffer]:
    """The seats that are offered to the actor's organisation and wait for its answer."""
    if actor.organisation_id is None or actor.organisation_id == initiative.lead_id:
        return ()
    own = SeatOffer.organisation_id == actor.organisation_id
    return _offers(initiative, own, SeatOffer.state == OfferState.SENT)


def _offers(initiative: Initiative, *conditions: ColumnElement[bool]) -> Sequence[SeatOffer]:
    return db.session.scalars(
        select(SeatOffer)
        .join(WantedRole, WantedRole.id == SeatOffer.role_id)
        .where(WantedRole.initiative_id == initiative.id, *conditions)
        .options(joinedload(SeatOffer.organisation).options(*CARD), joinedload(SeatOffer.role))
        .order_by(SeatOffer.id)
    ).all()


def offers_waiting_for(actor: Actor, limit: int = MOST_WAITING) -> Sequence[SeatOffer]:
    """The seats that are offered to the actor's organisation, the longest waiting first, with their initiatives."""
    if not can(actor, "initiative.answer_offer"):
        return ()
    return db.session.scalars(
        select(SeatOffer)
        .where(SeatOffer.organisation_id == actor.organisation_id, SeatOffer.state == OfferState.SENT)
        .options(joinedload(SeatOffer.role).joinedload(WantedRole.initiative).selectinload(Initiative.texts))
        .order_by(SeatOffer.id)
        .limit(limit)
    ).all()


def count_offers_waiting(actor: Actor) -> int:
    """How many seats are offered to the actor's organisation and wait for its answer."""
    if not can(actor, "initiative.answer_offer"):
        return 0
    return int(_OFFERS_WAITING.one(organisation=actor.organisation_id).waiting)


def count_waiting(actor: Actor) -> int:
    """How many applications and offers wait for the actor's answer."""
    return count_applications_waiting(actor) + count_offers_waiting(actor)


def initiatives_at_work() -> Select[int]:
    """The ids of the initiatives that count as joint work: past their draft, and not kept as a collaboration yet."""
    past = select(Collaboration.initiative_id).where(Collaboration.initiative_id.is_not(None))
    return select(Initiative.id).where(Initiative.state != InitiativeState.DRAFT, Initiative.id.not_in(past))


def has_run(initiative: Initiative) -> bool:
    """Whether an initiative runs or ran at any time, even if it was reopened since."""
    if initiative.state is InitiativeState.RUNNING:
        return True
    began = select(Audit.id).where(
        Audit.subject == f"initiative:{initiative.id}", Audit.action == "initiative.run"
    )
    return db.session.scalars(began.limit(1)).first() is not None


def open_initiatives(limit: int = 6) -> Sequence[Initiative]:
    """The initiatives that take applications now, the newest first, ready for `presenters.card`."""
    return db.session.scalars(
        select(Initiative)
        .where(Initiative.state == InitiativeState.OPEN)
        .options(*LISTED)
        .order_by(Initiative.opened_at.desc(), Initiative.id.desc())
        .limit(limit)
    ).all()


def initiatives_of(organisation_id: int, actor: Actor | None = None, limit: int = 24) -> Sequence[Initiative]:
    """The initiatives that an organisation leads or takes part in, the open ones first, ready for `presenters.card`.

    Drafts are among them only for an `actor` who may read them.
    """
    joined = select(Partner.initiative_id).where(
        Partner.organisation_id == organisation_id, Partner.left_at.is_(None)
    )
    return db.session.scalars(
        select(Initiative)
        .where(Initiative.id.in_(joined), visible_to(actor or Actor()))
        .options(*LISTED)
        .order_by(Initiative.rank, Initiative.id.desc())
        .limit(limit)
    ).all()


def _waiting_for(actor: Actor) -> ColumnElement[bool]:
    """The condition, on Application joined with its role and initiative, that the actor is to answer it."""
    return _waits_for(actor.organisation_id) if can(actor, "initiative.decide") else false()


def _waits_for(lead: int | BindParameter[int] | None) -> ColumnElement[bool]:
    """The condition, on Application joined with its role and initiative, that this organisation is to answer it."""
    takes_part = or_(Initiative.state == InitiativeState.OPEN, Initiative.state == InitiativeState.RUNNING)
    return and_(Application.state == ApplicationState.SENT, Initiative.lead_id == lead, takes_part)


def applications_waiting_for(actor: Actor, limit: int = MOST_WAITING) -> Sequence[Application]:
    """The applications that wait for the actor's answer, the longest waiting first.

    Each is loaded with its organisation (for `organisations.presenters.card`), its role and the role's initiative
    with its texts.
    """
    return db.session.scalars(
        select(Application)
        .join(Application.role)
        .join(WantedRole.initiative)
        .where(_waiting_for(actor))
        .options(
            joinedload(Application.organisation).options(*CARD),
            joinedload(Application.role).joinedload(WantedRole.initiative).selectinload(Initiative.texts),
        )
        .order_by(Application.id)
        .limit(limit)
    ).all()


def count_applications_waiting(actor: Actor) -> int:
    """How many applications wait for the actor's answer."""
    if not can(actor, "initiative.decide"):
        return 0
    return int(_APPLICATIONS_WAITING.one(lead=actor.organisation_id).waiting)


# They are counted for the navigation of every page.
_OFFERS_WAITING = CompiledStatement(
    select(func.count(SeatOffer.id).label("waiting")).where(
        SeatOffer.organisation_id == bindparam("organisation"), SeatOffer.state == OfferState.SENT
    )
)
_APPLICATIONS_WAITING = CompiledStatement(
    select(func.count(Application.id).label("waiting"))
    .join(WantedRole, WantedRole.id == Application.role_id)
    .join(Initiative, Initiative.id == WantedRole.initiative_id)
    .where(_waits_for(bindparam("lead")))
)


def roles_with_applications(role_ids: Iterable[int]) -> set[int]:
    """Those of some roles to which an application waits for an answer."""
    query = select(Application.role_id).where(
        Application.role_id.in_(list(role_ids)), Application.state == ApplicationState.SENT
    )
    return set(db.session.scalars(query))


def slugs_like(slug: str) -> set[str]:
    """The slugs of initiatives that begin with `slug`."""
    return set(db.session.scalars(select(Initiative.slug).where(Initiative.slug.startswith(slug))))


_TAKES_PART = CompiledStatement(
    select(Partner.id).where(
        Partner.initiative_id == bindparam("initiative"),
        Partner.organisation_id == bindparam("organisation"),
        Partner.left_at.is_(None),
    )
)
"""Compiled once: it is asked for with every message of a room, and compiling takes longer than the answer."""


def takes_part(initiative_id: int | None, organisation_id: int | None) -> bool:
    """Whether an organisation takes part in an initiative now."""
    return _TAKES_PART.one(initiative=initiative_id, organisation=organisation_id) is not None


def leads(initiative_id: int | None, organisation_id: int | None) -> bool:
    """Whether an organisation leads an initiative."""
    query = select(Initiative.id).where(Initiative.id == initiative_id, Initiative.lead_id == organisation_id)
    return db.session.scalar(query) is not None


def initiatives_joined_by(organisation_id: int | None) -> Select[int]:
    """The ids of the initiatives in which an organisation takes part now, as a subquery."""
    return select(Partner.initiative_id).where(
        Partner.organisation_id == organisation_id, Partner.left_at.is_(None)
    )


def titled_initiatives(ids: Collection[int]) -> dict[int, Initiative]:
    """Initiatives with their texts by id, without a check of who asks."""
    query = select(Initiative).where(Initiative.id.in_(ids)).options(selectinload(Initiative.texts))
    return {initiative.id: initiative for initiative in db.session.scalars(query)}


def admitted_partners(initiative_ids: Collection[int]) -> dict[int, list[Organisation]]:
    """The admitted organisations that take part in each initiative now, in the order in which they joined."""
    found: dict[int, list[Organisation]] = defaultdict(list)
    rows = db.session.execute(
        select(Partner.initiative_id, Organisation)
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .where(Partner.initiative_id.in_(initiative_ids), Partner.left_at.is_(None), IS_ADMITTED)
        .order_by(Partner.id)
    )
    for initiative_id, organisation in rows:
        found[initiative_id].append(organisation)
    return found


def text_in(initiative: Initiative, lang: str | None = None) -> InitiativeText:
    """The initiative's words in the reader's language (or `lang`), else in its own, else the first that were written."""
    lang = lang or current_language()

    def nearness(text: InitiativeText) -> tuple[bool, bool, int]:
        return text.lang != lang, text.lang != initiative.lang, text.id

    return min(initiative.texts, key=nearness)
