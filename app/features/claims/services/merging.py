"""Merging two organisations that are one: every row that names the loser names the winner afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from flask_babel import lazy_gettext as _l
from sqlalchemy import Column, CursorResult, Row, and_, delete, update
from sqlalchemy.exc import IntegrityError

from app.core.actors import Actor
from app.core.announcements import announce
from app.core.audit import record
from app.core.database import db
from app.core.errors import Conflict, Invalid
from app.core.permissions import authorize
from app.core.streams.services import revoke
from app.features.claims.foreign_keys import ReferencingTable, referencing_tables
from app.features.claims.models import DistinctPair
from app.features.claims.queries.duplicates import (
    are_distinct,
    get_pair,
    rows_naming,
    texts_in_same_languages,
)
from app.features.organisations.announcements import OrganisationChanged, OrganisationSuspended
from app.features.organisations.models import (
    MembershipRole,
    Organisation,
    OrganisationState,
    OrganisationText,
)
from app.features.organisations.queries import lock_country, lock_organisations, members_of, membership_of
from app.features.organisations.services.mails import send_to

FIELDS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "folded_name", "latin_name"),
    "legal_name": ("legal_name",),
    "type": ("type",),
    "place": ("country", "region_id", "city", "folded_city", "place_id", "lat", "lon"),
    "registry": ("registry_scheme", "registry_number"),
    "website": ("website",),
    "contact": ("contact", "contact_public"),
    "phone": ("phone", "phone_public"),
    "figures": ("founded", "employed", "disadvantaged", "volunteers"),
    "logo": ("logo_file_id",),
}
"""What is chosen of one or the other as a whole, with its columns."""
UNIQUE_COLUMNS = ("logo_file_id",)
"""Columns with a unique constraint: they are emptied in the loser before the winner takes their values."""


def merge(actor: Actor, winner_slug: str, loser_slug: str, taken: Mapping[str, bool]) -> Organisation:
    """Have the loser's members, texts, concepts, past and talk belong to the winner, in one transaction.

    `taken` says for each of FIELDS, and for "story", whether it is kept as the loser has it. Where both have a row of
    which there can be one the winner's stays; of two memberships of a person the higher role. What was between the two
    is deleted. The loser's page leads to the winner's. Raises NotFound, Invalid for one and the same, and Conflict
    where the winner is not public while the loser is.
    """
    if winner_slug == loser_slug:
        raise Invalid(_l("Choose two different organisations."))
    winner, loser = get_pair(actor, winner_slug, loser_slug)
    authorize(actor, "claim.decide", winner)
    lock_organisations(winner.id, loser.id)
    db.session.expire_all()
    winner, loser = get_pair(actor, winner_slug, loser_slug)
    for country in sorted({winner.country, loser.country}):
        lock_country(country)
    if winner.state is not OrganisationState.ADMITTED and loser.state is OrganisationState.ADMITTED:
        raise Conflict(_l("Keep the one that is in the cluster. The other one is not public."))
    before = {name: _plain(getattr(winner, name)) for columns in FIELDS.values() for name in columns}
    people = [member.person for member in members_of(loser.id)]
    if taken.get("story"):
        _drop_texts(winner, loser)
    counts = _move_rows(winner.id, loser.id)
    _take_fields(winner, loser, taken)
    loser.merged_into_id, loser.state, loser.unclaimed = winner.id, OrganisationState.SUSPENDED, False
    winner.unclaimed = not members_of(winner.id)
    winner.version += 1
    db.session.flush()
    after = {name: _plain(getattr(winner, name)) for name in before}
    changed = [name for name, value in after.items() if before[name] != value]
    record(
        actor,
        "organisation.merge",
        f"organisation:{winner.id}",
        before={name: before[name] for name in changed} | {"loser": loser.id},
        after={name: after[name] for name in changed} | {"moved": counts},
    )
    for person in people:
        revoke(person_id=person.id)
    announce(OrganisationSuspended(loser.id))
    announce(OrganisationChanged(winner.id))
    send_to(people, winner, "membership_begun", "organisations.show")
    return winner


def keep_apart(actor: Actor, slug: str, other_slug: str) -> None:
    """Note that two organisations that look alike are two; twice is as once."""
    one, other = get_pair(actor, slug, other_slug)
    authorize(actor, "claim.decide", one)
    lock_organisations(one.id, other.id)
    low, high = sorted((one.id, other.id))
    if low != high and not are_distinct(low, high):
        db.session.add(DistinctPair(low_id=low, high_id=high))
        record(actor, "organisation.keep_apart", f"organisation:{low}", after={"other": high})


def _drop_texts(winner: Organisation, loser: Organisation) -> None:
    """Make room for the loser's texts in the languages in which both have one."""
    ids = texts_in_same_languages(winner.id, loser.id)
    db.session.execute(delete(OrganisationText).where(OrganisationText.id.in_(ids)))


