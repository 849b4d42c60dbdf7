"""Joint work as the database holds it: all of it in columns, or what was written since a moment piece by piece."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.core.bulk_read import read_pairs
from app.core.database import db
from app.features.initiatives.models import Initiative, InitiativeConcept, Partner
from app.features.initiatives.queries import initiatives_at_work
from app.features.organisations.models import Collaboration, CollaborationConcept, CollaborationPartner
from app.features.taxonomy.models import Concept
from app.matching.index.arrays import Ints
from app.matching.records import Project

MAX_PIECES = 100
"""With more pieces than this at once, building the engine again is quicker."""
ID_LOOKBACK = 1_000
"""So many numbers may have been given out before the newest to what was only written after it."""


@dataclass(frozen=True)
class JointWork:
    """Joint work of one kind: when each began, who takes part, what it is about."""

    started: Sequence[tuple[int, date | None]]
    partners: tuple[Ints, Ints]
    concepts: tuple[Ints, npt.NDArray[Any]]


def read_collaborations(only: Collection[int] | None = None) -> JointWork:
    """Joint work of the past, or some of it."""
    started = select(Collaboration.id, Collaboration.started)
    partners = select(CollaborationPartner.collaboration_id, CollaborationPartner.organisation_id)
    concepts = select(CollaborationConcept.collaboration_id, Concept.code).join(
        Concept, Concept.id == CollaborationConcept.concept_id
    )
    if only is not None:
        started = started.where(Collaboration.id.in_(only))
        partners = partners.where(CollaborationPartner.collaboration_id.in_(only))
        concepts = concepts.where(CollaborationConcept.collaboration_id.in_(only))
    return JointWork(_all(started), read_pairs(partners), _coded(concepts))


def read_initiatives(only: Collection[int] | None = None) -> JointWork:
    """The joint work of initiatives, or of some of them."""
    chosen = initiatives_at_work()
    if only is not None:
        chosen = chosen.where(Initiative.id.in_(only))
    opened = _all(
        select(Initiative.id, Initiative.starts, Initiative.opened_at).where(Initiative.id.in_(chosen))
    )
    partners = select(Partner.initiative_id, Partner.organisation_id).where(
        Partner.initiative_id.in_(chosen), Partner.left_at.is_(None)
    )
    concepts = (
        select(InitiativeConcept.initiative_id, Concept.code)
        .join(Concept, Concept.id == InitiativeConcept.concept_id)
        .where(InitiativeConcept.initiative_id.in_(chosen))
    )
    started = [(number, starts or (at and at.date())) for number, starts, at in opened]
    return JointWork(started, read_pairs(partners), _coded(concepts))


@dataclass(frozen=True)
class JointWorkChanges:
    """Joint work as it stands now, with all its partners, and what is none any more; initiatives have negative numbers."""

    pieces: Collection[Project]
    gone: Collection[int]


def read_joint_work_changes(
    newest: Sequence[int | None], moment: datetime, known: Collection[int]
) -> JointWorkChanges | None:
    """What became joint work or changed since a moment; None where that is too much.

    `newest` were the newest collaboration, partner and concept of one until then; `known` are the initiatives that
    counted as joint work, by their negative numbers.
    """
    numbers = [(one or 0) - ID_LOOKBACK for one in newest]
    collaborations = _numbers(
        *(
            select(number).where(table.id > last, table.created_at >= moment)
            for (table, number), last in zip(_OF_COLLABORATIONS, numbers, strict=True)
        )
    )
    initiatives = _numbers(
        select(Initiative.id).where(_since(moment, Initiative.updated_at, Initiative.opened_at)),
        select(Partner.initiative_id).where(_since(moment, Partner.joined_at, Partner.left_at)),
    )
    now = _numbers(initiatives_at_work())
    before_now = {-number for number in known}
    pieces = _pieces(collaborations, (initiatives & now) | (now - before_now))
    return None if pieces is None else JointWorkChanges(pieces, [-number for number in before_now - now])


def read_joint_work_of(organisation: int) -> Collection[Project] | None:
    """All joint work of an organisation; None where it is too much to be taken in piece by piece."""
    past = select(CollaborationPartner.collaboration_id).where(
        CollaborationPartner.organisation_id == organisation
    )
    present = select(Partner.initiative_id).where(Partner.organisation_id == organisation)
    return _pieces(_numbers(past), _numbers(present))


_OF_COLLABORATIONS: tuple[
    tuple[type[Collaboration | CollaborationPartner | CollaborationConcept], InstrumentedAttribute[int]],
    ...,
] = (
    (Collaboration, Collaboration.id),
    (CollaborationPartner, CollaborationPartner.collaboration_id),
    (CollaborationConcept, CollaborationConcept.collaboration_id),
)


def _since(moment: datetime, *columns: InstrumentedAttribute[datetime | None]) -> ColumnElement[bool]:
    return or_(*(column >= moment for column in columns))


def _numbers(*queries: Select[int]) -> set[int]:
    return {number for query in queries for number in db.session.scalars(query)}


def _pieces(collaborations: Collection[int], initiatives: Collection[int]) -> Collection[Project] | None:
    if len(collaborations) + len(initiatives) > MAX_PIECES:
        return None
    past = _as_projects(1, read_collaborations(collaborations)) if collaborations else {}
    present = _as_projects(-1, read_initiatives(initiatives)) if initiatives else {}
    return [*past.values(), *present.values()]


def _as_projects(sign: int, some: JointWork) -> Mapping[int, Project]:
    partners, concepts = defaultdict[int, set[int]](set), defaultdict[int, set[str]](set)
    for number, organisation in zip(*(one.tolist() for one in some.partners), strict=True):
        partners[number].add(organisation)
    for number, code in zip(*(one.tolist() for one in some.concepts), strict=True):
        concepts[number].add(code)
    return {
        number: Project(sign * number, frozenset(partners[number]), started, frozenset(concepts[number]))
        for number, started in some.started
    }


def _coded(query: Select[*tuple[Any, ...]]) -> tuple[Ints, npt.NDArray[Any]]:
    rows = _all(query)
    numbers = np.array([number for number, _ in rows], dtype=np.int64)
    return numbers, np.array([code for _, code in rows], dtype=object)


def _all(query: Select[*tuple[Any, ...]]) -> Sequence[Any]:
    return db.session.execute(query).all()
