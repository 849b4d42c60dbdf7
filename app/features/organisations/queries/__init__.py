"""Reading organisations, their members and what they did together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, func, or_, select
from sqlalchemy.orm import defer, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from app.core.actors import VISITOR, Actor
from app.core.clock import now
from app.core.compiled_sql import CompiledStatement
from app.core.database import LoadOption, db
from app.core.errors import NotFound
from app.core.permissions import authorize
from app.core.text import fold, name_key
from app.features.accounts.models import Login, Person, digest
from app.features.accounts.queries import BEHIND, PERSON, ActingPerson, behind
from app.features.organisations.models import (
    IS_ADMITTED,
    LONGEST_FOLDED,
    REVIEW_WITHIN_DAYS,
    Collaboration,
    CollaborationPartner,
    Invitation,
    InvitationState,
    Membership,
    MembershipRequest,
    MembershipRole,
    Organisation,
    OrganisationConcept,
    OrganisationState,
    RequestState,
    StoryPage,
)
from app.features.organisations.policy import READ_AS
from app.features.taxonomy.models import Concept

CARD: tuple[LoadOption, ...] = (
    selectinload(Organisation.concepts)
    .joinedload(OrganisationConcept.concept)
    .options(defer(Concept.managed), joinedload(Concept.broader).defer(Concept.managed)),
    selectinload(Organisation.texts),
)
"""What must be loaded of an organisation to show it: `select(Organisation).options(*CARD)`, or after a joinedload."""

MOST_RECORDS = 6


class ActingOrganisation(NamedTuple):
    """An organisation that somebody may act for, as it stood when it was asked."""

    id: int
    name: str
    slug: str
    country: str
    state: OrganisationState


# One row for each of her organisations, the oldest membership first; one of nothing where she has none.
_ORGANISATION = tuple(getattr(Organisation, name) for name in ActingOrganisation._fields)
_BEHIND = CompiledStatement(
    BEHIND.add_columns(*_ORGANISATION, Membership.role, Login.organisation_id.label("chosen"))
    .outerjoin(Membership, Membership.person_id == Person.id)
    .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
    .order_by(Membership.id)
)
_FROM = len(PERSON) + 1


def identify(token: str) -> Actor:
    """The actor behind a sign-in: the person, the organisation that she chose (else her first), and her others."""
    rows = behind(token, _BEHIND)
    if not rows:
        return VISITOR
    first = rows[0]
    person = ActingPerson(*first[: len(PERSON)])
    if first.role is None:
        return Actor(person, login_id=first.login_id)
    organisations = tuple(ActingOrganisation(*row[_FROM : _FROM + len(_ORGANISATION)]) for row in rows)
    at = next((at for at, each in enumerate(organisations) if each.id == first.chosen), 0)
    return Actor(person, organisations[at], rows[at].role.value, organisations, first.login_id)


def has_search_ended(organisation_id: int) -> bool:
    """Whether the day has passed until which an organisation seeks kinds of cooperation."""
    query = select(Organisation.cooperation_until).where(Organisation.id == organisation_id)
    until = db.session.scalar(query)
    return until is not None and until < now().date()


_MEMBERSHIPS = (
    select(Membership)
    .where(Membership.person_id == bindparam("person_id"))
    .options(joinedload(Membership.organisation))
    .order_by(Membership.id)
)


def memberships_of(person_id: int) -> Sequence[Membership]:
    """A person's memberships with their organisations, the oldest first."""
    return db.session.scalars(_MEMBERSHIPS, {"person_id": person_id}).all()