def _take_fields(winner: Organisation, loser: Organisation, taken: Mapping[str, bool]) -> None:
    for choice, columns in FIELDS.items():
        if not taken.get(choice):
            continue
        values = {name: getattr(loser, name) for name in columns}
        for name in columns:
            if name in UNIQUE_COLUMNS:
                setattr(loser, name, None)
        db.session.flush()
        for name, value in values.items():
            setattr(winner, name, value)
    kept = {key: value for key, value in loser.provenance.items() if taken.get(key)}
    winner.provenance = {**winner.provenance, **kept}


def _move_rows(winner_id: int, loser_id: int) -> dict[str, int]:
    """Have each row that names the loser name the winner, or delete it where there can be only one; counts by table."""
    _raise_roles(winner_id, loser_id)
    counts: dict[str, int] = {}
    for referencing in referencing_tables():
        number = _move_rows_of(referencing, winner_id, loser_id)
        if number:
            counts[referencing.table.name] = number
    db.session.expire_all()
    return counts


def _move_rows_of(referencing: ReferencingTable, winner_id: int, loser_id: int) -> int:
    """The same for one table; returns how many rows named the loser."""
    if referencing.pair or referencing.is_unique:
        rows = rows_naming(referencing, loser_id)
        for row in rows:
            _move_row(referencing, row, winner_id, loser_id)
        return len(rows)
    number = 0
    for column in referencing.columns:
        query = update(referencing.table).where(column == loser_id).values({column.name: winner_id})
        number += cast(CursorResult[Any], db.session.execute(query)).rowcount
    return number


def _raise_roles(winner_id: int, loser_id: int) -> None:
    """Where a person acts for both, her membership of the winner gets the higher role."""
    for membership in members_of(loser_id):
        kept = membership_of(winner_id, membership.person_id)
        if kept is not None and membership.role is MembershipRole.EDITOR:
            kept.role, kept.role_since = MembershipRole.EDITOR, membership.role_since
    db.session.flush()


def _move_row(referencing: ReferencingTable, row: Row[Any], winner_id: int, loser_id: int) -> None:
    table = referencing.table
    this = and_(*(column == row._mapping[column] for column in table.primary_key))
    values = dict(_moved(referencing, row, winner_id, loser_id))
    if referencing.pair:
        first, second = referencing.pair
        one, other = (values.get(column.name, row._mapping[column]) for column in referencing.pair)
        if one == other:
            db.session.execute(delete(table).where(this))
            return
        if referencing.is_ordered and one > other:
            values |= {first.name: other, second.name: one}
    try:
        with db.session.begin_nested():
            db.session.execute(update(table).where(this).values(values))
    except IntegrityError:
        # There can be only one: the loser's row becomes what it would with the deletion of the loser.
        emptied = {column.name: None for column in referencing.columns if _is_emptied(column)}
        if emptied:
            db.session.execute(update(table).where(this).values(emptied))
        else:
            db.session.execute(delete(table).where(this))


def _is_emptied(column: Column[Any]) -> bool:
    return any(key.ondelete == "SET NULL" for key in column.foreign_keys)


def _moved(
    referencing: ReferencingTable, row: Row[Any], winner_id: int, loser_id: int
) -> Iterator[tuple[str, int]]:
    for column in referencing.columns:
        if row._mapping[column] == loser_id:
            yield column.name, winner_id


def _plain(value: Any) -> Any:
    return value.value if hasattr(value, "value") else value
