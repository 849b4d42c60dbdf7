"""What the home page counts and shows of the cluster."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.core.actors import VISITOR
from app.core.database import db
from app.features.initiatives.models import Initiative, InitiativeState, InitiativeText
from app.features.initiatives.queries import visible_to as initiatives_visible_to
from app.features.organisations.models import Organisation, OrganisationState, OrganisationText
from app.features.organisations.queries import CARD
from app.features.organisations.queries import visible_to as organisations_visible_to
from app.features.organisations.queries.facets import count_kept_by_country


@dataclass(frozen=True)
class Figures:
    """How large the cluster is, as anybody can see it."""

    organisations: int
    countries: int
    initiatives: int


def figures() -> Figures:
    """Count the organisations, their countries and the initiatives that are open."""
    open_ones = select(func.count(Initiative.id)).where(Initiative.state == InitiativeState.OPEN)
    by_country: Mapping[str, int] | None = count_kept_by_country()
    if by_country is None:
        # Not IS_ADMITTED: here the index of states and countries holds all that is asked for.
        is_admitted = Organisation.state == OrganisationState.ADMITTED
        each = select(Organisation.country, func.count()).where(is_admitted)
        by_country = dict(db.session.execute(each.group_by(Organisation.country)).all())
    return Figures(sum(by_country.values()), len(by_country), db.session.scalar(open_ones) or 0)


def newest_organisations(limit: int, country: str = "") -> Sequence[Organisation]:
    """The organisations that came last, of one country or of all, as anybody can see them."""
    query = select(Organisation).where(organisations_visible_to(VISITOR))
    if country:
        query = query.where(Organisation.country == country)
    return db.session.scalars(query.options(*CARD).order_by(Organisation.id.desc()).limit(limit)).all()


class ListedPage(NamedTuple):
    """A public profile as a sitemap lists it: the moment of its last change and the languages of its texts."""

    id: int
    slug: str
    changed: datetime
    written_in: frozenset[str]


def organisations_after(last_id: int, limit: int) -> list[ListedPage]:
    """The public organisations that follow an id, in order; an imported one that says nothing of itself is left out."""
    has_text = exists().where(OrganisationText.organisation_id == Organisation.id)
    rows = db.session.execute(
        select(Organisation.id, Organisation.slug, Organisation.updated_at)
        .where(organisations_visible_to(VISITOR), Organisation.id > last_id)
        .where(or_(Organisation.unclaimed.is_(False), has_text))
        .order_by(Organisation.id)
        .limit(limit)
    ).all()
    owner, lang = OrganisationText.organisation_id, OrganisationText.lang
    return _listed([(row.id, row.slug, row.updated_at) for row in rows], owner, lang)


def initiatives_after(last_id: int, limit: int) -> list[ListedPage]:
    """The public initiatives that follow an id, in order."""
    rows = db.session.execute(
        select(Initiative.id, Initiative.slug, Initiative.updated_at)
        .where(initiatives_visible_to(VISITOR), Initiative.id > last_id)
        .order_by(Initiative.id)
        .limit(limit)
    ).all()
    return _listed(
        [(row.id, row.slug, row.updated_at) for row in rows],
        InitiativeText.initiative_id,
        InitiativeText.lang,
    )


def _listed(
    rows: Sequence[tuple[int, str, datetime]],
    owner: InstrumentedAttribute[int],
    lang: InstrumentedAttribute[str],
) -> list[ListedPage]:
    """The rows, by id, with the languages of their texts, which `owner` and `lang` tell."""
    if not rows:
        return []
    written: dict[int, set[str]] = defaultdict(set)
    for owner_id, code in db.session.execute(
        select(owner, lang).where(owner.between(rows[0][0], rows[-1][0]))
    ):
        written[owner_id].add(code)
    return [ListedPage(number, slug, changed, frozenset(written[number])) for number, slug, changed in rows]