def actor_of(person: Person, organisation_id: int | None = None) -> Actor:
    """A person acting for one of her organisations, by default the first, as she would stand if she had signed in.

    Raises NotFound for an organisation that is not hers.
    """
    memberships = memberships_of(person.id)
    first = next((each for each in memberships if organisation_id in (None, each.organisation.id)), None)
    if first is None and organisation_id is not None:
        raise NotFound
    return Actor(
        person=person,
        organisation=first.organisation if first else None,
        membership_role=first.role.value if first else None,
        organisations=tuple(each.organisation for each in memberships),
    )


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The organisations that an actor may know of: those in the cluster, her own, and for a manager all but merged ones."""
    if actor.cluster_role == "manager":
        return Organisation.merged_into_id.is_(None)
    own = [organisation.id for organisation in actor.organisations]
    return or_(IS_ADMITTED, Organisation.id.in_(own)) if own else IS_ADMITTED


def get_organisation(actor: Actor, slug: str, *options: ORMOption, lock: bool = False) -> Organisation:
    """The organisation at an address, with its region and what `options` load.

    With `lock` its row stays as it is until the end of this transaction. Raises NotFound where there is none
    that the actor may know of.
    """
    query = select(Organisation).where(Organisation.slug == slug, visible_to(actor))
    if lock:
        query = query.with_for_update(of=Organisation).execution_options(populate_existing=True)
    query = query.options(selectinload(Organisation.region), *options)
    organisation = db.session.scalars(query).one_or_none() if slug.isprintable() else None
    if organisation is None:
        raise NotFound
    return organisation


def get_profile(actor: Actor, slug: str) -> Organisation:
    """The organisation at an address with all that its page shows; raises NotFound as `get_organisation` does."""
    organisation = get_organisation(actor, slug, *CARD)
    authorize(actor, READ_AS[organisation.state], organisation)
    return organisation


def organisation_of_picture(actor: Actor, file_id: str) -> Organisation:
    """The organisation whose logo, or the picture of whose story, this is; raises NotFound as `get_organisation` does."""
    told = select(StoryPage.organisation_id).where(StoryPage.picture_file_id == file_id)
    query = select(Organisation).where(
        or_(Organisation.logo_file_id == file_id, Organisation.id.in_(told)), visible_to(actor)
    )
    organisation = db.session.scalars(query).first() if file_id.isprintable() else None
    if organisation is None:
        raise NotFound
    return organisation


def merged_into(actor: Actor, slug: str) -> Organisation | None:
    """The organisation into which the one at an address was merged, if the actor may know of it."""
    former = select(Organisation.merged_into_id).where(Organisation.slug == slug)
    query = select(Organisation).where(Organisation.id == former.scalar_subquery(), visible_to(actor))
    return db.session.scalars(query).one_or_none() if slug.isprintable() else None


def holds_any(concept_ids: Collection[int]) -> ColumnElement[bool]:
    """The condition on Organisation that its profile names one of some concepts, or that it is in one of these regions."""
    holders = select(OrganisationConcept.organisation_id).where(
        OrganisationConcept.concept_id.in_(concept_ids)
    )
    return or_(Organisation.id.in_(holders), Organisation.region_id.in_(concept_ids))


def organisations_by_id(actor: Actor, ids: Iterable[int]) -> dict[int, Organisation]:
    """Those of these organisations that the actor may know of, ready to be shown."""
    query = select(Organisation).where(Organisation.id.in_(set(ids)), visible_to(actor)).options(*CARD)
    return {organisation.id: organisation for organisation in db.session.scalars(query)}


def namesakes(name: str, country: str, *, other_than: int | None = None) -> list[int]:
    """The ids of the organisations of a country that have this name, in any spelling and state.

    The database compares what `name_key` keeps of the folded names; of those that it finds the whole names are compared,
    since a folded name may be cut short and a name without letters folds to nothing.
    """
    key = name_key(name) or name
    folded = func.replace(func.replace(Organisation.folded_name, "-", ""), " ", "")
    rows = db.session.execute(
        select(Organisation.id, Organisation.name)
        .where(
            Organisation.country == country,
            Organisation.merged_into_id.is_(None),
            folded == name_key(fold(name)[:LONGEST_FOLDED]),
        )
        .order_by(Organisation.id)
    )
    return [each for each, written in rows if each != other_than and (name_key(written) or written) == key]


def lock_country(country: str) -> None:
    """Hold a country until the end of this transaction, so that names in it are given one at a time."""
    query = select(Concept.id).where(Concept.code == f"country:{country}").with_for_update(key_share=True)
    db.session.execute(query)


def count_waiting_of(person_id: int) -> int:
    """How many organisations that a person created are not public yet."""
    waits = Organisation.state.in_([OrganisationState.DRAFT, OrganisationState.PENDING])
    query = select(func.count()).where(Organisation.created_by == person_id, waits)
    return db.session.scalar(query) or 0


def has_created_lately(person_id: int) -> bool:
    """Whether a person created an organisation within the days after which another one needs no review."""
    since = now() - timedelta(days=REVIEW_WITHIN_DAYS)
    query = select(Organisation.id).where(
        Organisation.created_by == person_id, Organisation.created_at > since
    )
    return db.session.scalars(query).first() is not None


def waiting() -> Sequence[Organisation]:
    """The organisations that wait for a manager, the longest waiting first."""
    return db.session.scalars(
        select(Organisation)
        .where(Organisation.state == OrganisationState.PENDING)
        .options(*CARD)
        .order_by(Organisation.created_at, Organisation.id)
    ).all()


def count_waiting(actor: Actor) -> int:
    """How many organisations wait for this actor to admit them."""
    if actor.cluster_role != "manager":
        return 0
    query = select(func.count()).where(Organisation.state == OrganisationState.PENDING)
    return db.session.scalar(query) or 0


def count_members(organisation_id: int) -> int:
    """How many people act for an organisation."""
    query = select(func.count()).where(Membership.organisation_id == organisation_id)
    return db.session.scalar(query) or 0


def members_of(organisation_id: int) -> Sequence[Membership]:
    """The people who act for an organisation, the longest first."""
    return db.session.scalars(
        select(Membership)
        .where(Membership.organisation_id == organisation_id)
        .options(joinedload(Membership.person))
        .order_by(Membership.id)
    ).all()


def people_of(organisation_id: int) -> Sequence[int]:
    """The ids of those who act for an organisation and can sign in."""
    return db.session.scalars(
        select(Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.organisation_id == organisation_id, Person.suspended_at.is_(None))
        .order_by(Membership.person_id)
    ).all()


def open_invitations(organisation_id: int) -> Sequence[Invitation]:
    """The invitations that wait to be accepted."""
    return db.session.scalars(
        select(Invitation)
        .where(
            Invitation.organisation_id == organisation_id,
            Invitation.state == InvitationState.SENT,
            Invitation.expires_at > now(),
        )
        .order_by(Invitation.id)
    ).all()


def lock_organisation(organisation_id: int) -> None:
    """Hold an organisation's row until the end of this transaction."""
    db.session.execute(select(Organisation.id).where(Organisation.id == organisation_id).with_for_update())


def lock_organisations(*organisation_ids: int) -> None:
    """Keep others from acting in the name of these organisations until the end of this transaction."""
    query = select(Organisation.id).where(Organisation.id.in_(organisation_ids)).order_by(Organisation.id)
    db.session.execute(query.with_for_update(key_share=True)).all()


def names_of(organisation_ids: Iterable[int]) -> dict[int, str]:
    """The names of organisations, by id; no query for none."""
    wanted = set(organisation_ids)
    if not wanted:
        return {}
    query = select(Organisation.id, Organisation.name).where(Organisation.id.in_(wanted))
    return dict(db.session.execute(query).all())


def membership_of(organisation_id: int, person_id: int | None) -> Membership | None:
    """A person's membership of an organisation, with the person."""
    return db.session.scalars(
        select(Membership)
        .where(Membership.organisation_id == organisation_id, Membership.person_id == person_id)
        .options(joinedload(Membership.person))
    ).one_or_none()


def open_requests(organisation_id: int) -> Sequence[MembershipRequest]:
    """The people who ask to act for an organisation, with their invitations, the longest waiting first."""
    return db.session.scalars(
        select(MembershipRequest)
        .where(
            MembershipRequest.organisation_id == organisation_id,
            MembershipRequest.state == RequestState.SENT,
        )
        .options(joinedload(MembershipRequest.person), joinedload(MembershipRequest.invitation))
        .order_by(MembershipRequest.id)
    ).all()


def latest_request(organisation_id: int, person_id: int | None) -> MembershipRequest | None:
    """What a person asked of an organisation last."""
    query = (
        select(MembershipRequest)
        .where(MembershipRequest.organisation_id == organisation_id, MembershipRequest.person_id == person_id)
        .order_by(MembershipRequest.id.desc())
        .limit(1)
    )
    return db.session.scalars(query).one_or_none()


def get_request(organisation_id: int, request_id: int) -> MembershipRequest:
    """A request by its number, with the person; raises NotFound. The organisation's row is held meanwhile."""
    query = (
        select(MembershipRequest)
        .where(MembershipRequest.id == request_id, MembershipRequest.organisation_id == organisation_id)
        .options(joinedload(MembershipRequest.person), joinedload(MembershipRequest.invitation))
        .execution_options(populate_existing=True)
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def editors_of(organisation_id: int) -> list[Person]:
    """The editors of an organisation who can be written to."""
    return [
        each.person
        for each in members_of(organisation_id)
        if each.role is MembershipRole.EDITOR
        and each.person.verified_at is not None
        and each.person.suspended_at is None
    ]


def invitation_behind(token: str, *, lock: bool = False) -> Invitation:
    """The invitation whose secret this is, with its organisation; raises NotFound for one that does not stand."""
    query = (
        select(Invitation)
        .where(
            Invitation.token_hash == digest(token),
            Invitation.state == InvitationState.SENT,
            Invitation.expires_at > now(),
        )
        .options(joinedload(Invitation.organisation, innerjoin=True))
    )
    if lock:
        query = query.with_for_update(of=Invitation).execution_options(populate_existing=True)
    invitation = db.session.scalars(query).one_or_none()
    if invitation is None:
        raise NotFound
    return invitation


@dataclass(frozen=True)
class Record:
    """A joint project of the past: its title, its years and the others who took part."""

    title: str
    started: date | None
    ended: date | None
    partners: tuple[Organisation, ...]


@dataclass(frozen=True)
class TrackRecord:
    """How many joint projects an organisation has behind it, and the latest of them."""

    total: int
    latest: tuple[Record, ...]


def track_record(actor: Actor, organisation_id: int) -> TrackRecord:
    """What an organisation did together with others, the latest first; partners that one may know of are named."""
    mine = select(CollaborationPartner.collaboration_id).where(
        CollaborationPartner.organisation_id == organisation_id
    )
    total = db.session.scalar(select(func.count()).select_from(mine.subquery())) or 0
    if not total:
        return TrackRecord(0, ())
    latest = db.session.scalars(
        select(Collaboration)
        .where(Collaboration.id.in_(mine))
        .order_by(Collaboration.started.desc().nulls_last(), Collaboration.id.desc())
        .limit(MOST_RECORDS)
    ).all()
    partners: dict[int, list[Organisation]] = {}
    for collaboration_id, partner in db.session.execute(
        select(CollaborationPartner.collaboration_id, Organisation)
        .join(Organisation, Organisation.id == CollaborationPartner.organisation_id)
        .where(
            CollaborationPartner.collaboration_id.in_([each.id for each in latest]),
            Organisation.id != organisation_id,
            visible_to(actor),
        )
        .order_by(Organisation.folded_name, Organisation.id)
    ):
        partners.setdefault(collaboration_id, []).append(partner)
    return TrackRecord(
        total,
        tuple(
            Record(each.title, each.started, each.ended, tuple(partners.get(each.id, ()))) for each in latest
        ),
    )


def slugs_like(slug: str) -> set[str]:
    """The slugs of organisations that begin with `slug`."""
    return set(db.session.scalars(select(Organisation.slug).where(Organisation.slug.startswith(slug))))


def open_invitations_to(organisation_id: int, email: str) -> list[Invitation]:
    """The invitations of an organisation to an address that wait for an answer."""
    query = select(Invitation).where(
        Invitation.organisation_id == organisation_id,
        Invitation.email == email,
        Invitation.state == InvitationState.SENT,
    )
    return list(db.session.scalars(query))


def has_other_editor(membership: Membership) -> bool:
    """Whether the organisation of a membership has another editor."""
    others = select(Membership.id).where(
        Membership.organisation_id == membership.organisation_id,
        Membership.role == MembershipRole.EDITOR,
        Membership.id != membership.id,
    )
    return db.session.scalars(others).first() is not None


def lock_drafts_of(person_id: int) -> Sequence[Organisation]:
    """The drafts of which a person is an editor, their rows locked."""
    return db.session.scalars(
        select(Organisation)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(
            Membership.person_id == person_id,
            Membership.role == MembershipRole.EDITOR,
            Organisation.state == OrganisationState.DRAFT,
        )
        .with_for_update(of=Organisation)
    ).all()
